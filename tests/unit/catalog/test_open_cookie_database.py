# SPDX-License-Identifier: Apache-2.0
"""The Open Cookie Database: each row imported, merged or listed; nothing becomes necessary."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmp.catalog.import_file import read_file
from cmp.catalog.item_rules import ItemFacts, check_item, check_service
from cmp.catalog.open_cookie_database import COLUMNS, read_open_cookie_database
from cmp.catalog.reading import Reading

SOUND = {
    "ID": "1",
    "Platform": "Måler",
    "Category": "Analytics",
    "Cookie / Data Key name": "_maler",
    "Domain": "",
    "Description": "Counts visits",
    "Retention period": "2 years",
    "Data Controller": "Måler AS",
    "User Privacy & GDPR Rights Portals": "https://maler.example.com/privacy",
    "Wildcard match": "0",
}
SHORT = {
    "id": "ID",
    "platform": "Platform",
    "category": "Category",
    "name": "Cookie / Data Key name",
    "domain": "Domain",
    "description": "Description",
    "retention": "Retention period",
    "controller": "Data Controller",
    "policy": "User Privacy & GDPR Rights Portals",
    "wildcard": "Wildcard match",
}


def _row(**other: str) -> list[str]:
    return list((SOUND | {SHORT[name]: value for name, value in other.items()}).values())


def _file(*rows: list[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([COLUMNS, *rows])
    return out.getvalue()


def _read(*rows: list[str]) -> Reading:
    return read_open_cookie_database(io.StringIO(_file(*rows), newline=""))


def _items(reading: Reading) -> list[ItemFacts]:
    return [item for _, items in reading.plan for item in items]


def test_a_row_becomes_an_item_of_its_platform() -> None:
    reading = _read(_row())
    [(service, (item,))] = reading.plan
    assert (reading.rows, reading.imported, reading.refused) == (1, 1, [])
    assert service.service_id == "maler"
    assert (service.name, service.provider) == ("Måler", "Måler AS")
    assert service.policy_url == "https://maler.example.com/privacy"
    assert item == ItemFacts(
        name="_maler",
        technology="cookie",
        party="first",
        lifetime="P2Y",
        category="analytics",
        purpose={"en": "Counts visits"},
        source="Open Cookie Database 1",
    )


@pytest.mark.parametrize(
    ("written", "category"),
    [
        ("Functional", "functional"),
        ("Necessary", "functional"),
        ("Security", "functional"),
        ("Analytics", "analytics"),
        ("Personalization", "personalisation"),
        (" marketing ", "marketing"),
    ],
)
def test_no_category_of_theirs_is_necessary(written: str, category: str) -> None:
    [(service, (item,))] = _read(_row(category=written)).plan
    assert (service.category, item.category) == (category, category)
    assert service.legal_basis == "consent"


def test_a_service_asks_for_the_most_that_its_items_do() -> None:
    reading = _read(
        _row(name="kurv", category="Functional"),
        _row(name="annonse", category="Marketing"),
        _row(name="teller"),
    )
    [(service, items)] = reading.plan
    assert service.category == "marketing"
    assert [item.category for item in items] == ["functional", "marketing", "analytics"]


@pytest.mark.parametrize(
    ("written", "flag", "name"),
    [
        ("_maler_", "1", "_maler_*"),
        ("_maler_*", "1", "_maler_*"),
        ("_maler_", "0", "_maler_"),
        ("maler_NNN", "0", "maler_*"),
        ("maler/%INTEGER%/x", "0", "maler/*/x"),
        (" Maler\t", "0", "Maler"),
    ],
)
def test_wildcards_are_prefixes(written: str, flag: str, name: str) -> None:
    assert [item.name for item in _items(_read(_row(name=written, wildcard=flag)))] == [name]


@pytest.mark.parametrize(
    ("written", "places"),
    [
        ("", [("", "first")]),
        (".Maler.example.com", [("maler.example.com", "third")]),
        ("maler.example.com. (3rd party)", [("maler.example.com", "third")]),
        ("maler.example.com\u200b", [("maler.example.com", "third")]),
        ("a.example (3rd party) or ", [("a.example", "third"), ("", "first")]),
        (" or a.example (3rd party)", [("", "first"), ("a.example", "third")]),
        ("a.example or b.example", [("a.example", "third"), ("b.example", "third")]),
        ("or.example", [("or.example", "third")]),
    ],
)
def test_a_domain_names_the_places(written: str, places: list[tuple[str, str]]) -> None:
    items = _items(_read(_row(domain=written)))
    assert [(item.domain, item.party) for item in items] == places


def test_a_lifetime_that_is_no_duration_keeps_its_words() -> None:
    reading = _read(
        _row(name="a", retention="30 seconds till 1 year"),
        _row(name="b", retention="Local Storage"),
        _row(name="c", retention="when logged out"),
        _row(name="d", retention="Varies"),
    )
    span, storage, event, unknown = _items(reading)
    assert span.lifetime == "P1Y"
    assert span.source.endswith("; lifetime there: 30 seconds till 1 year")
    assert (storage.technology, storage.lifetime) == ("local_storage", "persistent")
    assert (event.lifetime, unknown.lifetime) == ("", "")
    assert reading.unknown_lifetimes == 2


def test_two_rows_of_one_item_are_merged_into_what_tells_more() -> None:
    reading = _read(
        _row(retention="session", category="Functional", description=""),
        _row(platform="MÅLER", retention="1 year", category="Marketing"),
        _row(retention="30 days"),
    )
    [(service, (item,))] = reading.plan
    assert (reading.imported, [(m.line, m.into) for m in reading.merged]) == (1, [(3, 2), (4, 2)])
    assert (item.lifetime, item.category, item.purpose) == (
        "P1Y",
        "marketing",
        {"en": "Counts visits"},
    )
    assert service.name == "Måler"


REFUSED = [
    ({"platform": "", "controller": ""}, "no_platform"),
    ({"platform": "店"}, "service_id"),
    ({"platform": "<img src=x onerror=alert(1)>"}, "markup"),
    ({"description": "See <a href='//x'>here</a>"}, "markup"),
    ({"description": '=HYPERLINK("//x")'}, "formula"),
    ({"controller": "@SUM(A1)"}, "formula"),
    ({"platform": "-1+1"}, "formula"),
    ({"name": ""}, "required"),
    ({"name": "to ord"}, "item_name"),
    ({"name": "🍪"}, "item_name"),
    ({"name": "n\x00"}, "characters"),
    ({"name": "n" * 10_000}, "too_long"),
    ({"platform": "P" * 10_000}, "too_long"),
    ({"description": "d" * 10_000}, "too_long"),
    ({"description": "nul\x00"}, "characters"),
    ({"description": "turned \u202e round"}, "characters"),
    ({"description": "bytes \udce6"}, "encoding"),
    ({"name": "lone\ud800"}, "encoding"),
    ({"category": "Advertising"}, "unknown_category"),
    ({"category": ""}, "unknown_category"),
    ({"domain": "ads-[account].example.com"}, "domain"),
    ({"domain": ".".join(["d" * 60] * 5)}, "long_domain"),
    ({"policy": "javascript:alert(1)"}, "policy_url"),
    ({"wildcard": "2"}, "wildcard_flag"),
    ({"wildcard": "1", "name": "_s"}, "short_wildcard"),
    ({"retention": "400 years"}, "lifetime"),
    ({"retention": "-1 day"}, "lifetime"),
    ({"retention": "Måler", "controller": "29 days"}, "shifted"),
]


@pytest.mark.parametrize(("other", "reason"), REFUSED, ids=lambda value: str(value)[:40])
def test_a_bad_row_is_listed_and_loses_nothing_else(other: dict[str, str], reason: str) -> None:
    reading = _read(_row(name="foran"), _row(**other), _row(name="etter"))
    assert [item.name for item in _items(reading)] == ["foran", "etter"]
    [refused] = reading.refused
    assert (refused.line, refused.reason) == (3, reason)
    assert refused.text
    assert (refused.entry + refused.text).isprintable()
    assert len(refused.entry) <= 200


def test_four_byte_characters_in_prose_are_text() -> None:
    [item] = _items(_read(_row(description="Cookies 🍪 for all")))
    assert item.purpose == {"en": "Cookies 🍪 for all"}


def test_a_broken_row_in_the_middle() -> None:
    sound = _file(_row(name="a"), _row(name="b"), _row(name="c"))
    lines = sound.splitlines(keepends=True)
    lines[2] = lines[2].replace("Counts visits", '"Counts visits')
    reading = read_open_cookie_database(lines)
    assert [item.name for item in _items(reading)] == ["a", "c"]
    assert [(r.line, r.reason) for r in reading.refused] == [(3, "quote")]


def test_the_real_file(shared_data: Path) -> None:
    reading = read_file(shared_data / "open-cookie-database" / "open-cookie-database.csv")
    assert reading.format == "ocd"
    assert reading.rows == 2264
    assert reading.imported + len(reading.merged) + len(reading.refused) == 2264
    assert {refused.reason for refused in reading.refused} == {
        "no_platform",
        "short_wildcard",
        "item_name",
        "domain",
        "shifted",
    }
    assert len(reading.refused) < 30
    assert not [s for s, _ in reading.plan if s.category == "necessary"]
    assert not [i for i in _items(reading) if i.category == "necessary"]


cell = st.text(max_size=12) | st.sampled_from(
    ["", "0", "1", "Functional", "Necessary", "Marketing", "2 years", "session", "a.example", "_ga"]
)
ragged = st.lists(cell, max_size=12)
near = st.builds(lambda other: _row(**other), st.dictionaries(st.sampled_from(sorted(SHORT)), cell))


@given(rows=st.lists(near | ragged, max_size=6), noise=st.text('",;\r\nx', max_size=12))
def test_whatever_comes_is_imported_or_listed(rows: list[list[str]], noise: str) -> None:
    lines = io.StringIO(_file(*rows) + noise, newline="")
    reading = read_open_cookie_database(lines)
    assert reading.rows == reading.imported + len(reading.merged) + len(reading.refused)
    for service, items in reading.plan:
        assert items
        assert check_service(service) == []
        assert [problem for item in items for problem in check_item(item)] == []
        assert "necessary" not in {service.category, *(item.category for item in items)}
    for refused in reading.refused:
        assert (refused.entry + refused.text).isprintable()
        assert refused.line > 1
