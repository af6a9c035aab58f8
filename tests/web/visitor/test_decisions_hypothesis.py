# SPDX-License-Identifier: Apache-2.0
"""Whatever is sent as a decision is answered as the contract says, stored whole or not at all."""

import json
from typing import Any

from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings, strategies
from sqlalchemy import Engine, func, select

from cmp.ledger.models import Leaf, Record
from cmp.sites.models import Notice
from tests.factories import ORIGIN, SITE, decision

CONTRACT = {200, 201, 400, 404, 409, 413, 415, 422}
SLOW_FIXTURES = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]

anything = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.text(),
    lambda inner: strategies.lists(inner) | strategies.dictionaries(strategies.text(), inner),
    max_leaves=8,
)


def send(client: FlaskClient, body: bytes) -> int:
    sent = {"Origin": ORIGIN, "Content-Type": "text/plain"}
    answer = client.post(f"/v1/sites/{SITE}/decisions", data=body, headers=sent)
    if answer.status_code >= 400:
        assert answer.mimetype == "application/problem+json"
        assert "Traceback" not in answer.text
    return answer.status_code


def rows(engine: Engine) -> tuple[int, int]:
    with engine.connect() as connection:
        return (
            connection.scalar(select(func.count()).select_from(Record)) or 0,
            connection.scalar(select(func.count()).select_from(Leaf)) or 0,
        )


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW_FIXTURES)
@given(body=strategies.binary(max_size=400))
def test_any_bytes(client: FlaskClient, engine: Engine, body: bytes) -> None:
    before = rows(engine)
    assert send(client, body) == 400
    assert rows(engine) == before


@settings(max_examples=200, deadline=None, suppress_health_check=SLOW_FIXTURES)
@given(data=strategies.data())
def test_a_decision_with_any_member_replaced(
    client: FlaskClient, notice: Notice, engine: Engine, data: strategies.DataObject
) -> None:
    body: dict[str, Any] = decision(notice)
    name = data.draw(strategies.sampled_from(sorted(body)) | strategies.text(max_size=10))
    body[name] = data.draw(anything)
    before = rows(engine)
    status = send(client, json.dumps(body).encode())
    assert status in CONTRACT
    after = rows(engine)
    stored = 1 if status == 201 else 0
    assert (after[0] - before[0], after[1] - before[1]) == (stored, stored)
