# SPDX-License-Identifier: Apache-2.0
"""Spans of leaves, against sets of numbers."""

from hypothesis import given
from hypothesis import strategies as st

from cmp.proof.spans import Span, common, grow, without

NUMBERS = st.sets(st.integers(0, 40))


def spans(numbers: set[int]) -> list[Span]:
    found: list[Span] = []
    for number in sorted(numbers):
        grow(found, number, number + 1)
    return found


def numbers(found: list[Span]) -> set[int]:
    return {number for begin, end in found for number in range(begin, end)}


def test_neighbours_grow_together() -> None:
    assert spans({0, 1, 2, 4, 5, 9}) == [(0, 3), (4, 6), (9, 10)]


@given(NUMBERS, NUMBERS)
def test_they_are_sets(left: set[int], right: set[int]) -> None:
    assert numbers(list(common(spans(left), spans(right)))) == left & right
    assert numbers(list(without(spans(left), spans(right)))) == left - right
