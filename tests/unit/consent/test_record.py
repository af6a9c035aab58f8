# SPDX-License-Identifier: Apache-2.0
"""The record of a decision: what it holds, and what it never holds."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cmp.consent.record import Caller, build
from cmp.contract.decision import Evidence, Signals
from cmp.proof.canonical import canonical
from tests.unit.consent.sample import decided, notice

AT = datetime(2026, 11, 30, 9, 0, 0, 123_000, tzinfo=UTC)
CALLER = Caller("https://www.example.no", "")
GIVEN = {"method": "save_custom", "services": {"maling": "granted", "annonse": "denied"}}


def record(**other: Any) -> dict[str, Any]:
    return build(decided(**other), notice(), CALLER, at=AT, text_sha256="1" * 64)


def test_every_answer_is_written_out_and_none_implied() -> None:
    made = record()
    assert made["decision"] == {
        "categories": {"necessary": "exempt", "analytics": "denied", "marketing": "denied"},
        "services": {"betaling": "exempt", "maling": "denied", "annonse": "denied"},
    }
    assert made["prev"] is None
    assert made["notice"] == {"version": "2026.11-1", "sha256": "a" * 64, "log_index": None}
    assert canonical(made)


@pytest.mark.parametrize(
    ("other", "until", "kept"),
    [
        ({}, "2027-05-30T09:00:00.123Z", "2029-05-30"),
        (GIVEN, "2027-11-30T09:00:00.123Z", "2029-11-30"),
    ],
)
def test_a_refusal_and_a_consent_have_their_own_life(
    other: dict[str, Any], until: str, kept: str
) -> None:
    made = record(**other)
    assert made["event"]["valid_until"] == until
    assert made["retention_until"] == kept


@pytest.mark.parametrize(
    ("clock", "skew"),
    [
        (None, None),
        ("2026-11-30T09:01:59Z", None),
        ("2026-11-30T09:02:01Z", 120),
        ("2026-11-30T08:50:00Z", -600),
        ("2026-11-30T10:00:00+01:00", None),
        ("1970-01-01T00:00:00Z", -86_400),
        ("2099-12-31T23:59:59Z", 86_400),
        ("0001-01-01T00:00:00+23:59", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("2026-02-30T00:00:00Z", None),
    ],
)
def test_the_browsers_clock_is_noted_and_never_believed(
    clock: str | None, skew: int | None
) -> None:
    event = record(decided_at=clock)["event"]
    assert event.get("client_skew_s") == skew
    assert event["time"] == "2026-11-30T09:00:00.123Z"


def test_what_the_browser_says_of_itself_is_marked_as_its_word() -> None:
    assert record()["ui"]["text_sha256"] == "1" * 64
    assert "asserted_by" not in record()["ui"]
    said = Evidence(text_sha256="2" * 64, checks={"area_ok": False})
    ui = record(ui=said)["ui"]
    assert ui["text_sha256"] == "2" * 64
    assert (ui["checks"], ui["asserted_by"]) == ({"area_ok": False}, "client")


def test_a_pseudonym_is_kept_or_made() -> None:
    assert record(subject="A" * 22)["subject"] == {"key": "A" * 22, "kind": "device"}
    assert record()["subject"]["key"] != record()["subject"]["key"]
    assert record(signals=Signals(gpc=True))["signals"] == {"gpc": True}
