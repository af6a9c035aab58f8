# SPDX-License-Identifier: Apache-2.0
"""A published shop, and processes that write to it."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from cmp.clock import now
from cmp.settings import Settings
from cmp.sites.models import Notice
from tests.factories import make_site

ROOT = Path(__file__).resolve().parent.parent.parent
Start = Callable[[str], "Child"]


class Child:
    """One process of `tests.faults.child`."""

    def __init__(self, url: str, key_dir: Path, point: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.child", url, str(key_dir), point],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def send(self, *lines: dict[str, Any] | str) -> None:
        """Send decisions, or the word that arms the child's point."""
        assert self.process.stdin
        for line in lines:
            text = line if isinstance(line, str) else json.dumps(line)
            self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def end(self) -> tuple[int, list[dict[str, Any]]]:
        """Return the exit code and what was acknowledged, when the child has ended."""
        output, _ = self.process.communicate(timeout=60)
        return self.process.returncode, [json.loads(line) for line in output.splitlines()]


@pytest.fixture
def notice(engine: Engine, settings: Settings) -> Notice:
    """The notice in force of the published shop, published just now."""
    return make_site(engine, settings, at=now())


@pytest.fixture
def start(notice: Notice, database_url: str, settings: Settings) -> Iterator[Start]:
    """Start processes that write to the shop's log; none outlives the test."""
    children: list[Child] = []

    def begin(point: str) -> Child:
        children.append(Child(database_url, settings.key_dir, point))
        return children[-1]

    yield begin
    for child in children:
        if child.process.poll() is None:
            child.process.kill()
        child.process.communicate()
