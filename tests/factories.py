# SPDX-License-Identifier: Apache-2.0
"""A small shop with one service of each kind, published; and decisions that fit its notice."""

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cmp.catalog.item_rules import ItemFacts, ServiceFacts
from cmp.catalog.verbs import add_item, add_service
from cmp.ledger.keys import KeyStore
from cmp.settings import Settings
from cmp.sites.models import Notice
from cmp.sites.publish import publish
from cmp.sites.verbs import SiteFacts, add_site
from cmp.store.transaction import begin_writing

__all__ = ["AT", "ORIGIN", "SITE", "decision", "item", "make_site", "publish_again", "service"]

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SITE = "prove-butikk"
ORIGIN = "https://www.example.no"
IDENTITY = {
    "controllers": [
        {
            "id": "prove-butikk",
            "name": "Prøvebutikken",
            "org_number": "",
            "address": "Prøveveien 1, 0001 Oslo",
            "email": "personvern@example.no",
        }
    ],
    "dpo": None,
    "policy": {"url": {"nb": f"{ORIGIN}/personvern"}, "sha256": "a" * 64},
}


def service(service_id: str, category: str, **other: Any) -> ServiceFacts:
    """Return the facts of a service; `other` replaces what is made up here."""
    facts: dict[str, Any] = {
        "service_id": service_id,
        "name": service_id.title(),
        "provider": f"{service_id.title()} leverandør",
        "country": "NO",
        "role": "processor",
        "category": category,
        "legal_basis": "exempt" if category == "necessary" else "consent",
        "hosts": [f"{service_id}.example.com"],
        "paths": [],
        "policy_url": f"https://{service_id}.example.com/privacy",
        "necessity": {"nb": "Uten den kan du ikke betale."} if category == "necessary" else {},
        "description": {"nb": f"Tjenesten {service_id}."},
        "aliases": [],
    }
    return ServiceFacts(**(facts | other))


def item(name: str, category: str, **other: Any) -> ItemFacts:
    """Return the facts of a storage item."""
    facts: dict[str, Any] = {
        "name": name,
        "technology": "cookie",
        "party": "first",
        "domain": "",
        "lifetime": "P13M",
        "category": category,
        "purpose": {"nb": f"Formålet med {name}."},
        "source": "test",
    }
    return ItemFacts(**(facts | other))


SERVICES = (
    (service("betaling", "necessary"), [item("pay_sid", "necessary", lifetime="session")]),
    (service("maling", "analytics"), [item("_maling", "analytics")]),
    (service("annonse", "marketing"), [item("_annonse", "marketing", lifetime="P90D")]),
)


def make_site(engine: Engine, settings: Settings, *, at: datetime = AT, key: str = SITE) -> Notice:
    """Add the shop and publish its first notice; return it, detached."""
    facts = SiteFacts(key=key, name="Prøvebutikken", origins=[ORIGIN], identity=IDENTITY)
    with Session(engine, expire_on_commit=False) as session, session.begin():
        begin_writing(session)
        add_site(session, facts, at=at, actor="test")
        for facts_of_service, items in SERVICES:
            row = add_service(session, key, facts_of_service, at=at, actor="test")
            for facts_of_item in items:
                add_item(session, row, facts_of_item, at=at, actor="test")
        return _publish(session, settings, key, at)


def publish_again(
    engine: Engine, settings: Settings, *new: ServiceFacts, at: datetime = AT, key: str = SITE
) -> Notice:
    """Add services to the shop, publish, return the new notice."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        begin_writing(session)
        for facts in new:
            add_service(session, key, facts, at=at, actor="test")
        return _publish(session, settings, key, at)


def _publish(session: Session, settings: Settings, key: str, at: datetime) -> Notice:
    return publish(
        session,
        key,
        at=at,
        actor="test",
        keys=KeyStore(settings.key_dir),
        public_url=settings.public_url,
    )


def decision(notice: Notice, **other: Any) -> dict[str, Any]:
    """Return the body of a refusal of everything; `other` replaces members."""
    body: dict[str, Any] = {
        "idempotency_key": str(uuid.uuid4()),
        "notice_sha256": notice.sha256,
        "method": "reject_all",
        "layer": 1,
        "categories": {"analytics": "denied", "marketing": "denied"},
        "services": {"maling": "denied", "annonse": "denied"},
        "lang": "nb",
        "signals": {"gpc": False},
    }
    return body | other
