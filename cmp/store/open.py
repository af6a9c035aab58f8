# SPDX-License-Identifier: Apache-2.0
"""Opening the database: SQLite with durable settings, or PostgreSQL, from one URL."""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

__all__ = ["WRITES", "engine_options", "open_engine", "prepare"]

# Execution option of a connection whose transaction will write.
WRITES = "kvitt_writes"

BUSY_TIMEOUT_MS = 10_000

# WAL lets readers go on while one writes; FULL makes a commit reach the disk before it returns.
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA cache_size=-16384",
)


def _sqlite_pragmas(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself: `_begin` says which kind.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def engine_options(url: str, *, pool_size: int = 5) -> dict[str, Any]:
    """Return the keyword arguments of `create_engine` for `url`."""
    if make_url(url).get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000}, "hide_parameters": True}
    return {
        # A fault's text may reach a log, and a visitor's record must not.
        "hide_parameters": True,
        "pool_size": pool_size,
        "max_overflow": 4,
        "pool_pre_ping": True,
        "pool_timeout": BUSY_TIMEOUT_MS / 1000,
        "connect_args": {
            "connect_timeout": 5,
            "options": f"-c synchronous_commit=on -c lock_timeout={BUSY_TIMEOUT_MS}",
        },
    }


def prepare(engine: Engine) -> Engine:
    """Make each new connection of `engine` durable; returns the engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_pragmas)
        event.listen(engine, "begin", _begin)
    return engine


def open_engine(url: str, *, pool_size: int = 5) -> Engine:
    """Return an engine for `url` (SQLAlchemy form, `sqlite:///` or `postgresql+psycopg://`)."""
    return prepare(create_engine(url, **engine_options(url, pool_size=pool_size)))
