# SPDX-License-Identifier: Apache-2.0
"""Downloads that hold, and one fault each: its class, its place, never a traceback."""

import io
import json
from base64 import b64encode
from typing import Any

import pytest

from cmp.proof.canonical import canonical
from cmp.proof.commitment import commitment
from cmp.proof.export_lines import LONGEST_LINE, read_lines
from cmp.proof.finding import MEANINGS, MOST_OF_ONE_CLASS, Report
from cmp.proof.keys import from_seed, parse_vkey, public_jwk, vkey
from cmp.proof.verify import verify_lines
from tests.unit.proof.made_log import (
    EVERYTHING,
    KEY,
    NOTICE,
    ORIGIN,
    MadeLog,
    consent,
    some_log,
)

OTHER = from_seed(b"o" * 32)
TRUSTED = parse_vkey(vkey(ORIGIN, KEY.public_key()))
FILTERED = {**EVERYTHING, "method": "reject_all"}


def kinds(lines: list[bytes], **options: Any) -> list[str]:
    report = verify_lines(lines, **options)
    assert set(report.counts) <= set(MEANINGS)
    assert report.holds == (not report.counts)
    return [finding.kind for finding in report.findings]


def edited(line: bytes, **changes: Any) -> bytes:
    """The line with members replaced; a double underscore reaches inside."""
    value = json.loads(line)
    for name, new in changes.items():
        *parents, last = name.split("__")
        inside = value
        for parent in parents:
            inside = inside[parent]
        inside[last] = new
    return canonical(value) + b"\n"


def replaced(lines: list[bytes], place: int, *new: bytes) -> list[bytes]:
    return [*lines[:place], *new, *lines[place + 1 :]]


LINES = some_log().lines()


def test_a_download_of_everything_holds() -> None:
    report = verify_lines(LINES)
    assert report.holds
    (section,) = report.sections
    assert (section.size, section.records, section.public, section.notices) == (11, 9, 2, 1)
    assert section.signed_by == vkey(ORIGIN, KEY.public_key())
    assert not section.key_given
    assert section.everything


def test_it_holds_under_the_readers_own_key() -> None:
    other = parse_vkey(vkey("other.example.no/cmp/x-x/2026", OTHER.public_key()))
    report = verify_lines(LINES, vkeys=[other, TRUSTED])
    assert report.holds
    assert report.sections[0].key_given


@pytest.mark.parametrize(
    "hide", [{2}, {10}, {2, 3, 4}, {3, 4, 5, 6, 7}, {2, 4, 6, 8, 10}, set(range(2, 11))]
)
def test_a_filtered_download_holds(hide: set[int]) -> None:
    report = verify_lines(some_log().lines(hide=hide, selection=FILTERED))
    assert report.holds
    assert report.sections[0].covered == len(hide)
    assert not report.sections[0].everything


def test_progress_is_told() -> None:
    told: list[int] = []
    verify_lines([b"x\n"] * 12_000, progress=told.append)
    assert told == [5000, 10_000]


@pytest.mark.parametrize("end", range(len(LINES)))
def test_a_file_that_is_cut_off_never_holds(end: int) -> None:
    found = kinds(LINES[:end])
    assert found == (["truncated"] if end else ["not-an-export"])


def test_a_file_cut_off_inside_a_line_never_holds() -> None:
    whole = b"".join(LINES)
    for end in range(0, len(whole), 97):
        lines = list(read_lines(io.BytesIO(whole[:end])))
        assert not verify_lines(lines).holds
    assert not verify_lines(read_lines(io.BytesIO(whole[:-1]))).holds
    assert verify_lines(read_lines(io.BytesIO(whole))).holds


def test_no_end_line() -> None:
    report = verify_lines(LINES[:-1])
    (finding,) = report.findings
    assert (finding.kind, finding.index, finding.line) == ("truncated", 11, 13)


def test_a_missing_leaf() -> None:
    report = verify_lines(replaced(LINES, 5))
    first = report.findings[0]
    assert (first.kind, first.line, first.index) == ("order", 6, 5)
    assert "leaf 4 is due" in first.what


def test_a_missing_last_leaf() -> None:
    report = verify_lines(replaced(LINES, 11))
    assert {finding.kind for finding in report.findings} == {"order"}
    assert any("10 to 10 are missing" in finding.what for finding in report.findings)


def test_swapped_lines() -> None:
    lines = [*LINES[:5], LINES[6], LINES[5], *LINES[7:]]
    report = verify_lines(lines)
    assert [(f.kind, f.line, f.index) for f in report.findings] == [
        ("order", 6, 5),
        ("order", 7, 4),
    ]


def test_a_repeated_line() -> None:
    report = verify_lines([*LINES[:6], LINES[5], *LINES[6:]])
    assert {f.kind for f in report.findings} == {"order", "duplicate", "history"}
    assert (report.findings[0].line, report.findings[0].index) == (7, 4)


def test_a_changed_record_is_named() -> None:
    changed = edited(LINES[5], record__lang="en")
    report = verify_lines(replaced(LINES, 5, changed))
    (finding,) = report.findings
    assert finding.kind == "record-changed"
    assert (finding.line, finding.index) == (6, 4)
    assert finding.record_id == consent(2)["record_id"]
    assert report.sections[0].root_holds


@pytest.mark.parametrize("member", ["leaf", "salt"])
def test_a_changed_leaf_or_salt_names_the_record(member: str) -> None:
    changed = edited(LINES[5], **{member: b64encode(b"x" * 32).decode()})
    first = verify_lines(replaced(LINES, 5, changed)).findings[0]
    assert (first.kind, first.index) == ("record-changed", 4)


def test_a_record_changed_together_with_its_leaf_breaks_the_root() -> None:
    record = consent(2, lang="en")
    salt = b"n" * 32
    leaf = b64encode(commitment(canonical(record), salt)).decode()
    line = edited(LINES[5], record=record, leaf=leaf, salt=b64encode(salt).decode())
    report = verify_lines(replaced(LINES, 5, line))
    (finding,) = report.findings
    assert finding.kind == "root"
    assert "together with its leaf" in finding.what


@pytest.mark.parametrize(
    "changes",
    [{"public__version": "2026.11-2"}, {"period": "2026-12"}, {"leaf_hash": "A" * 43 + "="}],
)
def test_a_changed_public_leaf_is_named(changes: dict[str, str]) -> None:
    first = verify_lines(replaced(LINES, 2, edited(LINES[2], **changes))).findings[0]
    assert (first.kind, first.line, first.index) == ("public-changed", 3, 1)


def test_a_changed_cover_is_pointed_at() -> None:
    lines = some_log().lines(hide={3}, selection=FILTERED)
    cover = canonical({"cover": [0, 3, "A" * 43 + "="]}) + b"\n"
    report = verify_lines(replaced(lines, 4, cover))
    (finding,) = report.findings
    assert finding.kind == "root"
    assert "line 5" in finding.what


@pytest.mark.parametrize(
    "cover",
    [
        [1, 1, "A" * 43 + "="],
        [0, 4, "A" * 43 + "="],
        [0, 2, "A" * 43 + "="],
        [62, 0, "A" * 43 + "="],
        [3, 2, "A" * 43 + "="],
    ],
)
def test_a_cover_that_overlaps_or_leaves_gaps(cover: list[Any]) -> None:
    lines = some_log().lines(hide={3}, selection=FILTERED)
    line = canonical({"cover": cover}) + b"\n"
    found = verify_lines(replaced(lines, 4, line)).findings
    assert (found[0].kind, found[0].line) == ("order", 5)


def test_two_covers_where_one_would_do() -> None:
    log = some_log()
    parts = [
        canonical({"cover": [0, n, b64encode(log.subtree(0, n)).decode()]}) + b"\n" for n in (4, 5)
    ]
    lines = log.lines(hide={4, 5}, selection=FILTERED)
    assert kinds(lines) == []
    assert kinds(replaced(lines, 5, *parts)) == ["order"]


def test_a_record_left_out_of_a_download_of_everything() -> None:
    report = verify_lines(some_log().lines(hide={4, 5, 8}))
    assert [(f.kind, f.index) for f in report.findings] == [("missing", 4), ("missing", 8)]


def erasing(target: Any, **other: Any) -> MadeLog:
    log = some_log()
    body = {"kind": "erasure", "reason": "art17", "target": target, "date": "2026-12-01"}
    log.public({**body, **other}, "2026-12")
    return log


@pytest.mark.parametrize("target", [4, [4], [[4, 4]]])
def test_an_erased_record_is_accounted_for(target: Any) -> None:
    assert kinds(erasing(target).lines(hide={4})) == []


def test_a_range_of_erased_records_is_accounted_for() -> None:
    assert kinds(erasing([2, [4, 6], [8, 9]]).lines(hide={2, 4, 5, 6, 8, 9})) == []
    assert kinds(erasing([2, [4, 6]]).lines(hide={2, 4, 5, 6, 8, 9})) == ["missing"]


@pytest.mark.parametrize(
    ("target", "hide", "kind"),
    [
        (4, set(), "erasure"),
        (1, set(), "erasure"),
        (11, set(), "public"),
        ("4", {4}, "public"),
        (True, {4}, "public"),
        ([], {4}, "public"),
        ([[6, 4]], {4}, "public"),
        ([4, 4], {4}, "public"),
        ([[4]], {4}, "public"),
        (None, {4}, "public"),
    ],
)
def test_an_erasure_that_fits_nothing(target: Any, hide: set[int], kind: str) -> None:
    assert kinds(erasing(target).lines(hide=hide))[0] == kind


def test_an_erasure_for_no_known_reason() -> None:
    assert kinds(erasing(4, reason="tidying").lines(hide={4})) == ["public", "missing"]


def test_a_record_erased_twice() -> None:
    log = erasing(4)
    body = {"kind": "erasure", "reason": "retention", "target": 4, "date": "2026-12-02"}
    log.public(body, "2026-12")
    assert kinds(log.lines(hide={4})) == ["erasure"]


def log_with(*records: dict[str, Any]) -> list[bytes]:
    log = MadeLog()
    log.public(NOTICE)
    for record in records:
        log.consent(record)
    return log.lines()


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"notice__log_index": 0}, "notice"),
        ({"notice__log_index": 2}, "notice"),
        ({"notice__log_index": 99}, "notice"),
        ({"notice__sha256": "0" * 64}, "notice"),
        ({"notice__version": "2026.11-9"}, "notice"),
        ({"site": "annen-butikk"}, "wrong-log"),
        ({"event__time": "2025-11-24T09:00:00.000Z"}, "wrong-log"),
        ({"context__email": "x"}, "record"),
        ({"operator": None}, "record"),
    ],
)
def test_a_record_that_was_committed_to_but_may_not_be(changes: dict[str, Any], kind: str) -> None:
    report = verify_lines(log_with(consent(1), consent(2, **changes)))
    (finding,) = report.findings
    assert (finding.kind, finding.index) == (kind, 3)
    assert finding.record_id == consent(2)["record_id"]
    assert report.sections[0].root_holds


def test_a_notice_that_comes_after_the_consent() -> None:
    log = MadeLog()
    log.consent(consent(1, notice__log_index=2))
    log.public(NOTICE)
    (finding,) = verify_lines(log.lines()).findings
    assert finding.kind == "notice"
    assert "comes after it" in finding.what


def test_a_record_of_no_form_at_all() -> None:
    log = some_log(1)
    line = edited(log.leaves[2][1], record={"event": {"time": 5}})
    assert kinds([log.header(EVERYTHING), *(x for _, x in log.leaves[:2]), line])[0] == (
        "record-changed"
    )


@pytest.mark.parametrize(
    ("selection", "kind"),
    [
        ({"method": "accept_all"}, "not-selected"),
        ({"category": "analytics"}, "not-selected"),
        ({"since": "2026-11-24T09:00:00.001Z"}, "not-selected"),
        ({"until": "2026-11-24T09:00:00.000Z"}, "not-selected"),
        ({"site": "annen-butikk"}, "header"),
    ],
)
def test_records_that_were_not_selected(selection: dict[str, Any], kind: str) -> None:
    lines = some_log(1).lines(selection={**EVERYTHING, **selection})
    assert kinds(lines) == [kind]


def test_two_records_with_one_salt() -> None:
    log = some_log(1)
    log.consent(consent(7), b"s" * 32)
    log.consent(consent(8), b"s" * 32)
    report = verify_lines(log.lines())
    assert [(f.kind, f.index) for f in report.findings] == [("duplicate", 3), ("duplicate", 4)]


def test_two_records_with_one_id() -> None:
    same = consent(2, subject__key="x" * 22)
    assert kinds(log_with(consent(2), same)) == ["duplicate", "duplicate"]


def visitor(number: int, prev: int | None, key: str = "v" * 22) -> dict[str, Any]:
    named = None if prev is None else consent(prev)["record_id"]
    return consent(number, prev=named, subject__key=key)


@pytest.mark.parametrize(
    ("records", "found"),
    [
        ([visitor(1, None), visitor(2, 1), visitor(3, 2)], []),
        ([visitor(1, 77), visitor(2, 1)], []),
        ([visitor(1, None), visitor(2, 77)], []),
        ([visitor(1, None), visitor(2, None)], [3]),
        ([visitor(1, None), visitor(2, 1), visitor(3, 1)], [4]),
        ([visitor(1, 2), visitor(2, 1)], [2]),
        ([visitor(1, 1)], [2]),
        ([visitor(1, None), visitor(2, 1, "w" * 22)], [3]),
    ],
)
def test_each_visitors_records_are_chained(records: list[dict[str, Any]], found: list[int]) -> None:
    report = verify_lines(log_with(*records))
    assert [(f.kind, f.index) for f in report.findings] == [("history", n) for n in found]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"origin": "consent.example.no/cmp/prove-butikk/2027"}, "header"),
        ({"origin": "prove-butikk"}, "header"),
        ({"vkey": vkey(ORIGIN, OTHER.public_key())}, "signature"),
        ({"vkey": vkey("o", KEY.public_key())}, "header"),
        ({"vkey": "x"}, "header"),
        ({"receipt_key": public_jwk(KEY.public_key()) | {"kid": "x"}}, "header"),
        ({"receipt_key": {}}, "header"),
        ({"checkpoint": "x"}, "signature"),
        ({"checkpoint": MadeLog("o/cmp/x-x/2026").note()}, "signature"),
    ],
)
def test_a_header_that_contradicts_itself(changes: dict[str, Any], found: str) -> None:
    report = verify_lines(replaced(LINES, 0, edited(LINES[0], **changes)))
    assert report.findings[0].kind == found
    assert not report.holds


def test_the_files_key_is_not_trusted_when_the_reader_brings_one() -> None:
    forged = parse_vkey(vkey(ORIGIN, OTHER.public_key()))
    assert kinds(LINES, vkeys=[forged]) == ["header", "signature"]
    elsewhere = parse_vkey(vkey("o", KEY.public_key()))
    assert kinds(LINES, vkeys=[elsewhere]) == ["unknown-key"]


def test_a_key_in_the_file_that_is_not_the_readers() -> None:
    lines = replaced(LINES, 0, edited(LINES[0], vkey=vkey(ORIGIN, OTHER.public_key())))
    assert kinds(lines, vkeys=[TRUSTED]) == ["header"]


def test_a_checkpoint_of_more_or_fewer_leaves() -> None:
    longer = some_log(10)
    lines = replaced(LINES, 0, longer.header(EVERYTHING))
    assert "order" in kinds(lines)
    lines = replaced(longer.lines(), 0, LINES[0])
    assert "order" in kinds(lines)


@pytest.mark.parametrize("member", ["leaves", "records", "origin"])
def test_an_end_that_says_something_else(member: str) -> None:
    wrong = "o" if member == "origin" else 10_000
    assert kinds(replaced(LINES, 12, edited(LINES[12], **{f"end__{member}": wrong}))) == ["order"]


def test_lines_behind_the_end() -> None:
    report = verify_lines([*LINES, LINES[5]])
    assert [(f.kind, f.line) for f in report.findings] == [("order", 14)]


def test_a_section_that_begins_before_the_last_has_ended() -> None:
    assert "truncated" in kinds([*LINES[:-1], *LINES])


def test_no_genesis() -> None:
    log = MadeLog(genesis=False)
    log.public(NOTICE)
    assert kinds(log.lines()) == ["public"]
    log = MadeLog(genesis=False)
    log.consent(consent(1, notice__log_index=1))
    assert kinds(log.lines()) == ["public", "notice"]


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "genesis", "origin": ORIGIN, "prev": None, "schema": "cmp-log/v1"},
        {"kind": "consent"},
        {"kind": "other"},
        {"kind": "notice", "sha256": "x", "version": "1"},
        {"kind": "notice", "sha256": "b" * 64},
        {"kind": "seal", "origin": ORIGIN, "root": "0" * 64, "size": 3},
        {"kind": "seal", "origin": ORIGIN, "root": "0" * 64, "size": 4},
        {"kind": "key", "vkey": "x"},
        {"kind": "key", "vkey": vkey("o", KEY.public_key())},
    ],
)
def test_a_public_leaf_that_breaks_the_rules(body: dict[str, Any]) -> None:
    log = some_log(1)
    log.public(body)
    until = {**EVERYTHING, "until": "2027-01-01T00:00:00.000Z"}
    assert kinds(log.lines(selection=until)) == ["public"]


def test_a_public_leaf_of_another_year() -> None:
    log = some_log(1)
    log.public({**NOTICE, "version": "2"}, "2025-11")
    assert kinds(log.lines()) == ["public"]


def test_a_key_that_the_log_announces() -> None:
    log = some_log(1)
    log.public({"kind": "key", "vkey": vkey(ORIGIN, OTHER.public_key()), "reason": "rotation"})
    assert kinds(log.lines()) == []


def seal(log: MadeLog, **changes: Any) -> dict[str, Any]:
    body = {"kind": "seal", "origin": log.origin, "root": log.root().hex(), "size": len(log.leaves)}
    log.public({**body, **changes}, f"{int(log.year) + 1}-01")
    return {"origin": log.origin, "root": log.root().hex(), "size": len(log.leaves)}


def two_years(**changes: Any) -> tuple[list[bytes], list[bytes]]:
    old = some_log(2)
    prev = {**seal(old), **changes}
    new = MadeLog(ORIGIN.replace("2026", "2027"), prev=prev)
    new.public({**NOTICE})
    time = {
        "event__time": "2027-01-02T09:00:00.000Z",
        "event__valid_until": "2028-01-02T09:00:00.000Z",
    }
    new.consent(consent(9, **time))
    return old.lines(), new.lines()


def test_two_years_that_follow_one_another() -> None:
    old, new = two_years()
    report = verify_lines([*old, *new])
    assert report.holds
    assert [section.size for section in report.sections] == [5, 3]


def test_a_year_that_is_left_out() -> None:
    old, new = two_years()
    assert kinds(new) == ["sections"]
    assert kinds(old) == ["sections"]
    since = {**EVERYTHING, "since": "2027-01-01T00:00:00.000Z"}
    assert kinds(replaced(new, 0, edited(new[0], selection=since))) == []
    until = {**EVERYTHING, "until": "2027-01-01T00:00:00.000Z"}
    assert kinds(replaced(old, 0, edited(old[0], selection=until))) == []


def test_years_in_another_order() -> None:
    old, new = two_years()
    assert "sections" in kinds([*new, *old])


@pytest.mark.parametrize("changes", [{"size": 4}, {"root": "0" * 64}, {"origin": "o"}])
def test_a_year_that_does_not_continue_the_last(changes: dict[str, Any]) -> None:
    old, new = two_years(**changes)
    assert kinds([*old, *new]) == ["sections"]


def test_a_sealed_log_of_a_name_that_is_none() -> None:
    log = MadeLog("butikk-2026")
    body = {"kind": "seal", "origin": log.origin, "root": log.root().hex(), "size": 1}
    log.public(body, "2027-01")
    assert set(kinds(log.lines())) == {"header", "public", "sections"}


def test_years_selected_in_different_ways() -> None:
    old, new = two_years()
    new = replaced(new, 0, edited(new[0], selection=FILTERED))
    assert kinds([*old, *new]) == ["sections"]


def test_a_leaf_behind_the_seal() -> None:
    log = some_log(2)
    seal(log)
    log.consent(consent(9))
    until = {**EVERYTHING, "until": "2027-01-01T00:00:00.000Z"}
    assert kinds(log.lines(selection=until)) == ["public"]


BROKEN = [
    b"\n",
    b"{}\n",
    b"[]\n",
    b"null\n",
    b"x\n",
    b'{"a":\n',
    b"\xff\n",
    b'"\\ud800"\n',
    b'{"cover":[0,3,"\\ud800"]}\n',
    b'{"cover":[0,3]}\n',
    b'{"cover":3}\n',
    b'{"cover":[-1,3,"x"]}\n',
    b'{"cover":[99999,3,"x"]}\n',
    b'{"cover":[0,3,"c2hvcnQ="]}\n',
    b'{"end":3}\n',
    b'{"end":{}}\n',
    b'{"end":{"leaves":"1","origin":1,"records":1}}\n',
    b'{"index":"4","leaf":"x","record":{},"salt":"x"}\n',
    b'{"index":4,"leaf":3,"record":{},"salt":"x"}\n',
    b'{"index":4,"leaf_hash":3,"period":"2026-11","public":{}}\n',
    b'{"index":4,"leaf_hash":3,"period":"2026-13","public":{}}\n',
    b'{"index":4,"leaf_hash":3,"period":"2026-11","public":[]}\n',
    b'{"index":4,"leaf":"x","record":[],"salt":"x"}\n',
    LINES[5][:-1],
    LINES[5].replace(b'"lang":"nb"', b'"lang": "nb"'),
    LINES[5].replace(b"\n", b"\r\n"),
    LINES[5].replace(b'"lang":"nb"', b'"lang":1.0'),
    b'{"index":' + b"[" * 100_000 + b"\n",
    b'{"index":4,"leaf_hash":"x","period":"2026-11","public":' + b'{"a":' * 400 + b"1" + b"}" * 401,
    b'{"index":' + b"9" * 5000 + b"}\n",
    b'"' + b"x" * LONGEST_LINE + b'"\n',
]


@pytest.mark.parametrize("line", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_line_is_named(line: bytes) -> None:
    report = verify_lines(replaced(LINES, 5, line))
    assert report.findings[0].kind == "broken-line"
    assert (report.findings[0].line, report.findings[0].index) == (6, 4)
    assert not report.holds


def test_a_broken_record_is_named_by_its_id() -> None:
    line = LINES[5].replace(b'"lang":"nb"', b'"lang":"nb')
    (finding, *_) = verify_lines(replaced(LINES, 5, line)).findings
    assert finding.record_id == consent(2)["record_id"]
    assert finding.record_id in finding.what


@pytest.mark.parametrize("line", BROKEN, ids=range(len(BROKEN)))
def test_what_begins_with_a_broken_line_is_no_export(line: bytes) -> None:
    assert kinds([line]) == ["not-an-export"]


@pytest.mark.parametrize(
    "changes",
    [
        {"schema": "kvitt-export/2"},
        {"made_at": "yesterday"},
        {"made_at": 5},
        {"selection": {}},
        {"selection__since": "2026-11-24"},
        {"selection__method": None},
        {"receipt_key": "x"},
        {"vkey": 1},
    ],
)
def test_a_header_of_another_form_is_none(changes: dict[str, Any]) -> None:
    assert kinds(replaced(LINES, 0, edited(LINES[0], **changes))) == ["not-an-export"]


def test_a_huge_line_is_not_kept() -> None:
    stream = io.BytesIO(b"x" * (5 * LONGEST_LINE) + b"\nnext\n")
    lines = list(read_lines(stream))
    assert [len(line) for line in lines] == [LONGEST_LINE + 1, 5]


def test_many_findings_of_one_class_are_counted_and_some_are_kept() -> None:
    lines = some_log(60).lines()
    broken = [line.replace(b'"nb"', b'"nn"') for line in lines]
    report = verify_lines(broken)
    assert report.counts["record-changed"] == 60
    assert len([f for f in report.findings if f.kind == "record-changed"]) == MOST_OF_ONE_CLASS
    members = report.as_members()
    assert members["holds"] is False
    assert members["findings"][-1]["means"] == MEANINGS[members["findings"][-1]["class"]]
    assert json.dumps(members)


def test_nothing_checked_is_nothing_that_holds() -> None:
    assert not Report("export").holds
    assert kinds([]) == ["not-an-export"]
