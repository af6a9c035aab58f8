# SPDX-License-Identifier: Apache-2.0
"""Records as a table for people: CSV (RFC 4180), made row by row out of an open cursor.

UTF-8 with a byte order mark, since spreadsheets guess wrongly without one. A cell that a
spreadsheet would take for a formula gets an apostrophe in front.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from cmp.ledger.models import Log, Record
from cmp.ledger.selection import Selection, conditions

__all__ = ["COLUMNS", "LAST_COLUMNS", "Asked", "csv_table", "guarded"]

# Rows that are in memory at a time, and about how many bytes leave in one piece.
ROWS_AT_A_TIME = 500
PIECE = 64 * 1024
MARK = b"\xef\xbb\xbf"

# What stands before the answers.
COLUMNS: tuple[str, ...] = (
    "index",
    "record_id",
    "time",
    "valid_until",
    "method",
    "state",
    "layer",
    "language",
    "notice_version",
    "notice_sha256",
)
# What stands after them.
LAST_COLUMNS: tuple[str, ...] = ("gpc", "device", "origin", "log")

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Asked:
    """The columns of answers, heading by id: every category and service that a notice named."""

    categories: Mapping[str, str]
    services: Mapping[str, str]


class _Event(msgspec.Struct):
    method: str
    state: str
    layer: int | str
    time: str
    valid_until: str


class _Notice(msgspec.Struct):
    version: str
    sha256: str


class _Decision(msgspec.Struct):
    categories: dict[str, str]
    services: dict[str, str]


class _Signals(msgspec.Struct):
    gpc: bool


class _Context(msgspec.Struct):
    origin: str = ""
    device: str = ""


class _Body(msgspec.Struct):
    """The members of A.2 that the table shows; the others are passed over without a copy."""

    record_id: str
    event: _Event
    lang: str
    notice: _Notice
    decision: _Decision
    signals: _Signals
    context: _Context


_BODY = msgspec.json.Decoder(_Body)


def guarded(cell: str) -> str:
    """Return `cell` such that no spreadsheet evaluates it."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def csv_table(
    session: Session,
    selection: Selection,
    *,
    asked: Asked,
    labels: Mapping[str, str],
    separator: str = ",",
) -> Iterator[bytes]:
    """Yield the records of `selection` as CSV, oldest first, a header first.

    `labels` has the heading of every name in `COLUMNS` and `LAST_COLUMNS`. An answer is `granted`,
    `denied` or `exempt`, empty where the notice did not ask. Memory stays constant: the rows come
    from a server-side cursor, which lives as long as the iterator, so the session must too.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator)
    writer.writerow([guarded(cell) for cell in _header(asked, labels)])
    yield MARK + _taken(text)
    # Closed here also when the reader breaks off, or the server's cursor would be left open.
    with session.execute(_query(selection)) as rows:
        for row in rows:
            writer.writerow([guarded(cell) for cell in _cells(row, asked)])
            if text.tell() >= PIECE:
                yield _taken(text)
    if text.tell():
        yield _taken(text)


def _query(selection: Selection) -> Select[int, str, str]:
    return (
        select(Record.leaf_index, Record.body, Log.origin)
        .join(Log, Log.log_id == Record.log_id)
        .where(*conditions(selection))
        .order_by(Record.decided_at, Record.leaf_index)
        .execution_options(yield_per=ROWS_AT_A_TIME)
    )


def _taken(text: io.StringIO) -> bytes:
    """Take out what was written, so that the buffer never grows."""
    piece = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return piece


def _header(asked: Asked, labels: Mapping[str, str]) -> list[str]:
    return [
        *(labels[name] for name in COLUMNS),
        *asked.categories.values(),
        *asked.services.values(),
        *(labels[name] for name in LAST_COLUMNS),
    ]


def _cells(row: Row[int, str, str], asked: Asked) -> list[str]:
    index, text, log = row
    body = _BODY.decode(text)
    return [
        str(index),
        body.record_id,
        body.event.time,
        body.event.valid_until,
        body.event.method,
        body.event.state,
        str(body.event.layer),
        body.lang,
        body.notice.version,
        body.notice.sha256,
        *(body.decision.categories.get(name, "") for name in asked.categories),
        *(body.decision.services.get(name, "") for name in asked.services),
        "1" if body.signals.gpc else "0",
        body.context.device,
        body.context.origin,
        log,
    ]
