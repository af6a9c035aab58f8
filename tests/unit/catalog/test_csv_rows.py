# SPDX-License-Identifier: Apache-2.0
"""A broken row costs itself and no other; the rest is read as the standard says."""

import csv
import io
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmp.catalog import csv_rows as room
from cmp.catalog.csv_rows import BrokenRow, Row, csv_rows
from cmp.errors import Malformed


def _read(text: str) -> list[Row | BrokenRow]:
    return list(csv_rows(io.StringIO(text, newline=""), ["a", "b"]))


def _written(rows: Iterable[Iterable[str]], delimiter: str = ",") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def test_rows_carry_their_line_and_columns() -> None:
    rows = _read('a,b\r\n1,"to\r\nlinjer"\r\n\r\n2,"""sagt"""\r\n')
    assert rows == [
        Row(2, {"a": "1", "b": "to\r\nlinjer"}),
        Row(5, {"a": "2", "b": '"sagt"'}),
    ]


def test_a_spreadsheet_in_norwegian_writes_semicolons() -> None:
    assert _read("a;b\n1,5;2\n") == [Row(2, {"a": "1,5", "b": "2"})]


@pytest.mark.parametrize(
    ("broken", "key"),
    [
        ('1,"2', "quote"),
        ('1,"2"x', "quote"),
        ("1", "columns"),
        ("1,2,3", "columns"),
        ('1,"' + "x" * 200_000 + '"', "quote"),
    ],
)
@pytest.mark.parametrize("after", ["3,4\n", '3,"4"\n', '3,"4\n4"\n', ""])
def test_a_broken_row_does_not_lose_the_rest(broken: str, key: str, after: str) -> None:
    first, found, *rest = _read(f"a,b\n0,0\n{broken}\n{after}")
    assert first == Row(2, {"a": "0", "b": "0"})
    assert found == BrokenRow(3, broken, key)
    assert [row.line for row in rest if isinstance(row, Row)] == ([4] if after else [])


def test_a_quotation_mark_in_the_middle_is_a_character() -> None:
    assert _read('a,b\n1,5" skjerm\n') == [Row(2, {"a": "1", "b": '5" skjerm'})]


@pytest.mark.parametrize("heading", ["", "a\n", "a,c\n", "a,b,a\n", '"a,b\n'])
def test_another_heading_is_another_file(heading: str) -> None:
    with pytest.raises(Malformed):
        _read(heading + "1,2\n")


def test_a_file_of_open_quotes_ends_in_good_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_LINES_READ_AGAIN", 10_000)
    with pytest.raises(Malformed, match="not closed"):
        _read("a,b\n" + 'a","\n' * 20_000)


def test_there_is_a_most_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_ROWS", 3)
    assert len(_read("a,b\n" + "1,2\n" * 3)) == 3
    with pytest.raises(Malformed, match="more than 3 rows"):
        _read("a,b\n" + "1,2\n" * 4)


# A row whose cells are all empty text is written as a row, one without cells is a blank line.
cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)


@given(rows=st.lists(st.tuples(cells, cells), max_size=8), delimiter=st.sampled_from(",;"))
def test_what_is_written_is_read(rows: list[tuple[str, str]], delimiter: str) -> None:
    read = _read(_written([("a", "b"), *rows], delimiter))
    assert [(row.cells["a"], row.cells["b"]) for row in read if isinstance(row, Row)] == rows
    assert len(read) == len(rows)


@given(st.lists(st.sampled_from(['"', ",", "x", "\n", "\r", '"",', '\n"', "1,2\n"]), max_size=40))
def test_every_line_is_in_a_row_or_listed(parts: list[str]) -> None:
    text = "".join(parts)
    rows = {row.line: row for row in _read("a,b\n" + text)}
    lines = list(io.StringIO("a,b\n" + text, newline=""))
    # What stands between two starts belongs to a row of several lines, or is blank.
    for line, following in pairwise([1, *rows, len(lines) + 1]):
        between = "".join(lines[line : following - 1])
        assert isinstance(rows.get(line), Row) or not between.strip("\r\n")
