# SPDX-License-Identifier: Apache-2.0
"""The demo shop as a site of the platform: identity, services and storage, all openly invented."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cmp.catalog.item_rules import ItemFacts, ServiceFacts
from cmp.demo.addresses import DEFAULT_PORT, Addresses, addresses
from cmp.demo.services import SERVICES, Item, Service
from cmp.demo.texts import LANGUAGES, all_languages
from cmp.sites.verbs import SiteFacts

__all__ = ["SITE_KEY", "DemoSite", "demo_site"]

SITE_KEY = "demobutikken"
# RFC 2606 section 2: no mail is ever delivered below .example.
EMAIL = "personvern@demobutikken.example"


@dataclass(frozen=True, slots=True)
class DemoSite:
    """What must be entered before the demo's first notice can be published."""

    facts: SiteFacts
    services: tuple[tuple[ServiceFacts, tuple[ItemFacts, ...]], ...]


def demo_site(port: int = DEFAULT_PORT) -> DemoSite:
    """Return the demo shop for a demo whose platform listens on `port`.

    `services` pairs each service with its storage items; hosts are `host:port`, texts in every
    language of the shop.
    """
    at = addresses(port)
    return DemoSite(_facts(at), tuple((_service(of, at), _items(of, at)) for of in SERVICES))


def _facts(at: Addresses) -> SiteFacts:
    return SiteFacts(
        key=SITE_KEY,
        name="Demobutikken",
        origins=(at.shop,),
        languages=LANGUAGES,
        identity=_identity(at),
    )


def _identity(at: Addresses) -> dict[str, Any]:
    prefixes = {"nb": "", "nn": "/nn", "en": "/en"}
    return {
        "controllers": [
            {
                "id": "demobutikken",
                "name": "Demobutikken (oppdiktet, finnes bare i denne demoen)",
                "org_number": "",
                "address": "Din egen maskin, 127.0.0.1",
                "email": EMAIL,
            }
        ],
        "dpo": None,
        "authority": {"name": "Datatilsynet", "url": "https://www.datatilsynet.no/"},
        "policy": {
            "url": {lang: f"{at.shop}{prefix}/personvern" for lang, prefix in prefixes.items()},
            "sha256": "",
        },
    }


def _base(of: Service, at: Addresses) -> str:
    return {"shop": at.shop, "platform": at.platform, **at.trackers}[of.place]


def _service(of: Service, at: Addresses) -> ServiceFacts:
    base = _base(of, at)
    return ServiceFacts(
        service_id=of.id,
        name=of.name,
        provider=f"{of.name} (oppdiktet)" if of.id.startswith("demo") else of.name,
        country="NO",
        role=of.role,
        category=of.category,
        legal_basis="exempt" if of.necessary else "consent",
        hosts=(urlsplit(base).netloc,),
        paths=(),
        policy_url=f"{at.shop}/personvern" if of.place in ("shop", "platform") else f"{base}/",
        necessity=all_languages(f"service.{of.id}.necessity") if of.necessary else {},
        description=all_languages(f"service.{of.id}.description"),
        aliases=(),
    )


def _items(of: Service, at: Addresses) -> tuple[ItemFacts, ...]:
    return tuple(_item(item, of, at) for item in of.items)


def _item(item: Item, of: Service, at: Addresses) -> ItemFacts:
    home = at.shop if item.party == "first" else _base(of, at)
    return ItemFacts(
        name=item.name,
        technology=item.technology,
        party=item.party,
        domain=urlsplit(home).hostname or "",
        lifetime=item.lifetime,
        category=of.category,
        purpose=all_languages(f"item.{item.name}"),
        source=f"{_base(of, at)}/",
    )
