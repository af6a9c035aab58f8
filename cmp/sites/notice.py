# SPDX-License-Identifier: Apache-2.0
"""The notice document `cmp-notice/1`: what a visitor is shown, frozen and hashed.

Built from a site's row and its catalogue. Pure in what it returns: the same rows, time and bundle
give the same bytes. The hash of a notice is SHA-256 of its canonical JSON (RFC 8785).
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from cmp.catalog.lifetime import seconds
from cmp.catalog.models import Service, StorageItem
from cmp.clock import as_rfc3339
from cmp.i18n.text import texts
from cmp.proof.canonical import canonical
from cmp.sites.jurisdiction import Jurisdiction
from cmp.sites.models import Site

__all__ = ["CATEGORIES", "NoticeBody", "build", "material_sha256", "notice_bytes", "notice_sha256"]

NoticeBody: TypeAlias = dict[str, Any]

# The switches a visitor sees, in this order, with the DPV purpose each stands for.
CATEGORIES: Mapping[str, str] = {
    "necessary": "RequestedServiceProvision",
    "functional": "UserInterfacePersonalisation",
    "analytics": "ServiceUsageAnalytics",
    "personalisation": "ServicePersonalisation",
    "marketing": "TargetedAdvertising",
}


def _purpose(category: str, languages: Sequence[str]) -> dict[str, Any]:
    exempt = category == "necessary"
    return {
        "id": category,
        "dpv": CATEGORIES[category],
        "legal_basis": "exempt" if exempt else "consent",
        "exempt": exempt,
        "necessity": _default_texts("category.necessary.reason", languages) if exempt else None,
        "text": {
            lang: {
                "name": texts("banner", lang)[f"category.{category}.name"],
                "description": texts("banner", lang)[f"category.{category}.description"],
            }
            for lang in languages
        },
    }


def _default_texts(key: str, languages: Sequence[str]) -> dict[str, str]:
    return {lang: texts("banner", lang)[key] for lang in languages}


def _service(service: Service, languages: Sequence[str]) -> dict[str, Any]:
    return {
        "id": service.service_id,
        "name": service.name,
        "provider": service.provider,
        "country": service.country,
        "role": service.role,
        "policy_url": service.policy_url,
        "hosts": sorted(service.hosts),
        "paths": sorted(service.paths),
        "purpose": service.category,
        "necessity": service.necessity if service.category == "necessary" else None,
        "text": {lang: {"description": _in(service.description, lang)} for lang in languages},
    }


def _item(item: StorageItem, service: Service, languages: Sequence[str]) -> dict[str, Any]:
    return {
        "name": item.name,
        "technology": item.technology,
        "party": item.party,
        "service": service.service_id,
        "purpose": item.category,
        "domain": item.domain,
        "lifetime": item.lifetime,
        "lifetime_seconds": seconds(item.lifetime),
        "text": {lang: {"purpose": _in(item.purpose, lang)} for lang in languages},
    }


def _in(translations: Mapping[str, str], lang: str) -> str:
    """Bokmål stands in for a missing language: a Norwegian text is better than none."""
    return translations.get(lang) or translations.get("nb") or next(iter(translations.values()), "")


def _policy(linked: Mapping[str, Any]) -> dict[str, Any]:
    """The privacy policy that the banner links to. `sha256` is of its text where somebody has
    recorded that, else of its addresses (canonical JSON); `hashed` says which."""
    recorded = linked.get("sha256")
    url = dict(linked.get("url", {}))
    addresses = hashlib.sha256(canonical(url)).hexdigest()
    return {
        "url": url,
        "sha256": recorded or addresses,
        "hashed": "text" if recorded else "addresses",
    }


def _banner_texts(site: Site) -> dict[str, dict[str, str]]:
    return {
        lang: {**texts("banner", lang), **site.texts.get(lang, {}), "site_name": site.name}
        for lang in site.languages
    }


def build(
    site: Site,
    services: Sequence[Service],
    *,
    version: str,
    previous: NoticeBody | None,
    at: datetime,
    bundle_sri: str,
    jurisdiction: Jurisdiction,
) -> NoticeBody:
    """Return the notice of `site` with `services` as it would be published at `at`."""
    used = {s.category for s in services} | {i.category for s in services for i in s.items}
    languages = list(site.languages)
    body: NoticeBody = {
        "schema": "cmp-notice/1",
        "site": site.key,
        "version": version,
        "prev_sha256": notice_sha256(previous) if previous else None,
        "valid_from": as_rfc3339(at),
        "origins": list(site.origins),
        "languages": languages,
        "default_language": site.default_language,
        "mode": site.mode,
        "controllers": site.identity["controllers"],
        "dpo": site.identity.get("dpo"),
        "authority": site.identity.get("authority") or jurisdiction.authority,
        "policy": _policy(site.identity["policy"]),
        "jurisdictions": [jurisdiction.name],
        "purposes": [_purpose(c, languages) for c in CATEGORIES if c in used or c == "necessary"],
        "services": [_service(s, languages) for s in services],
        "storage": [_item(i, s, languages) for s in services for i in s.items],
        "retention": site.identity.get("retention", "P24M"),
        "ttl": jurisdiction.ttl,
        "withdrawal": {"selector": '[data-kvitt="open"]', "api": "kvitt.withdraw()"},
        "rights": list(jurisdiction.rights),
        "text": _banner_texts(site),
        "layout": {"buttons": ["reject", "accept", "customise"], "position": "bottom"},
        "defaults": {c: "denied" for c in CATEGORIES if c in used and c != "necessary"},
        "bundle_sri": bundle_sri,
        "evidence": [],
    }
    body["material_sha256"] = material_sha256(body)
    same = previous is not None and previous["material_sha256"] == body["material_sha256"]
    body["change_class"] = "cosmetic" if same else "material"
    return body


def material_sha256(body: NoticeBody) -> str:
    """Return the hash (hex SHA-256) of what a consent is about.

    Two notices with one value differ only in ways that need no new consent: the visitor allowed the
    same services for the same purposes with the same things stored for as long.
    """
    services = [
        [s["id"], s["provider"], s["country"], s["purpose"], s["hosts"], s["paths"]]
        for s in body["services"]
    ]
    items = [
        [
            i["service"],
            i["name"],
            i["technology"],
            i["party"],
            i["domain"],
            i["purpose"],
            i["lifetime"],
        ]
        for i in body["storage"]
    ]
    material = {
        "controllers": [c["id"] for c in body["controllers"]],
        "purposes": [[p["id"], p["legal_basis"]] for p in body["purposes"]],
        "services": sorted(services),
        "storage": sorted(items),
    }
    return hashlib.sha256(canonical(material)).hexdigest()


def notice_bytes(body: NoticeBody) -> bytes:
    """Return the canonical bytes of a notice: what is hashed, stored and served."""
    return canonical(body)


def notice_sha256(body: NoticeBody) -> str:
    """Return the notice's hash: hex SHA-256 of its canonical JSON."""
    return hashlib.sha256(notice_bytes(body)).hexdigest()
