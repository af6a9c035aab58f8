# SPDX-License-Identifier: Apache-2.0
"""The text a choice is kept in: the vectors that the banner is held to as well."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmp.rules.choice import Choice, read_choice, stored_choice

VECTORS = Path(__file__).parents[2] / "vectors" / "choices.json"
FILE: dict[str, Any] = json.loads(VECTORS.read_text("utf-8"))
NOW = datetime.fromtimestamp(FILE["now"], UTC)
WHOLE: str = FILE["vectors"][0]["text"]


def _read(text: str, now: datetime = NOW) -> Choice | None:
    return read_choice(
        text,
        material=FILE["material"],
        categories=FILE["categories"],
        services=FILE["services"],
        now=now,
    )


@pytest.mark.parametrize("vector", FILE["vectors"], ids=lambda vector: vector["name"])
def test_vector(vector: dict[str, Any]) -> None:
    wanted = vector["choice"]
    found = _read(vector["text"])
    if wanted is None:
        assert found is None, vector["why"]
    else:
        answers = (tuple(wanted["categories"]), tuple(wanted["services"]))
        assert found == Choice(wanted["decided"], wanted["until"], *answers), vector["why"]


def test_a_part_of_a_second_does_not_lengthen_a_choice() -> None:
    ends = next(v for v in FILE["vectors"] if v["name"] == "ends-next-second")["text"]
    assert _read(ends, NOW + timedelta(milliseconds=999)) is not None
    assert _read(ends, NOW + timedelta(seconds=1)) is None


def test_the_zone_of_the_clock_does_not_matter() -> None:
    assert _read(WHOLE, NOW.astimezone(timezone(timedelta(hours=14)))) == _read(WHOLE)


@given(st.text())
def test_no_text_raises(text: str) -> None:
    assert _read(text) is None


@given(st.integers(0, len(WHOLE) - 1), st.characters())
def test_one_character_changed_gives_no_answer_that_was_not_written(
    place: int, character: str
) -> None:
    changed = WHOLE[:place] + character + WHOLE[place + 1 :]
    found = _read(changed)
    if found is not None:
        written = changed.split(".")[5]
        assert found.services == tuple(digit == "1" for digit in written)


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("", ""),
        ("a=1; kvitt=x", "x"),
        ("kvitt=x; kvitt=y", "x"),
        ("kvitt=a=b", "a=b"),
        ("xkvitt=x", ""),
        ("kvittx=x", ""),
        ("KVITT=x", ""),
        ("kvitt", ""),
        ("kvitt; kvitt=x", "x"),
        ("a=1;kvitt=x;b=2", "x"),
        ("a=kvitt=y; kvitt=x", "x"),
    ],
)
def test_the_first_cookie_of_the_name_counts(header: str, text: str) -> None:
    assert stored_choice(header) == text
