# SPDX-License-Identifier: Apache-2.0
"""Publishing that fails half-way: the old notice stays in force and the log has no leaf of it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from cmp.clock import now
from cmp.settings import Settings
from cmp.sites.models import Asset, Notice, Site
from tests.factories import publish_again, service
from tests.faults.conftest import ROOT
from tests.stored import half_stored, snapshot

# What has just been written when it fails. The last one is the commit itself.
POINTS = ("INSERT INTO notice ", "INSERT INTO asset", "INSERT INTO leaf", "UPDATE log", "COMMIT")
KILL = """
import os, signal, sys
from sqlalchemy import event
from cmp.clock import now
from cmp.settings import load
from cmp.store.open import open_engine
from tests.factories import publish_again, service
url, data, public, point = sys.argv[1:]
engine = open_engine(url)
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
def seen(_c, _cursor, statement, *_):
    if statement.startswith(point):
        die()
event.listen(engine, "after_cursor_execute", seen)
if point == "COMMIT":
    event.listen(engine, "commit", die)
publish_again(engine, load({}, data_dir=data, public_url=public), service("kart", "functional"),
              at=now())
"""


class Fault(Exception):
    """What the test makes happen."""


@pytest.fixture(params=POINTS)
def point(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def failing(engine: Engine, point: str) -> Iterator[None]:
    """Every transaction fails right after `point`."""

    def after(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(point):
            raise Fault

    def commit(_connection: Any) -> None:
        if point == "COMMIT":
            raise Fault

    event.listen(engine, "after_cursor_execute", after)
    event.listen(engine, "commit", commit)
    yield
    event.remove(engine, "after_cursor_execute", after)
    event.remove(engine, "commit", commit)


def in_force(engine: Engine) -> tuple[str | None, str | None]:
    with Session(engine) as session:
        site = session.scalars(select(Site)).one()
        assert session.get(Asset, site.script) is not None
        return site.notice_sha256, site.script


def check_old(engine: Engine, notice: Notice, before: object, script: object) -> None:
    assert snapshot(engine) == before
    assert in_force(engine) == (notice.sha256, script)
    assert half_stored(engine) == []


def check_next(engine: Engine, settings: Settings, before: dict[str, Any]) -> None:
    """The same publishing succeeds, as if there had been no attempt."""
    new = publish_again(engine, settings, service("kart", "functional"), at=now())
    assert new.number == 2
    assert in_force(engine)[0] == new.sha256
    assert snapshot(engine)["notice_leaf"] == before["notice_leaf"] + 1
    assert half_stored(engine) == []


def test_a_fault(
    point: str, notice: Notice, engine: Engine, settings: Settings, request: Any
) -> None:
    before, script = snapshot(engine), in_force(engine)[1]
    request.getfixturevalue("failing")
    with pytest.raises(Fault):
        publish_again(engine, settings, service("kart", "functional"), at=now())
    check_old(engine, notice, before, script)


def test_a_kill(
    point: str, notice: Notice, engine: Engine, settings: Settings, database_url: str
) -> None:
    before, script = snapshot(engine), in_force(engine)[1]
    given = [database_url, str(settings.data_dir), settings.public_url, point]
    done = subprocess.run([sys.executable, "-c", KILL, *given], cwd=ROOT, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    check_old(engine, notice, before, script)
    check_next(engine, settings, before)
