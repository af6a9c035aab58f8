# SPDX-License-Identifier: Apache-2.0
"""Whole months, as a contract counts them."""

from datetime import UTC, datetime

import pytest

from cmp.consent.duration import after_months, months


@pytest.mark.parametrize(
    ("text", "count"), [("P12M", 12), ("P1Y", 12), ("P1Y6M", 18), ("P0M", 0), ("P999Y", 11_988)]
)
def test_a_duration_of_years_and_months(text: str, count: int) -> None:
    assert months(text) == count


@pytest.mark.parametrize("text", ["", "P", "12M", "P1D", "P1M1Y", "PT1M", "P-1M", "P1.5Y", "P1M\n"])
def test_any_other_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no duration"):
        months(text)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2028, 1, 31), 1, (2028, 2, 29)),
        ((2028, 2, 29), 12, (2029, 2, 28)),
        ((2026, 12, 1), 1, (2027, 1, 1)),
        ((2026, 11, 30), 24, (2028, 11, 30)),
        ((2026, 5, 5), 0, (2026, 5, 5)),
    ],
)
def test_the_same_day_or_the_months_last(
    start: tuple[int, int, int], count: int, end: tuple[int, int, int]
) -> None:
    moment = datetime(*start, 23, 59, 59, 999_000, tzinfo=UTC)
    assert after_months(moment, count) == datetime(*end, 23, 59, 59, 999_000, tzinfo=UTC)
