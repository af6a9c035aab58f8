# SPDX-License-Identifier: Apache-2.0
"""Transactions that are going to write, ordered fairly between processes."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from cmp.store.open import WRITES

__all__ = ["begin_writing", "write_transaction"]


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Wait in line for SQLite's single writer.

    SQLite's own busy handler sleeps and polls, which starves some processes; a file lock wakes them
    in turn. It is advisory: who writes without it only waits longer, nothing is lost.
    """
    database = engine.url.database
    if engine.dialect.name != "sqlite" or not database or database == ":memory:":
        yield
        return
    with Path(f"{database}.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def write_transaction(engine: Engine) -> Iterator[Connection]:
    """Give a connection inside a transaction that will write; commit at the end, or roll back.

    On SQLite the write lock is taken at once (BEGIN IMMEDIATE): a transaction that first reads and
    then writes would fail when another process has written in between.
    """
    with (
        _turn(engine),
        engine.connect().execution_options(**{WRITES: True}) as connection,
        connection.begin(),
    ):
        yield connection


def begin_writing(session: Session) -> Connection:
    """Begin the session's transaction as one that will write and return its connection.

    Must be called before the session has touched the database.
    """
    return session.connection(execution_options={WRITES: True})
