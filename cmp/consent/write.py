# SPDX-License-Identifier: Apache-2.0
"""The write path: a batch of records becomes rows and leaves in one transaction.

What holds after the commit and only then: each new record has its row, its leaf at the next dense
index, and the log's edge covers it. A crash before the commit leaves nothing of the batch; a crash
after it leaves all of it, and a caller who did not hear of it gets the same receipt by trying again
with its idempotency key.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, insert, select

from cmp.consent.shown import Shown
from cmp.errors import KvittError, Unprocessable
from cmp.ledger.append import Head, NewLeaf, append, lock_head, log_notice, period_of
from cmp.ledger.keys import KeyStore
from cmp.ledger.models import Log, Record
from cmp.proof.canonical import canonical
from cmp.proof.commitment import SALT_BYTES, commitment
from cmp.store.transaction import write_transaction

__all__ = ["Entry", "Kept", "Writer"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A record on its way to the log, with the key and hash of the request that asked for it.

    `returning` is True when the browser had a pseudonym already: it may have earlier records.
    """

    record: Mapping[str, Any]
    notice: Shown
    idempotency_key: str
    request_sha256: bytes
    at: datetime
    valid_until: datetime
    returning: bool

    @property
    def where(self) -> tuple[str, int]:
        """Site and year: which log it goes to."""
        return self.notice.site, self.at.year


@dataclass(frozen=True, slots=True)
class Kept:
    """What is on disk of a decision. `is_new` is False when the same request came before."""

    record_id: str
    subject: str
    body: str
    salt: bytes
    log_id: int
    origin: str
    index: int
    valid_until: datetime
    at: datetime
    is_new: bool


_EARLIER = (
    select(
        Record.idempotency_key,
        Record.request_sha256,
        Record.record_id,
        Record.subject_key,
        Record.body,
        Record.salt,
        Record.log_id,
        Log.origin,
        Record.leaf_index,
        Record.valid_until,
        Record.decided_at,
    )
    .join(Log, Log.log_id == Record.log_id)
    .where(
        Record.site == bindparam("site"),
        Record.idempotency_key.in_(bindparam("keys", expanding=True)),
    )
)
_PREVIOUS = (
    select(Record.subject_key, Record.record_id)
    .where(
        Record.site == bindparam("site"),
        Record.subject_key.in_(bindparam("subjects", expanding=True)),
    )
    .order_by(Record.log_id, Record.leaf_index)
)
_INSERT = insert(Record)


class Writer:
    """Commits batches of entries. One object per process; `commit` is called by one thread."""

    def __init__(
        self, engine: Engine, keys: KeyStore, public_url: str, grew: Callable[[int], None]
    ) -> None:
        self._engine, self._keys, self._public_url, self._grew = engine, keys, public_url, grew

    def commit(self, batch: Sequence[Entry]) -> list[Kept | Exception]:
        """Store what is new of `batch`; return for each what is kept, or why it is refused.

        Raises what the database raised; then nothing of the batch is known to be stored.
        """
        try:
            return self._commit_together(batch)
        except KvittError as fault:
            # One log cannot be written to, the database can: the other logs go on.
            where = {entry.where for entry in batch}
            return [fault] * len(batch) if len(where) == 1 else self._commit_apart(batch)

    def _commit_apart(self, batch: Sequence[Entry]) -> list[Kept | Exception]:
        answers: dict[int, Kept | Exception] = {}
        for where in sorted({entry.where for entry in batch}):
            numbers = [i for i, entry in enumerate(batch) if entry.where == where]
            answers |= zip(numbers, self.commit([batch[i] for i in numbers]), strict=True)
        return [answers[i] for i in range(len(batch))]

    def _commit_together(self, batch: Sequence[Entry]) -> list[Kept | Exception]:
        answers: dict[int, Kept | Exception] = {}
        logs: set[int] = set()
        order = sorted(range(len(batch)), key=lambda i: batch[i].where)
        with write_transaction(self._engine) as connection:
            # Logs are locked in one order in every process, so that no two wait for each other.
            for where, members in groupby(order, key=lambda i: batch[i].where):
                numbered = [(i, batch[i]) for i in members]
                for number, kept in self._commit_log(connection, where[0], numbered):
                    answers[number] = kept
                    if isinstance(kept, Kept) and kept.is_new:
                        logs.add(kept.log_id)
        for log_id in logs:
            self._grew(log_id)
        return [answers[i] for i in range(len(batch))]

    def _commit_log(
        self, connection: Connection, site: str, numbered: Sequence[tuple[int, Entry]]
    ) -> Iterator[tuple[int, Kept | Exception]]:
        head = lock_head(
            connection, site, at=numbered[0][1].at, public_url=self._public_url, keys=self._keys
        )
        # Looked up behind the lock: whoever stored the same key has committed by now.
        earlier = _earlier(connection, site, [e.idempotency_key for _, e in numbered])
        batch = _Batch(connection, head, _previous(connection, site, [e for _, e in numbered]))
        for number, entry in numbered:
            known = earlier.get(entry.idempotency_key)
            if known is None:
                kept = batch.add(entry)
                earlier[entry.idempotency_key] = (entry.request_sha256, kept)
                yield number, kept
            else:
                yield number, _again(entry, *known)
        batch.flush()


class _Batch:
    """The new rows of one log, gathered in index order and inserted together."""

    def __init__(self, connection: Connection, head: Head, previous: dict[str, str]) -> None:
        self._connection, self._head, self._previous = connection, head, previous
        self._notices: dict[str, int] = {}
        self._rows: list[dict[str, Any]] = []
        self._leaves: list[NewLeaf] = []

    def add(self, entry: Entry) -> Kept:
        """Give `entry` its index, its predecessor and its salt."""
        notice_index = self._notice_index(entry)
        subject = entry.record["subject"]["key"]
        record = {
            **entry.record,
            "prev": self._previous.get(subject),
            "notice": {**entry.record["notice"], "log_index": notice_index},
        }
        self._previous[subject] = record["record_id"]
        body, salt = canonical(record), os.urandom(SALT_BYTES)
        kept = Kept(
            record_id=record["record_id"],
            subject=subject,
            body=body.decode(),
            salt=salt,
            log_id=self._head.log_id,
            origin=self._head.origin,
            index=self._head.frontier.size + len(self._leaves),
            valid_until=entry.valid_until,
            at=entry.at,
            is_new=True,
        )
        self._leaves.append(NewLeaf("consent", period_of(entry.at), commitment(body, salt)))
        self._rows.append(_row(entry, record, kept))
        return kept

    def _notice_index(self, entry: Entry) -> int:
        """Return where the notice stands in this log. If it must be added first, what already has
        an index goes before it."""
        sha256 = entry.notice.sha256
        if sha256 not in self._notices:
            self.flush()
            self._head, self._notices[sha256] = log_notice(
                self._connection, self._head, entry.notice.body, sha256, at=entry.at
            )
        return self._notices[sha256]

    def flush(self) -> None:
        """Insert what has been gathered."""
        if self._leaves:
            self._head = append(self._connection, self._head, self._leaves)
            self._connection.execute(_INSERT, self._rows)
            self._rows, self._leaves = [], []


def _row(entry: Entry, record: Mapping[str, Any], kept: Kept) -> dict[str, Any]:
    categories = record["decision"]["categories"]
    return {
        "record_id": kept.record_id,
        "log_id": kept.log_id,
        "leaf_index": kept.index,
        "site": entry.notice.site,
        "subject_key": record["subject"]["key"],
        "idempotency_key": entry.idempotency_key,
        "request_sha256": entry.request_sha256,
        "notice_sha256": entry.notice.sha256,
        "method": record["event"]["method"],
        "state": record["event"]["state"],
        # Spaces around each name, so that a filter for one never finds a part of another.
        "granted": " ".join(["", *(c for c, a in categories.items() if a == "granted"), ""]),
        "decided_at": entry.at,
        "valid_until": entry.valid_until,
        "body": kept.body,
        "salt": kept.salt,
    }


def _earlier(
    connection: Connection, site: str, keys: Sequence[str]
) -> dict[str, tuple[bytes, Kept]]:
    rows = connection.execute(_EARLIER, {"site": site, "keys": list(keys)})
    return {
        row.idempotency_key: (
            row.request_sha256,
            Kept(
                record_id=row.record_id,
                subject=row.subject_key,
                body=row.body,
                salt=row.salt,
                log_id=row.log_id,
                origin=row.origin,
                index=row.leaf_index,
                valid_until=row.valid_until,
                at=row.decided_at,
                is_new=False,
            ),
        )
        for row in rows
    }


def _previous(connection: Connection, site: str, entries: Sequence[Entry]) -> dict[str, str]:
    """The last record of each returning visitor in the batch; a fresh pseudonym has none."""
    subjects = [e.record["subject"]["key"] for e in entries if e.returning]
    if not subjects:
        return {}
    rows = connection.execute(_PREVIOUS, {"site": site, "subjects": subjects})
    return {row.subject_key: row.record_id for row in rows}


def _again(entry: Entry, request_sha256: bytes, kept: Kept) -> Kept | Exception:
    if request_sha256 != entry.request_sha256:
        return Unprocessable(
            "This idempotency key was used for another decision.",
            now="Make a new key for each decision; repeat a key only with the same body.",
            kind="idempotency-key-reused",
        )
    return replace(kept, is_new=False)
