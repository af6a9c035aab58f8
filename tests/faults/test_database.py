# SPDX-License-Identifier: Apache-2.0
"""The database cannot take a decision: 503, nothing half-stored, and well again by itself."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select, text
from werkzeug.test import TestResponse

from cmp.app import create_app
from cmp.consent import recorder as recorder_room
from cmp.errors import EnvironmentFault
from cmp.ledger.models import Record
from cmp.settings import Settings
from cmp.sites.models import Notice
from cmp.store import group_commit
from cmp.web.frame.database import db
from cmp.web.frame.platform import EXTENSION
from tests.factories import ORIGIN, SITE, decision
from tests.faults.server import HEADERS, Load, Server
from tests.postgres import PostgresServer
from tests.stored import half_stored, snapshot

URL = f"/v1/sites/{SITE}/decisions"


@pytest.fixture
def app(notice: Notice, settings: Settings) -> Iterator[Flask]:
    """The application; `testing` stays off, so that faults are answered as visitors see them."""
    app = create_app(settings)
    yield app
    app.extensions[EXTENSION].recorder.stop()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def post(client: FlaskClient, sent: dict[str, Any]) -> TestResponse:
    return client.post(URL, data=json.dumps(sent), headers=HEADERS)


def refused(answer: TestResponse) -> None:
    """The answer is a 503 that the site's page can read, and shows nothing of the inside."""
    assert answer.status_code == 503, answer.text
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "same idempotency key" in answer.json["detail"]
    for inside in ("Traceback", "SELECT", "INSERT", "sqlite", "psycopg", ".py"):
        assert inside not in answer.text


@contextmanager
def new_connections(app: Flask, *statements: str) -> Iterator[None]:
    """Every connection that the application makes meanwhile begins with `statements`."""
    with app.app_context():
        engine = db.engine

    def prepare(connection: Any, _record: object) -> None:
        for statement in statements:
            connection.execute(statement)

    event.listen(engine, "connect", prepare)
    engine.dispose()
    try:
        yield
    finally:
        event.remove(engine, "connect", prepare)
        engine.dispose()


def only(database_url: str, kind: str) -> None:
    if not database_url.startswith(kind):
        pytest.skip(f"this fault is one of {kind}")


def test_a_full_disk(
    app: Flask, client: FlaskClient, notice: Notice, engine: Engine, database_url: str
) -> None:
    only(database_url, "sqlite")
    assert post(client, decision(notice)).status_code == 201
    with engine.connect() as connection:
        pages = connection.scalar(text("PRAGMA page_count")) or 0
    with new_connections(app, f"PRAGMA max_page_count={pages + 4}"):
        for _ in range(500):
            before, last = snapshot(engine), decision(notice)
            answer = post(client, last)
            if answer.status_code != 201:
                break
        refused(answer)
        assert snapshot(engine) == before
        assert half_stored(engine) == []
    assert post(client, last).status_code == 201
    assert post(client, last).status_code == 200
    assert half_stored(engine) == []


def test_a_database_that_may_only_be_read(
    app: Flask,
    client: FlaskClient,
    notice: Notice,
    engine: Engine,
    database_url: str,
) -> None:
    assert post(client, decision(notice)).status_code == 201
    only_read = (
        "PRAGMA query_only=ON"
        if database_url.startswith("sqlite")
        else "set session characteristics as transaction read only"
    )
    before, last = snapshot(engine), decision(notice)
    commits = () if database_url.startswith("sqlite") else ("commit",)
    with new_connections(app, only_read, *commits):
        refused(post(client, last))
        assert snapshot(engine) == before
    assert post(client, last).status_code == 201


def test_a_database_in_somebody_elses_hands(
    client: FlaskClient, notice: Notice, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever holds the lock for too long keeps callers waiting, but not for ever."""
    assert post(client, decision(notice)).status_code == 201
    monkeypatch.setattr(group_commit.GroupCommit.submit, "__kwdefaults__", {"timeout_s": 0.3})
    last = decision(notice)
    with engine.connect().execution_options(kvitt_writes=True) as holder:
        holder.execute(text("update log set size = size"))
        refused(post(client, last))
        holder.rollback()
    # What waited is stored as soon as the lock is free; the visitor who asks again hears of it.
    monkeypatch.undo()
    assert post(client, last).status_code == 200
    assert half_stored(engine) == []


def test_a_key_that_cannot_be_made(
    client: FlaskClient, notice: Notice, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stored, and no receipt to show for it: the same key gives it later."""

    def no_room(*_: object, **__: object) -> str:
        raise EnvironmentFault("The key cannot be made.", now="Make room.")

    last = decision(notice)
    with monkeypatch.context() as patch:
        patch.setattr(recorder_room, "sign", no_room)
        refused(post(client, last))
    assert post(client, last).status_code == 200
    assert half_stored(engine) == []


def test_the_folder_of_the_lock_is_gone(
    client: FlaskClient, notice: Notice, engine: Engine, database_url: str
) -> None:
    only(database_url, "sqlite")
    lock = Path(f"{engine.url.database}.lock")
    lock.unlink(missing_ok=True)
    lock.mkdir()
    before, last = snapshot(engine), decision(notice)
    refused(post(client, last))
    assert snapshot(engine) == before
    lock.rmdir()
    assert post(client, last).status_code == 201


def test_no_fault_shows_or_logs_a_record(
    app: Flask,
    client: FlaskClient,
    notice: Notice,
    engine: Engine,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The database refuses the very row: its complaint may not carry the row into a log."""
    with engine.begin() as connection:
        connection.execute(text("drop table record"))
    sent = decision(notice, subject="Abcdefghijklmnopqrstuv")
    refused(post(client, sent))
    logged = capfd.readouterr().err
    assert "decision not stored" in logged
    for private in (sent["subject"], sent["idempotency_key"], "reject_all"):
        assert private not in logged


def test_postgres_is_restarted_under_load(
    notice: Notice, engine: Engine, settings: Settings, database_url: str, request: Any
) -> None:
    only(database_url, "postgresql")
    postgres: PostgresServer = request.getfixturevalue("postgres")
    load, stop = Load(notice), Event()
    with Server(settings) as server:
        browsers = load.begin(server.port, stop)
        time.sleep(0.5)
        for mode in ("immediate", "fast"):
            postgres.stop(mode)
            try:
                time.sleep(0.7)
            finally:
                postgres.start()
            already, until = len(load.acknowledged), time.monotonic() + 20
            while len(load.acknowledged) < already + 20 and time.monotonic() < until:
                time.sleep(0.05)
            assert len(load.acknowledged) >= already + 20, "it did not recover by itself"
        stop.set()
        for browser in browsers:
            browser.join(60)
    assert load.problems == []
    assert load.statuses.keys() <= {200, 201, 503}
    assert load.statuses[503] > 0
    engine.dispose()
    assert half_stored(engine) == []
    with engine.connect() as connection:
        kept = set(connection.scalars(select(Record.idempotency_key)))
    assert load.acknowledged.keys() <= kept
    assert kept <= load.acknowledged.keys() | load.doubtful.keys()


def test_every_visitors_address_answers_503_while_the_database_is_away(
    notice: Notice, settings: Settings, database_url: str, engine: Engine, request: Any
) -> None:
    only(database_url, "postgresql")
    postgres: PostgresServer = request.getfixturevalue("postgres")
    app = create_app(settings)
    client = app.test_client()
    sent = decision(notice)
    receipt = post(client, sent).json
    paths = [
        f"/k/{SITE}.js",
        f"/v1/receipts/{receipt['record_id']}",
        f"/v1/sites/{SITE}/cookies.json",
        f"/log/{SITE}/2026/checkpoint",
        "/.well-known/kvitt-keys.txt",
    ]
    postgres.stop("fast")
    try:
        refused(post(client, sent))
        for path in paths:
            answer = client.get(path)
            assert (answer.status_code, answer.mimetype) == (503, "application/problem+json"), path
    finally:
        postgres.start()
    assert post(client, sent).json == receipt
    app.extensions[EXTENSION].recorder.stop()
    with app.app_context():
        db.engine.dispose()
    engine.dispose()
