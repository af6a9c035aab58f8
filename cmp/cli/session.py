# SPDX-License-Identifier: Apache-2.0
"""The database for commands: settings of the environment, schema brought up to date, a session."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from cmp.errors import EnvironmentFault
from cmp.migrations import migrate
from cmp.settings import Settings, load
from cmp.store.open import open_engine
from cmp.store.transaction import begin_writing

__all__ = ["open_database", "read_session", "settings", "write_session"]


def settings(**overrides: str) -> Settings:
    """Return the settings of this process."""
    return load(os.environ, **overrides)


def open_database(given: Settings) -> Engine:
    """Return an engine on a migrated database; make the data directory if need be.

    Raises EnvironmentFault if the database cannot be reached.
    """
    try:
        given.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = open_engine(given.database_url)
        migrate(engine)
    except (OSError, OperationalError) as fault:
        raise EnvironmentFault(
            f"The database cannot be opened: {fault}.",
            now="Check KVITT_DATABASE_URL and KVITT_DATA_DIR.",
        ) from fault
    return engine


@contextmanager
def write_session(given: Settings) -> Iterator[Session]:
    """Give a session in a write transaction; commit at the end, roll back on a fault."""
    with Session(open_database(given)) as session, session.begin():
        begin_writing(session)
        yield session


@contextmanager
def read_session(given: Settings) -> Iterator[Session]:
    """Give a session for reading."""
    with Session(open_database(given)) as session:
        yield session
