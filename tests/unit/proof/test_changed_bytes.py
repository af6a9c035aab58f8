# SPDX-License-Identifier: Apache-2.0
"""Whatever byte of a download is changed, verification says no, and where.

Not covered by any signature, and so not by these tests: when the download was made and what was
asked for, as far as that still fits the records that are shown.
"""

import json
import re
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from cmp.proof.finding import Report
from cmp.proof.verify import verify_lines
from tests.unit.proof.made_log import EVERYTHING, some_log

SELECTION = {**EVERYTHING, "method": "reject_all"}
LINES = some_log(5).lines(hide={3, 5}, selection=SELECTION)
HEADER, RECORD, COVER = 0, 3, 4
UNSIGNED = re.search(rb'"made_at":"[^"]*"', LINES[HEADER])


def flipped(line: int, place: int, flip: int) -> Report:
    content = bytearray(LINES[line])
    content[place] ^= flip
    changed = [*LINES[:line], *bytes(content).splitlines(keepends=True), *LINES[line + 1 :]]
    return verify_lines(changed)


def is_signed(line: int, place: int) -> bool:
    return line != HEADER or not UNSIGNED or not UNSIGNED.start() <= place < UNSIGNED.end()


@cache
def untouched() -> bool:
    return verify_lines(LINES).holds


@settings(max_examples=600)
@given(st.data())
def test_no_changed_byte_goes_unnoticed(data: st.DataObject) -> None:
    assert untouched()
    line = data.draw(st.integers(0, len(LINES) - 1), label="line")
    place = data.draw(st.integers(0, len(LINES[line]) - 1), label="place")
    flip = data.draw(st.integers(1, 255), label="flip")
    report = flipped(line, place, flip)
    if is_signed(line, place):
        assert not report.holds
        assert any(finding.line is not None for finding in report.findings)


def test_each_byte_of_a_record_line_names_its_line() -> None:
    record_id = json.loads(LINES[RECORD])["record"]["record_id"]
    place_of_id = LINES[RECORD].index(record_id.encode())
    for place in range(len(LINES[RECORD]) - 1):
        report = flipped(RECORD, place, 1)
        first = report.findings[0]
        assert first.line == RECORD + 1, place
        if not place_of_id - 13 <= place <= place_of_id + len(record_id):
            assert first.record_id == record_id, place


def test_each_byte_of_a_cover_points_at_its_line() -> None:
    for place in range(len(LINES[COVER]) - 1):
        first = flipped(COVER, place, 1).findings[0]
        assert first.line == COVER + 1 or f"line {COVER + 1}" in first.what, place


def test_each_byte_of_a_public_line_names_its_line() -> None:
    for line in (1, 2):
        for place in range(len(LINES[line]) - 1):
            assert flipped(line, place, 1).findings[0].line == line + 1, (line, place)


def test_each_signed_byte_of_the_header_is_noticed() -> None:
    for place in range(len(LINES[HEADER]) - 1):
        report = flipped(HEADER, place, 1)
        if is_signed(HEADER, place):
            assert not report.holds, place
            assert report.findings[0].line is not None


def test_each_byte_of_the_end_names_its_line() -> None:
    last = len(LINES) - 1
    for place in range(len(LINES[last])):
        assert flipped(last, place, 1).findings[0].line == len(LINES), place
