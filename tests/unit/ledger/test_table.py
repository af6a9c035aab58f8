# SPDX-License-Identifier: Apache-2.0
"""The table for people: its cells, its guard against formulas, its constant memory."""

import csv
import io
import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from cmp.ledger.models import Log, Record
from cmp.ledger.selection import Selection
from cmp.ledger.table import COLUMNS, LAST_COLUMNS, ROWS_AT_A_TIME, Asked, csv_table, guarded
from cmp.proof.merkle import Frontier
from cmp.store.transaction import write_transaction

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
LABELS = {name: name for name in (*COLUMNS, *LAST_COLUMNS)}
ASKED = Asked({"analytics": "=formål"}, {"maling": "Måling", "ny": "Ny"})
ALL = Selection("butikk")


def _body(number: int, lang: str) -> str:
    return json.dumps(
        {
            "record_id": f"id-{number}",
            "event": {
                "method": "accept_all",
                "state": "given",
                "layer": "panel" if number else 1,
                "time": "2026-11-24T09:00:00.000Z",
                "valid_until": "2027-11-24T09:00:00.000Z",
                "type": "expressed",
            },
            "lang": lang,
            "notice": {"version": "2026.11-1", "sha256": "a" * 64, "log_index": 1},
            "decision": {"categories": {"analytics": "granted"}, "services": {"maling": "denied"}},
            "signals": {"gpc": number == 0},
            "context": {"origin": "https://www.example.no", "device": "phone"},
        }
    )


def _row(number: int, lang: str) -> dict[str, object]:
    return {
        "record_id": f"id-{number}",
        "log_id": 1,
        "leaf_index": number,
        "site": "butikk",
        "subject_key": "x" * 22,
        "idempotency_key": f"key-{number}",
        "request_sha256": b"r" * 32,
        "notice_sha256": "a" * 64,
        "method": "accept_all",
        "state": "given",
        "granted": " analytics ",
        "decided_at": AT,
        "valid_until": AT,
        "body": _body(number, lang),
        "salt": b"s" * 32,
    }


def _fill(engine: Engine, count: int, lang: str = "nb") -> None:
    log = {"log_id": 1, "origin": "consent.example.no/cmp/butikk/2026", "site": "butikk"}
    head = {"year": 2026, "size": count, "frontier": Frontier().to_bytes()}
    with write_transaction(engine) as connection:
        connection.execute(insert(Log), log | head)
        for first in range(0, count, 1000):
            numbers = range(first, min(first + 1000, count))
            connection.execute(insert(Record), [_row(n, lang) for n in numbers])


def _table(session: Session, **other: str) -> Iterator[bytes]:
    return csv_table(session, ALL, asked=ASKED, labels=LABELS, **other)


def _read(session: Session) -> list[list[str]]:
    content = b"".join(_table(session))
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_row_has_every_answer_under_its_heading(engine: Engine) -> None:
    _fill(engine, 2)
    with Session(engine) as session:
        header, first, second = _read(session)
    assert header[-7:] == ["'=formål", "Måling", "Ny", *LAST_COLUMNS]
    assert dict(zip(COLUMNS, first, strict=False)) == {
        "index": "0",
        "record_id": "id-0",
        "time": "2026-11-24T09:00:00.000Z",
        "valid_until": "2027-11-24T09:00:00.000Z",
        "method": "accept_all",
        "state": "given",
        "layer": "1",
        "language": "nb",
        "notice_version": "2026.11-1",
        "notice_sha256": "a" * 64,
    }
    origin, log = "https://www.example.no", "consent.example.no/cmp/butikk/2026"
    assert first[-7:] == ["granted", "denied", "", "1", "phone", origin, log]
    assert (second[6], second[-4]) == ("panel", "0")


def test_without_records_there_is_the_header(engine: Engine) -> None:
    with Session(engine) as session:
        assert len(_read(session)) == 1


def test_lines_and_fields_are_separated_as_asked(engine: Engine) -> None:
    _fill(engine, 1)
    with Session(engine) as session:
        content = b"".join(_table(session, separator=";")).decode("utf-8-sig")
    assert content.startswith("index;record_id;time;")
    assert content.count("\r\n") == 2


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "@", '=cmd|"x"!A1']
)
def test_a_formula_is_guarded(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "nb", "1=1", "2026-11-24", "https://www.example.no", "0"])
def test_what_is_no_formula_stays_as_it_is(cell: str) -> None:
    assert guarded(cell) == cell


def test_a_formula_in_a_record_is_guarded(engine: Engine) -> None:
    _fill(engine, 1, lang='=HYPERLINK("https://example.com";"nb")')
    with Session(engine) as session:
        _, row = _read(session)
    assert row[7] == '\'=HYPERLINK("https://example.com";"nb")'


def test_rows_are_written_as_they_are_sent(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    _fill(engine, 20 * ROWS_AT_A_TIME)
    decoded = []
    monkeypatch.setattr("cmp.ledger.table.guarded", lambda cell: (decoded.append(1), cell)[1])
    with Session(engine) as session:
        pieces = _table(session)
        next(pieces)
        header = len(decoded)
        next(pieces)
        cells = len(decoded) - header
        pieces.close()  # type: ignore[attr-defined]  # a generator
    assert cells / header < 2 * ROWS_AT_A_TIME


def _peak(engine: Engine) -> tuple[int, int]:
    """Bytes sent, and the most memory that was in use while they were made."""
    with Session(engine) as session:
        tracemalloc.start()
        sent = sum(len(piece) for piece in _table(session))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return sent, peak


def test_memory_does_not_grow_with_the_number_of_records(engine: Engine) -> None:
    _fill(engine, 20_000)
    sent, peak = _peak(engine)
    assert sent > 4_000_000
    assert peak < 2_500_000
