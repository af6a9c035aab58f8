# SPDX-License-Identifier: Apache-2.0
"""Signing roots: a checkpoint for what is committed, at most once a second, never against itself.

The database is the memory of what was signed. A checkpoint that would be smaller than the last one,
or differ from it at the same size, is a fork or a restored backup, and is refused.
"""

from collections.abc import Callable
from datetime import datetime
from threading import Event, Lock, Thread

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine, insert, select

from cmp.errors import EnvironmentFault, KvittError
from cmp.ledger.keys import KeyStore
from cmp.ledger.models import Checkpoint, Log
from cmp.proof.checkpoint import sign_checkpoint
from cmp.proof.merkle import Frontier
from cmp.store.transaction import write_transaction

__all__ = ["CheckpointPublisher", "publish", "store_checkpoint"]

SECONDS_BETWEEN = 1.0

_log = structlog.get_logger("kvitt.ledger")


def publish(engine: Engine, log_id: int, *, keys: KeyStore, at: datetime) -> str | None:
    """Sign the head of a log as it is on disk and store it; return the note, None if it stood.

    Raises EnvironmentFault if the log on disk is older than what was already signed.
    """
    with write_transaction(engine) as connection:
        # Locked, so that no other process signs a newer head between our two questions: its
        # checkpoint would make ours look like a fork.
        row = connection.execute(
            select(Log.origin, Log.site, Log.year, Log.frontier)
            .where(Log.log_id == log_id)
            .with_for_update()
        ).one()
        edge = Frontier.from_bytes(row.frontier)
        return store_checkpoint(
            connection, log_id, row.origin, edge, key=keys.log_key(row.site, row.year), at=at
        )


def store_checkpoint(
    connection: Connection,
    log_id: int,
    origin: str,
    edge: Frontier,
    *,
    key: Ed25519PrivateKey,
    at: datetime,
) -> str | None:
    """Sign and insert the checkpoint of `edge` unless the last one already says the same."""
    last = connection.execute(
        select(Checkpoint.size, Checkpoint.root)
        .where(Checkpoint.log_id == log_id)
        .order_by(Checkpoint.size.desc())
        .limit(1)
    ).one_or_none()
    root = edge.root()
    if last is not None:
        if last.size == edge.size and last.root == root:
            return None
        if last.size >= edge.size:
            raise EnvironmentFault(
                f"{origin} has {edge.size} leaves; {last.size} or another root were signed.",
                now="An old backup was restored or rows were changed. Restore the newer state.",
            )
    note = sign_checkpoint(origin, edge.size, root, key)
    connection.execute(
        insert(Checkpoint),
        {"log_id": log_id, "size": edge.size, "root": root, "note": note, "signed_at": at},
    )
    return note


class CheckpointPublisher:
    """A thread per process that signs logs which have grown, each at most once a second."""

    def __init__(self, engine: Engine, keys: KeyStore, now: Callable[[], datetime]) -> None:
        self._engine, self._keys, self._now = engine, keys, now
        self._grown: set[int] = set()
        self._guard = Lock()
        self._wake = Event()
        self._thread: Thread | None = None
        self._stopping = Event()

    def grew(self, log_id: int) -> None:
        """Say that a log has new leaves on disk."""
        with self._guard:
            self._grown.add(log_id)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="checkpoints", daemon=True)
                self._thread.start()
        self._wake.set()

    def stop(self) -> None:
        """Sign what has grown and end the thread."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait()
            self._wake.clear()
            self.publish_grown()
            self._stopping.wait(SECONDS_BETWEEN)
        self.publish_grown()

    def publish_grown(self) -> None:
        """Sign every log that has grown since the last time."""
        with self._guard:
            grown, self._grown = self._grown, set()
        for log_id in grown:
            try:
                publish(self._engine, log_id, keys=self._keys, at=self._now())
            except KvittError as fault:
                # Receipts stand without it. Only a person can mend this, so nothing is repeated.
                _log.error("checkpoint not signed", log_id=log_id, fault=str(fault))
            except Exception as fault:  # the thread must live: nobody would start another
                _log.error("checkpoint not signed", log_id=log_id, fault=str(fault))
                self._again(log_id)

    def _again(self, log_id: int) -> None:
        """Sign `log_id` in the next round: the database or its disk may be back by then."""
        with self._guard:
            self._grown.add(log_id)
        self._wake.set()
