# SPDX-License-Identifier: Apache-2.0
"""A shop's table with one service of each kind, its cookies, and a page that hints at all."""

from datetime import UTC, datetime
from typing import Any

from cmp.rules.csp import policy_for
from cmp.rules.table import EdgeTable, edge_table

__all__ = ["BASE", "HOST", "NOTICE", "NOW", "PAGE", "TABLE", "policy", "stored"]

BASE = "https://consent.example.no"
HOST = "www.example.no"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MATERIAL = "0123456789abcdef"


def _service(service_id: str, purpose: str, *hosts: str) -> dict[str, Any]:
    return {"id": service_id, "purpose": purpose, "hosts": list(hosts), "paths": []}


def _item(service: str, name: str) -> dict[str, Any]:
    return {"service": service, "name": name, "technology": "cookie"}


NOTICE: dict[str, Any] = {
    "site": "prove-butikk",
    "material_sha256": MATERIAL * 4,
    "purposes": [
        {"id": "necessary", "exempt": True},
        {"id": "analytics", "exempt": False},
        {"id": "marketing", "exempt": False},
    ],
    "services": [
        _service("betaling", "necessary", "betaling.example.com"),
        _service("maling", "analytics", "*.maling.example.com"),
        _service("annonse", "marketing", "annonse.example.com", "felles.example.com"),
    ],
    "storage": [
        _item("betaling", "pay_sid"),
        _item("maling", "_maling*"),
        _item("annonse", "_annonse"),
    ],
}
TABLE: EdgeTable = edge_table(NOTICE, BASE)

PAGE = (
    "<!doctype html><title>Butikk</title>"
    "<link rel=preconnect href=https://a.maling.example.com>"
    "<link rel=preconnect href=https://annonse.example.com>"
    "<link rel=preconnect href=https://ukjent.example.com>"
    "<link rel=preconnect href=https://betaling.example.com><p>Blåbær"
)


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return digits[number] if number < 36 else _base36(number // 36) + digits[number % 36]


def stored(services: str, *, until: int = 3600, material: str = MATERIAL) -> str:
    """A `Cookie` header in which the services have these digits; it ends in so many seconds."""
    now = int(NOW.timestamp())
    times = f"{_base36(now - 60)}.{_base36(now + until)}"
    return f"handlekurv=3; kvitt=1.{material}.{times}.00.{services}.{'s' * 22}."


def policy(*allowed: str) -> str:
    """The policy of a visitor who allowed these services."""
    return policy_for(NOTICE, BASE, allowed)
