# SPDX-License-Identifier: Apache-2.0
"""Sets of leaf indexes as spans [begin, end): a log's leaves come in long runs."""

from collections.abc import Iterable, Iterator

__all__ = ["Span", "common", "grow", "without"]

Span = tuple[int, int]


def grow(spans: list[Span], begin: int, end: int) -> None:
    """Add [begin, end) to `spans`, all of which lie before it."""
    if spans and spans[-1][1] == begin:
        spans[-1] = (spans[-1][0], end)
    else:
        spans.append((begin, end))


def common(left: Iterable[Span], right: Iterable[Span]) -> Iterator[Span]:
    """Yield what both sorted lists hold."""
    lefts, rights = iter(left), iter(right)
    one, other = next(lefts, None), next(rights, None)
    while one is not None and other is not None:
        begin, end = max(one[0], other[0]), min(one[1], other[1])
        if begin < end:
            yield begin, end
        if one[1] <= other[1]:
            one = next(lefts, None)
        else:
            other = next(rights, None)


def without(left: Iterable[Span], right: Iterable[Span]) -> Iterator[Span]:
    """Yield what of the sorted list `left` is not in the sorted list `right`."""
    rights = iter(right)
    other = next(rights, None)
    for begin, end in left:
        at = begin
        while other is not None and other[0] < end:
            if at < other[0]:
                yield at, other[0]
            at = max(at, other[1])
            if other[1] > end:
                break
            other = next(rights, None)
        if at < end:
            yield at, end
