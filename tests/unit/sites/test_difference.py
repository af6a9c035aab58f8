# SPDX-License-Identifier: Apache-2.0
"""Changes between two notices: named one by one, and material exactly when the hash says so."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmp.sites.difference import changes
from cmp.sites.notice import NoticeBody, material_sha256

SERVICE = {
    "id": "video",
    "name": "Video",
    "provider": "Video AS",
    "country": "NO",
    "role": "processor",
    "policy_url": "https://video.example/",
    "hosts": ["video.example"],
    "paths": [],
    "purpose": "functional",
    "necessity": None,
    "text": {"nb": {"description": "Viser film."}},
}
ITEM = {
    "name": "v_id",
    "technology": "cookie",
    "party": "third",
    "service": "video",
    "purpose": "functional",
    "domain": "",
    "lifetime": "P3M",
    "lifetime_seconds": 7884000,
    "text": {"nb": {"purpose": "Husker volum."}},
}
NOTICE: NoticeBody = {
    "origins": ["https://www.example.no"],
    "languages": ["nb"],
    "default_language": "nb",
    "mode": "strict",
    "controllers": [{"id": "butikk", "name": "Butikken"}],
    "dpo": None,
    "authority": {"name": "Datatilsynet"},
    "policy": {"url": {"nb": "https://www.example.no/p"}},
    "purposes": [{"id": "necessary", "legal_basis": "exempt"}],
    "services": [SERVICE],
    "storage": [ITEM],
    "text": {"nb": {"accept": "Godta alle"}},
    "retention": "P24M",
    "ttl": {"granted": "P12M"},
    "layout": {},
    "bundle_sri": "sha384-x",
}

EDITS: dict[str, tuple[tuple[Any, ...], Any, str]] = {
    "provider": (("services", 0, "provider"), "Film AS", "service.field"),
    "country": (("services", 0, "country"), "US", "service.field"),
    "hosts": (("services", 0, "hosts"), ["film.example"], "service.field"),
    "service purpose": (("services", 0, "purpose"), "marketing", "service.field"),
    "service name": (("services", 0, "name"), "Film", "service.field"),
    "role": (("services", 0, "role"), "controller", "service.field"),
    "description": (("services", 0, "text"), {"nb": {"description": "x"}}, "service.text"),
    "lifetime": (("storage", 0, "lifetime"), "P13M", "item.field"),
    "party": (("storage", 0, "party"), "first", "item.field"),
    "item purpose": (("storage", 0, "purpose"), "marketing", "item.field"),
    "item text": (("storage", 0, "text"), {"nb": {"purpose": "x"}}, "item.text"),
    "another item": (("storage", 0, "name"), "w_id", "item.added"),
    "no items": (("storage",), [], "item.removed"),
    "controller": (("controllers", 0, "id"), "annen", "site.field"),
    "controller's name": (("controllers", 0, "name"), "Ny butikk", "site.field"),
    "dpo": (("dpo",), {"name": "Ombudet"}, "site.field"),
    "policy": (("policy", "url"), {"nb": "https://x.no/"}, "site.field"),
    "texts": (("text", "nb", "accept"), "Ja til alt", "site.text"),
    "program": (("bundle_sri",), "sha384-y", "site.field"),
}


def _edited(body: NoticeBody, path: tuple[Any, ...], value: Any) -> NoticeBody:
    copy = deepcopy(body)
    part = copy
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return copy


def test_equal_notices_have_no_changes() -> None:
    assert changes(NOTICE, deepcopy(NOTICE)) == []


@pytest.mark.parametrize("name", EDITS)
def test_each_edit_is_named(name: str) -> None:
    path, value, kind = EDITS[name]
    found = changes(NOTICE, _edited(NOTICE, path, value))
    assert kind in [change.kind for change in found]


@given(st.lists(st.sampled_from(sorted(EDITS)), unique=True))
def test_material_is_what_moves_the_material_hash(names: list[str]) -> None:
    body = NOTICE
    for name in sorted(names, key=lambda n: n == "no items"):
        path, value, _ = EDITS[name]
        body = _edited(body, path, value)
    moved = material_sha256(body) != material_sha256(NOTICE)
    found = changes(NOTICE, body)
    assert any(change.material for change in found) == moved
    assert bool(found) == (body != NOTICE)


def test_the_first_notice_is_all_new() -> None:
    assert [change.kind for change in changes(None, NOTICE)] == ["service.added", "item.added"]


def test_a_service_leaves_with_its_items() -> None:
    body = _edited(_edited(NOTICE, ("services",), []), ("storage",), [])
    found = changes(NOTICE, body)
    assert [(c.kind, c.subject) for c in found] == [
        ("service.removed", "Video"),
        ("item.removed", "v_id"),
    ]


def test_a_lifetime_says_from_what_to_what() -> None:
    found = changes(NOTICE, _edited(NOTICE, ("storage", 0, "lifetime"), "P13M"))
    assert [(c.service, c.subject, c.before, c.after) for c in found] == [
        ("Video", "v_id", "P3M", "P13M")
    ]
