# SPDX-License-Identifier: Apache-2.0
"""What a record may hold (A.2), and what it must never hold."""

from typing import Any

import pytest

from cmp.proof.record_schema import NEVER, record_problem
from tests.unit.proof.made_log import consent

OPTIONAL = {
    "subject__account_ref": "e" * 64,
    "event__client_skew_s": -86_400,
    "geo": {"country": "NO"},
    "child": "not_assessed",
    "notice__variant": "b",
    "ui__dom_sha256": "f" * 64,
    "ui__checks": {"reject_visible": True},
    "ui__asserted_by": "client",
    "decision__embeds": ["video"],
    "context__path": "/ordre/:id",
    "context__ua_family": "Mobile Safari UI/WKWebView/18",
    "context__ip": {"mode": "trunc", "network": "192.0.2.0/24"},
    "prev": "0193a000-0000-7000-8000-000000000001",
}


def test_a_record_of_mandatory_members_fits() -> None:
    assert record_problem(consent(1)) == ""


@pytest.mark.parametrize("name", [name for name in OPTIONAL if not name.startswith("ui__")])
def test_each_optional_member_fits(name: str) -> None:
    assert record_problem(consent(1, **{name: OPTIONAL[name]})) == ""


def test_all_optional_members_fit_together() -> None:
    assert record_problem(consent(1, **OPTIONAL)) == ""


MANDATORY = [
    *("schema", "record_id", "site", "subject", "event", "jurisdiction", "lang", "notice"),
    *("policy", "ui", "decision", "signals", "context", "controller", "retention_until"),
    *("operator", "subject__key", "subject__kind", "event__type", "event__state"),
    *("event__method", "event__layer", "event__time", "event__valid_until", "event__ttl_rule"),
    *("notice__version", "notice__sha256", "notice__log_index", "policy__sha256", "ui__bundle"),
    *("ui__config_sha256", "ui__text_sha256", "decision__categories", "decision__services"),
    *("signals__gpc", "context__origin", "context__device"),
]


@pytest.mark.parametrize("name", MANDATORY)
def test_each_mandatory_member_is_missed(name: str) -> None:
    problem = record_problem(consent(1, **{name: None}))
    assert problem == f"record.{name.replace('__', '.')} is missing"


def test_the_previous_record_must_be_named_even_if_there_is_none() -> None:
    record = consent(1)
    del record["prev"]
    assert record_problem(record) == "record.prev is missing"


@pytest.mark.parametrize("name", [*NEVER, "Referer", "User-Agent", "Email"])
@pytest.mark.parametrize("place", ["", "subject__", "context__", "event__"])
def test_what_must_never_be_held_is_named(name: str, place: str) -> None:
    problem = record_problem(consent(1, **{f"{place}{name}": "x"}))
    assert problem.endswith("which a record must never hold")


@pytest.mark.parametrize("name", ["extra", "context__ip__address", "decision__vendors", "ui__x"])
def test_an_unknown_member_is_refused(name: str) -> None:
    problem = record_problem(consent(1, **{name: "x"}))
    assert problem == f"record.{name.replace('__', '.')} is no member of a record"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("schema", "cmp-consent-record/2"),
        ("record_id", "0193a000-0000-4000-8000-000000000001"),
        ("record_id", "0193A000-0000-7000-8000-000000000001"),
        ("prev", "x"),
        ("site", "Prøve"),
        ("subject__key", "short"),
        ("subject__key", "kari@example.no.........."),
        ("subject__kind", "person"),
        ("subject__account_ref", "kari@example.no"),
        ("event__type", "implied"),
        ("event__state", "maybe"),
        ("event__method", "scroll"),
        ("event__layer", True),
        ("event__layer", "1"),
        ("event__layer", 3),
        ("event__layer", [1]),
        ("event__time", "2026-11-24T09:00:00Z"),
        ("event__time", "2026-11-24T09:00:00.000+01:00"),
        ("event__time", "2026-02-30T09:00:00.000Z"),
        ("event__time", 0),
        ("event__valid_until", "2026-11-24T08:59:59.999Z"),
        ("event__client_skew_s", 86_401),
        ("event__client_skew_s", True),
        ("retention_until", "2027-11-23"),
        ("retention_until", "2027-02-30"),
        ("retention_until", "24.11.2029"),
        ("geo", {"country": "Oslo"}),
        ("lang", "norsk bokmål"),
        ("notice__log_index", -1),
        ("notice__log_index", "1"),
        ("notice__sha256", "B" * 64),
        ("notice__version", "a version with words in it"),
        ("ui__bundle", "sha256-abc"),
        ("ui__asserted_by", "client"),
        ("ui__checks", {"reject_visible": True}),
        ("decision__categories", {"analytics": "yes"}),
        ("decision__categories", {"kari@example.no": "granted"}),
        ("decision__services", ["maling"]),
        ("decision__embeds", "video"),
        ("decision__embeds", [{"id": "video"}]),
        ("signals__gpc", 1),
        ("context__origin", "https://www.example.no/"),
        ("context__origin", "https://www.example.no?kari"),
        ("context__path", "/sok?q=kari"),
        ("context__path", "/side#del"),
        (
            "context__ua_family",
            "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143",
        ),
        ("context__ua_family", "Firefox/143.0"),
        ("context__device", "1920x1080"),
        ("context__ip", {"mode": "none", "network": "192.0.2.0/24"}),
        ("context__ip", {"mode": "trunc", "network": "192.0.2.7/32"}),
        ("context__ip", {"mode": "trunc", "network": "192.0.2.7/24"}),
        ("context__ip", {"mode": "trunc", "network": "2001:db8::/64"}),
        ("context__ip", {"mode": "trunc", "network": 3221225984}),
        ("context__ip", {"mode": "full"}),
        ("context__ip", {"mode": ["none"]}),
        ("context__ip", "192.0.2.7"),
        ("controller", "Kari Prøve"),
        ("operator", "kvitt"),
        ("child", "2014-05-17"),
    ],
)
def test_a_member_of_another_form_is_refused(name: str, value: Any) -> None:
    problem = record_problem(consent(1, **{name: value}))
    assert problem.startswith("record.")


@pytest.mark.parametrize("record", [None, [], "record", 1, {}])
def test_what_is_no_record_is_refused(record: Any) -> None:
    assert record_problem(record).startswith("record")


def test_an_expired_record_may_end_before_it_is_written() -> None:
    late = {"event__state": "expired", "event__time": "2027-12-01T00:00:00.000Z"}
    assert record_problem(consent(1, **late)) == ""


def test_both_kinds_of_networks_and_the_keyed_hash_fit() -> None:
    for ip in (
        {"mode": "trunc", "network": "2001:db8:1::/48"},
        {"mode": "hmac", "hmac": "0" * 64},
    ):
        assert record_problem(consent(1, context__ip=ip)) == ""


def test_too_many_answers_are_refused() -> None:
    many = {f"s{n}": "denied" for n in range(1001)}
    assert "1000" in record_problem(consent(1, decision__services=many))
