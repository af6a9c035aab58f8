# SPDX-License-Identifier: Apache-2.0
"""One network may send so many decisions; its address is in memory and nowhere else."""

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from cmp.app import create_app
from cmp.ledger.models import Record
from cmp.settings import Settings, load
from cmp.sites.models import Notice
from cmp.web.frame.database import db
from cmp.web.frame.platform import EXTENSION
from tests.factories import ORIGIN, SITE, decision
from tests.stored import snapshot

URL = f"/v1/sites/{SITE}/decisions"
ADDRESS, OTHER = "203.0.113.77", "203.0.113.78"


@pytest.fixture
def app(notice: Notice, settings: Settings) -> Iterator[Flask]:
    app = create_app(
        load(
            {},
            data_dir=str(settings.data_dir),
            database_url=settings.database_url.replace("+psycopg", ""),
            public_url=settings.public_url,
            rate_limit="3/hour",
        )
    )
    app.testing = True
    yield app
    app.extensions[EXTENSION].recorder.stop()
    with app.app_context():
        db.engine.dispose()


def post(client: FlaskClient, body: bytes, address: str = ADDRESS) -> TestResponse:
    sent = {"Origin": ORIGIN, "Content-Type": "text/plain"}
    return client.post(URL, data=body, headers=sent, environ_base={"REMOTE_ADDR": address})


def test_a_network_over_its_limit_waits_and_others_do_not(
    client: FlaskClient, notice: Notice, engine: Engine
) -> None:
    for _ in range(3):
        assert post(client, json.dumps(decision(notice)).encode()).status_code == 201
    before, fresh = snapshot(engine), json.dumps(decision(notice)).encode()
    answer = post(client, fresh)
    assert (answer.status_code, answer.mimetype) == (429, "application/problem+json")
    assert 0 < int(answer.headers["Retry-After"]) <= 3601
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert snapshot(engine) == before
    assert post(client, fresh, OTHER).status_code == 201


def test_the_body_of_a_network_over_its_limit_is_not_read(
    client: FlaskClient, notice: Notice
) -> None:
    for _ in range(3):
        assert post(client, b"{").status_code == 400

    class Unread:
        def read(self, _size: int = -1) -> bytes:
            raise AssertionError("the body was read")

    answer = client.post(
        URL,
        headers={"Origin": ORIGIN, "Content-Type": "text/plain"},
        environ_base={"REMOTE_ADDR": ADDRESS},
        environ_overrides={"wsgi.input": Unread(), "CONTENT_LENGTH": "500"},
    )
    assert answer.status_code == 429


def test_no_address_is_stored_or_logged(
    client: FlaskClient, notice: Notice, engine: Engine, capfd: pytest.CaptureFixture[str]
) -> None:
    for _ in range(4):
        post(client, json.dumps(decision(notice)).encode())
    with engine.connect() as connection:
        rows = connection.execute(select(Record)).all()
    assert len(rows) == 3
    assert "203.0.113" not in repr(rows)
    captured = capfd.readouterr()
    assert '"status":429' in captured.err
    assert "203.0.113" not in captured.err + captured.out
