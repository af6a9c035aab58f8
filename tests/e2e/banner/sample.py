# SPDX-License-Identifier: Apache-2.0
"""A notice of the size a shop has: eight services of the demo with 25 storage items."""

from datetime import UTC, datetime
from typing import Any

from cmp.catalog.models import Service, StorageItem
from cmp.demo.site import demo_site
from cmp.sites.jurisdiction import PROFILES
from cmp.sites.models import Site
from cmp.sites.notice import NoticeBody, build

__all__ = ["BASE", "LANGUAGES", "sample_notice"]

BASE = "https://consent.example.no"
LANGUAGES = ("nb", "nn", "en")
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LEFT_OUT = ("demo-skrift", "demo-formidling")
MORE = {
    "demo-analyse": ("_dm_campaign", "_dm_first", "_dm_source"),
    "demo-annonse": ("_dm_click", "_dm_return", "_dm_from"),
    "demo-forslag": ("_ds_campaign", "_ds_first", "_ds_source"),
}
PURPOSES = (
    {
        "nb": "Husker hvilken kampanje som førte deg hit.",
        "nn": "Hugsar kva kampanje som førte deg hit.",
        "en": "Remembers which campaign led you here.",
    },
    {
        "nb": "Skiller nye besøk fra dem som kommer igjen.",
        "nn": "Skil nye besøk frå dei som kjem igjen.",
        "en": "Tells new visits from returning ones.",
    },
    {
        "nb": "Viser hvilken side du kom fra.",
        "nn": "Viser kva side du kom frå.",
        "en": "Shows which page you came from.",
    },
    {
        "nb": "Husker hvilken utgave av en test du fikk se.",
        "nn": "Hugsar kva utgåve av ein test du fekk sjå.",
        "en": "Remembers which version of a test you saw.",
    },
)


def _extra(service_id: str) -> list[StorageItem]:
    return [
        _item(name=name, technology="cookie", party="first", lifetime="P90D", purpose=purpose)
        for name, purpose in zip(MORE.get(service_id, ()), PURPOSES, strict=False)
    ]


def _item(**facts: Any) -> StorageItem:
    return StorageItem(**({"category": "", "domain": "", "source": ""} | facts))


def _services() -> list[Service]:
    made = []
    for facts, items in demo_site().services:
        if facts.service_id in LEFT_OUT:
            continue
        row = Service(
            service_id=facts.service_id,
            name=facts.name,
            provider=facts.provider,
            country=facts.country,
            role=facts.role,
            category=facts.category,
            legal_basis=facts.legal_basis,
            hosts=list(facts.hosts),
            paths=[],
            policy_url=facts.policy_url,
            necessity=dict(facts.necessity),
            description=dict(facts.description),
        )
        row.items = [
            _item(
                name=item.name,
                technology=item.technology,
                party=item.party,
                lifetime=item.lifetime,
                purpose=dict(item.purpose),
            )
            for item in items
        ] + _extra(facts.service_id)
        made.append(row)
    return made


def sample_notice() -> NoticeBody:
    """Return the notice, freshly built; nothing of it is in a database."""
    facts = demo_site().facts
    site = Site(
        key=facts.key,
        name=facts.name,
        origins=list(facts.origins),
        languages=list(LANGUAGES),
        default_language="nb",
        mode=facts.mode,
        jurisdiction=facts.jurisdiction,
        identity=dict(facts.identity),
        texts={},
    )
    return build(
        site,
        _services(),
        version="2026.11-1",
        previous=None,
        at=AT,
        bundle_sri="sha384-test",
        jurisdiction=PROFILES["NO"],
    )
