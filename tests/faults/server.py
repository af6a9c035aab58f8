# SPDX-License-Identifier: Apache-2.0
"""`kvitt serve` as a group of processes that can be killed together, and browsers that load it."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event, Thread
from typing import Any

from cmp.settings import Settings
from cmp.sites.models import Notice
from tests.factories import ORIGIN, SITE, decision
from tests.postgres import free_port

__all__ = ["HEADERS", "Load", "Server"]

ROOT = Path(__file__).resolve().parent.parent.parent
HEADERS = {"Origin": ORIGIN, "Content-Type": "text/plain", "User-Agent": "Firefox"}


class Server:
    """Two workers on the database of `settings`. Runs while it is entered."""

    def __init__(self, settings: Settings) -> None:
        self.port = free_port()
        other = {k: v for k, v in os.environ.items() if not k.startswith("KVITT_")}
        self._environment = other | {
            "KVITT_DATA_DIR": str(settings.data_dir),
            "KVITT_KEY_DIR": str(settings.key_dir),
            "KVITT_DATABASE_URL": settings.database_url.replace("+psycopg", ""),
            "KVITT_PUBLIC_URL": settings.public_url,
            "KVITT_RATE_LIMIT": "off",
            "KVITT_WORKERS": "2",
            "KVITT_THREADS": "8",
        }

    def __enter__(self) -> "Server":
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cmp", "serve", "--port", str(self.port)],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.wait_until_ready()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def wait_until_ready(self, seconds: float = 30) -> None:
        """Return when the server reaches its database."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            assert self.process.poll() is None, "the server did not start"
            if self._is_ready():
                return
            time.sleep(0.05)
        raise AssertionError(f"the server was not ready after {seconds} s")

    def _is_ready(self) -> bool:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
            try:
                connection.request("GET", "/readyz")
                return connection.getresponse().status == 200
            except (OSError, HTTPException):
                return False

    def kill(self) -> None:
        """SIGKILL for the arbiter and its workers at once."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)


@dataclass(frozen=True, slots=True)
class Load:
    """Browsers that send decisions, and what each was told: by idempotency key.

    `doubtful` were sent and not acknowledged. `statuses` counts every answer.
    """

    notice: Notice
    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)
    doubtful: dict[str, dict[str, Any]] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def begin(self, port: int, stop: Event, browsers: int = 8) -> list[Thread]:
        """Start sending to `port` until `stop`, each browser first what it is in doubt about."""
        waiting = list(self.doubtful.values())
        threads = [
            Thread(target=self._browse, args=(port, stop, waiting[n::browsers]))
            for n in range(browsers)
        ]
        for thread in threads:
            thread.start()
        return threads

    def _browse(self, port: int, stop: Event, waiting: list[dict[str, Any]]) -> None:
        with closing(HTTPConnection("127.0.0.1", port, timeout=40)) as connection:
            while not stop.is_set():
                sent = waiting.pop() if waiting else decision(self.notice, subject="A" * 22)
                self.doubtful[sent["idempotency_key"]] = sent
                try:
                    self._send(connection, sent)
                except (OSError, HTTPException):
                    connection.close()
                    stop.wait(0.05)

    def _send(self, connection: HTTPConnection, sent: dict[str, Any]) -> None:
        path = f"/v1/sites/{SITE}/decisions"
        connection.request("POST", path, json.dumps(sent), HEADERS)
        with connection.getresponse() as answer:
            body = answer.read().decode()
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        if answer.status in (200, 201):
            self.acknowledged[sent["idempotency_key"]] = json.loads(body)
            self.doubtful.pop(sent["idempotency_key"], None)
            return
        media = answer.headers["Content-Type"]
        if media != "application/problem+json" or "Traceback" in body:
            self.problems.append(f"{answer.status} {media} {body[:200]}")
