# SPDX-License-Identifier: Apache-2.0
"""What a decision is checked against: a published notice, parsed once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from cmp.proof.canonical import canonical

__all__ = ["Shown", "shown"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice as the write path sees it. `categories` and `services` are those that need consent;
    `exempt_*` those that do not. Two notices with one `material_sha256` need
    no new consent for each other.
    """

    sha256: str
    material_sha256: str
    version: str
    site: str
    languages: tuple[str, ...]
    origins: frozenset[str]
    categories: frozenset[str]
    services: frozenset[str]
    exempt_categories: tuple[str, ...]
    exempt_services: tuple[str, ...]
    category_of: Mapping[str, str]
    jurisdiction: str
    ttl: Mapping[str, str]
    retention: str
    controller: str
    policy_sha256: str
    bundle_sri: str
    config_sha256: str
    body: Mapping[str, Any]


def shown(sha256: str, body: bytes | str) -> Shown:
    """Return the parsed notice whose canonical bytes are `body`."""
    notice: dict[str, Any] = msgspec.json.decode(body)
    exempt = {p["id"] for p in notice["purposes"] if p["exempt"]}
    purposes = [p["id"] for p in notice["purposes"]]
    category_of = {s["id"]: s["purpose"] for s in notice["services"]}
    return Shown(
        sha256=sha256,
        material_sha256=notice["material_sha256"],
        version=notice["version"],
        site=notice["site"],
        languages=tuple(notice["languages"]),
        origins=frozenset(notice["origins"]),
        categories=frozenset(purposes) - exempt,
        services=frozenset(s for s, c in category_of.items() if c not in exempt),
        exempt_categories=tuple(c for c in purposes if c in exempt),
        exempt_services=tuple(s for s, c in category_of.items() if c in exempt),
        category_of=category_of,
        jurisdiction=notice["jurisdictions"][0],
        ttl=notice["ttl"],
        retention=notice["retention"],
        controller=notice["controllers"][0]["id"],
        policy_sha256=notice["policy"]["sha256"],
        bundle_sri=notice["bundle_sri"],
        config_sha256=hashlib.sha256(canonical(notice["layout"])).hexdigest(),
        body=notice,
    )
