# SPDX-License-Identifier: Apache-2.0
"""Rows of a CSV file (RFC 4180) by the name of their column, one at a time.

A broken row costs only itself: whatever cannot be read is answered with the line it stands on, and
reading goes on at the line after it. Nothing is held but the row at hand.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cmp.errors import Malformed

__all__ = ["MOST_ROWS", "BrokenRow", "Row", "csv_rows"]

MOST_ROWS = 100_000
# A quotation mark that nobody closes must not swallow the rest of the file, nor a file made of them
# be read over and over. Six texts of 2,000 characters may well be 12,000 lines.
MOST_LINES_OF_A_ROW = 20_000
MOST_LINES_READ_AGAIN = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """A row that was read: the line it begins on, counted from 1, and its cells by column."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that could not be read: the line it begins on, what stands there, and what is wrong."""

    line: int
    text: str
    key: str


def csv_rows(lines: Iterable[str], wanted: Iterable[str]) -> Iterator[Row | BrokenRow]:
    """Yield every row after the first, which names the columns; blank lines are no rows.

    `lines` end as they do in the file (a stream opened with `newline=""`). Cells are parted by
    comma, or by semicolon as spreadsheets in Norwegian write them. Raises Malformed if the first
    line lacks a column of `wanted` or names one twice, if there are over MOST_ROWS rows, or if next
    to nothing can be read.
    """
    source = _Lines(lines)
    delimiter = _delimiter(source.peek())
    names = _names(source, delimiter, wanted)
    count = 0
    while source.peek():
        row = _row(source, delimiter, names)
        if row is None:
            continue
        count += 1
        if count > MOST_ROWS:
            raise Malformed(
                f"The file has more than {MOST_ROWS} rows.", now="Import it in several parts."
            )
        yield row


class _Lines:
    """The lines of a file, of which some may be put back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._stream = iter(lines)
        self._back: deque[str] = deque()
        self.number = 1
        self._again = 0

    def peek(self) -> str:
        """The next line; empty at the end."""
        if not self._back:
            self._back.extend(line for line in [next(self._stream, "")] if line)
        return self._back[0] if self._back else ""

    def take(self) -> str:
        line = self.peek()
        if line:
            self._back.popleft()
            self.number += 1
        return line

    def put_back(self, lines: Sequence[str]) -> None:
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)
        self._again += len(lines)
        if self._again > MOST_LINES_READ_AGAIN:
            raise Malformed(
                f"Too many quotation marks are not closed, the last on line {self.number - 1}.",
                now="Is it a CSV file? Save it again from the program that made it.",
            )


def _delimiter(header: str) -> str:
    return ";" if header.count(";") > header.count(",") else ","


def _names(source: _Lines, delimiter: str, wanted: Iterable[str]) -> list[str]:
    cells, _ = _cells(source, delimiter)
    names = [name.strip() for name in cells or []]
    missing = [name for name in wanted if name not in names]
    if missing:
        raise Malformed(
            f"The first line does not name the columns {', '.join(missing)}.",
            now="Is it the right file? The first line must be the heading.",
        )
    if len(set(names)) < len(names):
        raise Malformed("The first line names a column twice.", now="Give each its own name.")
    return names


def _row(source: _Lines, delimiter: str, names: Sequence[str]) -> Row | BrokenRow | None:
    line = source.number
    cells, taken = _cells(source, delimiter)
    if cells == []:
        return None
    if cells is not None and len(cells) == len(names):
        return Row(line, dict(zip(names, cells, strict=True)))
    # Wherever the fault is, only the first line is given up; the next may begin a sound row.
    source.put_back(taken[1:])
    return BrokenRow(line, taken[0].strip(), "quote" if cells is None else "columns")


def _cells(source: _Lines, delimiter: str) -> tuple[list[str] | None, list[str]]:
    """The next row's cells, None if it cannot be read, and the lines that were taken for it."""
    taken: list[str] = []

    def pulled() -> Iterator[str]:
        while len(taken) < MOST_LINES_OF_A_ROW and source.peek():
            taken.append(source.take())
            yield taken[-1]

    try:
        return next(csv.reader(pulled(), delimiter=delimiter, strict=True), []), taken
    except csv.Error:
        return None, taken
