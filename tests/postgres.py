# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server for one test run, from the system's package, in a temporary folder."""

import os
import shutil
import socket
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import psycopg

__all__ = ["PostgresServer", "find_postgres"]

SYSTEM_USER = "postgres"


def find_postgres() -> Path | None:
    """Return the folder with initdb and pg_ctl, newest version first, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PostgresServer:
    """Runs while it is entered. Refuses root, as PostgreSQL does, by becoming its system user."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self._binaries, self._folder, self.port = binaries, folder, free_port()
        self.data = folder / "data"

    def __enter__(self) -> "PostgresServer":
        if os.geteuid() == 0:
            shutil.chown(self._folder, SYSTEM_USER, SYSTEM_USER)
        self._run(
            "initdb", "-D", self.data, "-U", "kvitt", "-A", "trust", "-E", "UTF8", "--no-locale"
        )
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        log = self._folder / "log"
        self._run("pg_ctl", "-D", self.data, "-l", log, "-w", "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server (`fast`, `immediate`)."""
        self._run("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop")

    @contextmanager
    def database(self) -> Iterator[str]:
        """Make an empty database, give its URL, drop it afterwards."""
        name = f"test_{uuid.uuid4().hex}"
        self._sql(f"create database {name}")
        try:
            yield f"postgresql+psycopg://kvitt@127.0.0.1:{self.port}/{name}"
        finally:
            self._sql(f"drop database {name} with (force)")

    def _sql(self, statement: str) -> None:
        address = f"host=127.0.0.1 port={self.port} user=kvitt dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [str(self._binaries / program), *map(str, arguments)]
        user = SYSTEM_USER if os.geteuid() == 0 else None
        done = subprocess.run(
            command, cwd="/", user=user, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout}{done.stderr}")
