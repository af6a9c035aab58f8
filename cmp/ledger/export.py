# SPDX-License-Identifier: Apache-2.0
"""The JSON Lines download: selected records that prove themselves (`kvitt-export/1`).

One section for each log, oldest first: a header with a signed checkpoint, every leaf below its size
exactly once, an end. A leaf is a selected record, a public body, or part of a cover: the hash of a
perfect subtree of leaves that were not selected or whose record is erased. So a reader can fold the
whole tree, also from a download of three records.

Every line is canonical JSON (RFC 8785). The lines of records are put together from the canonical
bodies as they are kept; nothing is parsed, and no more than one batch is held in memory.
"""

from base64 import b64encode
from binascii import b2a_base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Row, Select, and_, select
from sqlalchemy.orm import Session

from cmp.clock import as_rfc3339
from cmp.errors import NotFound
from cmp.ledger.keys import KeyStore
from cmp.ledger.models import Leaf, Log, PublicBody, Record
from cmp.ledger.reading import fresh_checkpoint
from cmp.ledger.selection import Selection, conditions
from cmp.proof.canonical import canonical
from cmp.proof.checkpoint import parse_checkpoint
from cmp.proof.export_lines import EXPORT_SCHEMA
from cmp.proof.keys import public_jwk, vkey
from cmp.proof.leaf import leaf_entry
from cmp.proof.merkle import leaf_hash, node_hash

__all__ = ["json_lines"]

# A batch is one chunk of the download: records have 1 to 2 KB, so about 200 KB.
ROWS_IN_A_BATCH = 128


@dataclass(frozen=True, slots=True)
class _Section:
    """One log of the download: its first line, and the size that its checkpoint signs."""

    log_id: int
    origin: str
    size: int
    header: bytes


def json_lines(
    session: Session, selection: Selection, *, keys: KeyStore, at: datetime
) -> Iterator[bytes]:
    """Return the download of `selection` as chunks of many lines, UTF-8, signed at `at` (UTC).

    Before it returns, a checkpoint of everything on disk is signed for each log, in transactions of
    its own: `session` only says which database, and must not be in the middle of writing. What is
    read while the chunks are taken is one snapshot for each log. Raises NotFound if the site has
    no log in that period.
    """
    engine = session.get_bind().engine
    logs, sections = _read_logs(engine, selection), list[_Section]()
    while len(sections) < len(logs):
        sections = [_section(engine, log, selection, keys=keys, at=at) for log in logs]
        # At New Year a seal may have been signed just now; then the log after it belongs here too.
        logs = _read_logs(engine, selection)
    if not sections:
        raise NotFound(
            f"There is no log of {selection.site} in that period.", now="Check site and period."
        )
    return _chunks(engine, sections, selection)


def _read_logs(engine: Engine, selection: Selection) -> Sequence[Row[int, str, int]]:
    with engine.connect() as connection:
        return connection.execute(_logs(selection)).all()


def _logs(selection: Selection) -> Select[int, str, int]:
    """The logs that may hold records of the period: one for each calendar year it touches."""
    found = select(Log.log_id, Log.origin, Log.year).where(Log.site == selection.site)
    if selection.since is not None:
        found = found.where(Log.year >= selection.since.year)
    if selection.until is not None:
        found = found.where(Log.year <= (selection.until - timedelta.resolution).year)
    return found.order_by(Log.year)


def _section(
    engine: Engine,
    log: Row[int, str, int],
    selection: Selection,
    *,
    keys: KeyStore,
    at: datetime,
) -> _Section:
    note = fresh_checkpoint(engine, selection.site, log.year, keys=keys, at=at)
    header = {
        "schema": EXPORT_SCHEMA,
        "origin": log.origin,
        "checkpoint": note,
        "vkey": vkey(log.origin, keys.log_key(selection.site, log.year).public_key()),
        "receipt_key": public_jwk(keys.receipt_key.public_key()),
        "selection": _as_members(selection),
        "made_at": as_rfc3339(at),
    }
    return _Section(log.log_id, log.origin, parse_checkpoint(note).size, canonical(header) + b"\n")


def _as_members(selection: Selection) -> dict[str, str | None]:
    return {
        "site": selection.site,
        "since": as_rfc3339(selection.since) if selection.since else None,
        "until": as_rfc3339(selection.until) if selection.until else None,
        "method": selection.method,
        "category": selection.category,
    }


def _chunks(engine: Engine, sections: Sequence[_Section], selection: Selection) -> Iterator[bytes]:
    with engine.connect() as connection:
        reading = connection.execution_options(yield_per=ROWS_IN_A_BATCH)
        for section in sections:
            yield section.header
            lines = _Lines()
            # One statement is one snapshot, also of what is erased while it is read.
            for rows in reading.execute(_leaves(section, selection)).partitions():
                if chunk := lines.of(rows):
                    yield chunk
            yield lines.covers() + _end(section, lines.records)


def _leaves(
    section: _Section, selection: Selection
) -> Select[int, str, str, bytes, str, bytes, str]:
    """Every leaf below the checkpoint's size, with its record if it is selected and its body if it
    is public."""
    of_record = and_(
        Record.log_id == Leaf.log_id,
        Record.leaf_index == Leaf.leaf_index,
        *conditions(selection),
    )
    of_body = and_(PublicBody.log_id == Leaf.log_id, PublicBody.leaf_index == Leaf.leaf_index)
    return (
        select(
            Leaf.leaf_index,
            Leaf.kind,
            Leaf.period,
            Leaf.digest,
            Record.body,
            Record.salt,
            PublicBody.body,
        )
        .outerjoin(Record, of_record)
        .outerjoin(PublicBody, of_body)
        .where(Leaf.log_id == section.log_id, Leaf.leaf_index < section.size)
        .order_by(Leaf.leaf_index)
    )


class _Lines:
    """Turns leaves in index order into lines. What is left out gathers until a run of it ends."""

    def __init__(self) -> None:
        self.records = 0
        # Perfect subtrees of the run at hand as (level, number, hash), left to right: the largest
        # that fit, because two halves of one are folded as soon as both are there.
        self._run: list[tuple[int, int, bytes]] = []

    def of(self, rows: Sequence[Any]) -> bytes:
        """Return the lines that `rows` complete."""
        lines: list[bytes] = []
        for index, kind, period, digest, body, salt, public in rows:
            if body is None and public is None:
                self._leave_out(index, leaf_hash(leaf_entry(kind, period, digest)))
                continue
            if self._run:
                lines.append(self.covers())
            if body is None:
                lines.append(_public_line(index, kind, period, digest, public))
            else:
                self.records += 1
                lines.append(_record_line(index, digest, body, salt))
        return b"".join(lines)

    def _leave_out(self, index: int, leaf: bytes) -> None:
        level, number, root = 0, index, leaf
        while number & 1 and self._run and self._run[-1][0] == level:
            root = node_hash(self._run.pop()[2], root)
            level, number = level + 1, number >> 1
        self._run.append((level, number, root))

    def covers(self) -> bytes:
        """Return the lines of the run at hand and begin a new one."""
        run, self._run = self._run, []
        return b"".join(
            b'{"cover":[%d,%d,"%b"]}\n' % (level, number, b64encode(root))
            for level, number, root in run
        )


def _record_line(index: int, digest: bytes, body: str, salt: bytes) -> bytes:
    return b'{"index":%d,"leaf":"%b","record":%b,"salt":"%b"}\n' % (
        index,
        b2a_base64(digest, newline=False),
        body.encode(),
        b2a_base64(salt, newline=False),
    )


def _public_line(index: int, kind: str, period: str, digest: bytes, body: str) -> bytes:
    return b'{"index":%d,"leaf_hash":"%b","period":"%b","public":%b}\n' % (
        index,
        b64encode(leaf_hash(leaf_entry(kind, period, digest))),
        period.encode(),
        body.encode(),
    )


def _end(section: _Section, records: int) -> bytes:
    end = {"leaves": section.size, "origin": section.origin, "records": records}
    return canonical({"end": end}) + b"\n"
