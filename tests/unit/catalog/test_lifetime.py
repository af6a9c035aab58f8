# SPDX-License-Identifier: Apache-2.0
"""Lifetimes as people write them: one value each, the longest that may happen, or a refusal."""

import csv
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cmp.catalog.lifetime import is_lifetime, parse_lifetime, same_lifetime, seconds
from cmp.errors import Unprocessable
from cmp.i18n.duration import duration_in_words
from cmp.i18n.text import LANGUAGES

READ = [
    ("2 år", "P2Y", "fixed"),
    ("13 måneder", "P13M", "fixed"),
    ("13 månader", "P13M", "fixed"),
    ("30 dagar", "P30D", "fixed"),
    ("ett døgn", "P1D", "fixed"),
    ("18 mnd.", "P18M", "fixed"),
    ("inntil 13 måneder", "P13M", "fixed"),
    ("1 år og 6 måneder", "P1Y6M", "fixed"),
    ("2 years, 1 month and 3 days", "P2Y1M3D", "fixed"),
    ("1 day 12 hours", "P1DT12H", "fixed"),
    ("1,5 år", "P18M", "fixed"),
    ("0.5 hours", "PT30M", "fixed"),
    ("1½ måned", "P46D", "fixed"),
    ("p13m", "P13M", "fixed"),
    ("100 years", "P100Y", "fixed"),
    ("økt", "session", "session"),
    ("Sesjon", "session", "session"),
    ("til nettleseren lukkes", "session", "session"),
    ("forever", "persistent", "persistent"),
    ("for alltid", "persistent", "persistent"),
    ("30-60 dager", "P60D", "range"),
    ("60–30 dager", "P60D", "range"),
    ("3 weeks or 2 days", "P3W", "conditional"),
    ("2 år etter siste besøk", "P2Y", "sliding"),
    ("varierer", "", "unknown"),
    ("  ", "", "unknown"),
    ("10 Nov 2030", "", "absolute-date"),
    ("slettes når du logger ut", "", "event"),
    ("Acme", "", "shifted"),
]
REFUSED = [
    "400 years",
    "101 år",
    "P101Y",
    "9999999 days",
    "500000 timer og 500000 timer" + " " * 200,
    "1000000 hours",
    "-1 d",
    "− 30 dager",
    "1 year\x00",
    "1 \ud800year",
    "9" * 190 + " days",
]


@pytest.mark.parametrize(("written", "value", "kind"), READ)
def test_what_is_written_is_read(written: str, value: str, kind: str) -> None:
    lifetime = parse_lifetime(written)
    assert (lifetime.value, lifetime.kind, lifetime.text) == (value, kind, written)


@pytest.mark.parametrize("written", REFUSED)
def test_what_no_lifetime_can_be_is_refused(written: str) -> None:
    with pytest.raises(Unprocessable):
        parse_lifetime(written)


def test_every_spelling_of_the_open_cookie_database(shared_data: Path) -> None:
    table = shared_data / "open-cookie-database" / "retention-formats.csv"
    with table.open(encoding="utf-8", newline="") as stream:
        spellings = list(csv.DictReader(stream))
    assert len(spellings) == 175
    for row in spellings:
        # A date is no duration: the table gives the day, what is stored is nothing.
        wanted = "" if row["kind"] == "absolute-date" else row["normalised"]
        read = parse_lifetime(row["raw"])
        assert (row["raw"], read.value, read.kind) == (row["raw"], wanted, row["kind"])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("value", ["P1Y", "P13M", "P1Y6M", "P1DT12H", "PT90S", "session"])
def test_our_own_words_read_back(value: str, lang: str) -> None:
    assert parse_lifetime(duration_in_words(value, lang)).value == value


@example("1 second ago 99999999999 years")
@example("500000 hours")
@given(st.text(max_size=60) | st.from_regex(r"[0-9]{1,12} ?(years|d|t|m|sekunder|uker)( og )?"))
def test_any_text_is_read_to_what_may_be_stored_or_refused(written: str) -> None:
    try:
        lifetime = parse_lifetime(written)
    except Unprocessable:
        return
    assert is_lifetime(lifetime.value)
    assert lifetime.text == written


def test_only_what_a_browser_could_keep_is_a_lifetime() -> None:
    for value in ("", "session", "persistent", "P1Y", "PT0S", "PT500000H", "P100Y"):
        assert is_lifetime(value)
    for value in ("P", "PT", "P1", "1 year", "P101Y", "P٣D", "Session", "P1.5Y", "P1Y "):
        assert not is_lifetime(value)


def test_lengths_are_compared_as_people_do() -> None:
    assert seconds("P1YT1S") == 365 * 86_400 + 1
    assert seconds("session") is None
    assert same_lifetime("P12M", "P365D")
    assert same_lifetime("session", "session")
    assert not same_lifetime("P13M", "P1Y")
    assert not same_lifetime("session", "P1D")
