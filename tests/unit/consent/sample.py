# SPDX-License-Identifier: Apache-2.0
"""A notice as the write path sees it, and decisions about it."""

from typing import Any

import msgspec

from cmp.consent.shown import Shown
from cmp.contract.decision import Decision

__all__ = ["decided", "notice"]


def notice() -> Shown:
    """Return a notice with two services that need consent and one that does not."""
    return Shown(
        sha256="a" * 64,
        material_sha256="b" * 64,
        version="2026.11-1",
        site="prove-butikk",
        languages=("nb", "en"),
        origins=frozenset({"https://www.example.no"}),
        categories=frozenset({"analytics", "marketing"}),
        services=frozenset({"maling", "annonse"}),
        exempt_categories=("necessary",),
        exempt_services=("betaling",),
        category_of={"maling": "analytics", "annonse": "marketing", "betaling": "necessary"},
        jurisdiction="NO/ekomloven-3-15",
        ttl={"granted": "P12M", "refused": "P6M", "rule": "NO/default/P12M"},
        retention="P24M",
        controller="prove-butikk",
        policy_sha256="c" * 64,
        bundle_sri="sha384-x",
        config_sha256="d" * 64,
        body={},
    )


def decided(**other: Any) -> Decision:
    """Return a refusal of everything; `other` replaces members."""
    body: dict[str, Any] = {
        "idempotency_key": "0193a000-0000-4000-8000-000000000001",
        "notice_sha256": "a" * 64,
        "method": "reject_all",
        "layer": 1,
        "categories": {"analytics": "denied", "marketing": "denied"},
        "services": {"maling": "denied", "annonse": "denied"},
        "lang": "nb",
    }
    return msgspec.convert(body | other, Decision)
