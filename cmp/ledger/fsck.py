# SPDX-License-Identifier: Apache-2.0
"""Checking the logs on disk: every tree rebuilt from its leaves and held against what was signed.

What an auditor checks of a download, and besides: head, all checkpoints, rows without leaves, and
the columns by which records are found.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, and_, or_, select

from cmp.clock import as_rfc3339
from cmp.ledger.keys import KeyStore
from cmp.ledger.models import Checkpoint, Leaf, Log, PublicBody, Record
from cmp.proof.canonical import CanonicalError, parse_canonical
from cmp.proof.checkpoint import open_checkpoint
from cmp.proof.commitment import SALT_BYTES, commitment, public_hash
from cmp.proof.finding import Finding, Report, Section
from cmp.proof.keys import VerifierKey, parse_vkey, vkey
from cmp.proof.leaf import leaf_entry
from cmp.proof.log_rules import spans_of_target
from cmp.proof.merkle import Frontier, leaf_hash
from cmp.proof.note import NoteError
from cmp.proof.record_schema import record_problem
from cmp.proof.spans import Span, grow, without

__all__ = ["check_logs"]

ROWS_IN_A_BATCH = 500


def check_logs(
    engine: Engine, keys: KeyStore, *, progress: Callable[[int], None] | None = None
) -> Report:
    """Return what is wrong with the logs in the database. Reads everything, changes nothing.

    May run beside a server: leaves are only added. `progress` is told the number of leaves read.
    """
    report = Report("database", unsigned_too=True)
    with engine.connect() as connection:
        # Checkpoints before heads: one that is signed in between then belongs to a newer head.
        notes: dict[int, list[Any]] = {}
        for note in connection.execute(select(Checkpoint.__table__).order_by(Checkpoint.size)):
            notes.setdefault(note.log_id, []).append(note)
        logs = connection.execute(select(Log.__table__).order_by(Log.site, Log.year)).all()
        for log in logs:
            public = keys.log_key(log.site, log.year).public_key()
            key = parse_vkey(vkey(log.origin, public))
            _LogCheck(log, key, notes.get(log.log_id, []), report).run(connection, progress)
        for finding in _orphans(connection):
            report.add(finding)
    return report


def _orphans(connection: Connection) -> Iterator[Finding]:
    """Records and bodies whose leaf is not there, or is of another kind."""
    for table, fits in ((Record, Leaf.kind == "consent"), (PublicBody, Leaf.kind != "consent")):
        same = and_(Leaf.log_id == table.log_id, Leaf.leaf_index == table.leaf_index, fits)
        rows = connection.execute(
            select(table.leaf_index, Log.origin)
            .outerjoin(Leaf, same)
            .outerjoin(Log, Log.log_id == table.log_id)
            .where(or_(Leaf.log_id.is_(None), Log.log_id.is_(None)))
        )
        for row in rows:
            what = f"A row of {table.__tablename__} for leaf {row.leaf_index} has no such leaf."
            yield Finding("frontier", what, None, row.origin or "", row.leaf_index)


def _leaves(log_id: int, size: int) -> Select[*tuple[Any, ...]]:
    of_record = and_(Record.log_id == Leaf.log_id, Record.leaf_index == Leaf.leaf_index)
    of_body = and_(PublicBody.log_id == Leaf.log_id, PublicBody.leaf_index == Leaf.leaf_index)
    return (
        select(
            Leaf.leaf_index,
            Leaf.kind,
            Leaf.period,
            Leaf.digest,
            PublicBody.body.label("public"),
            Record.record_id,
            Record.site,
            Record.subject_key,
            Record.notice_sha256,
            Record.method,
            Record.state,
            Record.granted,
            Record.decided_at,
            Record.valid_until,
            Record.body,
            Record.salt,
        )
        .outerjoin(Record, of_record)
        .outerjoin(PublicBody, of_body)
        .where(Leaf.log_id == log_id, Leaf.leaf_index < size)
        .order_by(Leaf.leaf_index)
    )


class _LogCheck:
    """The check of one log: its leaves in order, the tree as it grows."""

    def __init__(self, log: Row[Any], key: VerifierKey, notes: Sequence[Any], report: Report):
        self._log, self._key, self._report = log, key, report
        self._section = Section(log.origin, log.size)
        self._notes = {note.size: note for note in notes}
        self._edge = Frontier()
        self._gone: list[Span] = []
        self._erased: list[Span] = []
        report.sections.append(self._section)

    def _found(self, kind: str, what: str, index: int | None = None, record_id: str = "") -> None:
        self._report.add(Finding(kind, what, None, self._log.origin, index, record_id))

    def run(self, connection: Connection, progress: Callable[[int], None] | None) -> None:
        """Read the log's leaves and compare."""
        reading = connection.execution_options(yield_per=ROWS_IN_A_BATCH)
        result = reading.execute(_leaves(self._log.log_id, self._log.size))
        for rows in result.partitions():
            for row in rows:
                self._leaf(row)
            if progress is not None:
                progress(self._edge.size)
        self._head()
        for begin, _ in without(self._gone, sorted(self._erased)):
            what = f"Leaf {begin} of {self._log.origin}: neither a record nor an erasure of it."
            self._found("missing", what, begin)

    def _leaf(self, row: Row[Any]) -> None:
        index = row.leaf_index
        if index != self._edge.size:
            what = f"Leaf {index} follows on leaf {self._edge.size - 1}: some are missing."
            self._found("order", what, index)
        self._edge = self._edge.extend([leaf_hash(leaf_entry(row.kind, row.period, row.digest))])
        if row.kind == "consent":
            self._record(index, row)
        else:
            self._public(index, row)
        if note := self._notes.pop(self._edge.size, None):
            self._checkpoint(note)

    def _record(self, index: int, row: Row[Any]) -> None:
        if row.body is None:
            grow(self._gone, index, index + 1)
            return
        self._section.records += 1
        body = row.body.encode()
        if len(row.salt) != SALT_BYTES or commitment(body, row.salt) != row.digest:
            what = f"Leaf {index}, record {row.record_id}: record and salt do not give its leaf."
            self._found("record-changed", what, index, row.record_id)
            return
        try:
            record = parse_canonical(body)
        except CanonicalError as fault:
            record, problem = {}, str(fault)
        else:
            problem = record_problem(record)
        if problem:
            what = f"Leaf {index}, record {row.record_id}: {problem}."
            self._found("record", what, index, row.record_id)
        elif wrong := _wrong_columns(row, record):
            what = f"Leaf {index}, record {row.record_id}: other values in {', '.join(wrong)}."
            self._found("column", what, index, row.record_id)

    def _public(self, index: int, row: Row[Any]) -> None:
        self._section.public += 1
        try:
            body = parse_canonical((row.public or "").encode())
            changed = body.get("kind") != row.kind or public_hash(body) != row.digest
        except (CanonicalError, AttributeError):
            body, changed = {}, True
        if changed:
            what = f"Leaf {index}, {row.kind}: its body does not give its leaf."
            self._found("public-changed", what, index)
        elif row.kind == "notice":
            self._section.notices += 1
        elif row.kind == "erasure":
            self._erased += spans_of_target(body.get("target"))

    def _checkpoint(self, note: Any) -> None:
        try:
            signed = open_checkpoint(note.note, [self._key])
        except NoteError as fault:
            self._found("signature", f"The checkpoint of {note.size} leaves: {fault}.")
            return
        said = (signed.origin, signed.size, signed.root)
        if said != (self._log.origin, note.size, note.root) or note.root != self._edge.root():
            what = f"The leaves do not give the root that was signed for {note.size} of them."
            self._found("checkpoint", what, note.size - 1)
            return
        self._section.key_given = True
        self._section.signed_by = vkey(self._key.name, self._key.public)

    def _head(self) -> None:
        """The head on disk is that of the leaves, and nothing beyond it was signed."""
        log, edge = self._log, self._edge
        for size in self._notes:
            self._found("checkpoint", f"A checkpoint of {size} leaves; there are {edge.size}.")
        if edge.size != log.size or edge.to_bytes() != log.frontier:
            what = f"{log.origin} has {edge.size} leaves, which do not give its head of {log.size}."
            self._found("frontier", what)
            return
        self._section.root_holds = True


def _wrong_columns(row: Row[Any], record: Mapping[str, Any]) -> list[str]:
    return [name for name, said in _columns(record).items() if _value(row, name) != said]


def _value(row: Row[Any], name: str) -> Any:
    """A column as the record writes it. The names of what was granted have no order."""
    value = getattr(row, name)
    if name == "granted":
        return set(value.split())
    return as_rfc3339(value) if name in ("decided_at", "valid_until") else value


def _columns(record: Mapping[str, Any]) -> dict[str, Any]:
    """What the columns beside a record's body must say."""
    event = record["event"]
    granted = {c for c, answer in record["decision"]["categories"].items() if answer == "granted"}
    return {
        "record_id": record["record_id"],
        "site": record["site"],
        "subject_key": record["subject"]["key"],
        "notice_sha256": record["notice"]["sha256"],
        "method": event["method"],
        "state": event["state"],
        "granted": granted,
        "decided_at": event["time"],
        "valid_until": event["valid_until"],
    }
