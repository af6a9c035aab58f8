# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the whole suite: databases of both kinds, the application, a browser."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from cmp.migrations import migrate
from cmp.settings import Settings, load
from cmp.store.open import open_engine
from tests.postgres import PostgresServer, find_postgres

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of this test run, in a temporary folder, on a free loopback port.

    Not in pytest's folder: another run beside this one would take the server's user the way in.
    """
    binaries = find_postgres()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with (
        tempfile.TemporaryDirectory(prefix="postgres-") as folder,
        PostgresServer(binaries, Path(folder)) as server,
    ):
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/kvitt.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a migrated, empty database."""
    engine = open_engine(database_url)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings on that database, with limits off."""
    return load(
        {},
        data_dir=str(tmp_path / "data"),
        database_url=database_url.replace("postgresql+psycopg", "postgresql"),
        public_url="https://consent.example.no",
        rate_limit="off",
        login_rate_limit="off",
    )


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the repository, where there is one."""
    if not (SHARED / "data").is_dir():
        pytest.skip("../shared/data is not here")
    return SHARED / "data"
