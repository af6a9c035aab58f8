# SPDX-License-Identifier: Apache-2.0
"""Whatever is sent as a decision is answered as the contract says, stored whole or not at all."""

import json
from typing import Any
from urllib.parse import quote

from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings, strategies
from sqlalchemy import Engine

from cmp.sites.models import Notice
from tests.factories import ORIGIN, SITE, decision
from tests.stored import snapshot

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


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW_FIXTURES)
@given(body=strategies.binary(max_size=400))
def test_any_bytes(client: FlaskClient, engine: Engine, body: bytes) -> None:
    before = snapshot(engine)
    assert send(client, body) == 400
    assert snapshot(engine) == before


@settings(max_examples=200, deadline=None, suppress_health_check=SLOW_FIXTURES)
@given(data=strategies.data())
def test_a_decision_with_any_member_replaced(
    client: FlaskClient, notice: Notice, engine: Engine, data: strategies.DataObject
) -> None:
    body: dict[str, Any] = decision(notice)
    name = data.draw(strategies.sampled_from(sorted(body)) | strategies.text(max_size=10))
    body[name] = data.draw(anything)
    before = snapshot(engine)
    status = send(client, json.dumps(body).encode())
    assert status in CONTRACT
    after = snapshot(engine)
    if status != 201:
        assert after == before
        return
    assert after.pop("heads") != before.pop("heads")
    grown = {name: count - before[name] for name, count in after.items() if count != before[name]}
    assert grown == {"record": 1, "leaf": 1}


header = strategies.text(
    strategies.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"),
    max_size=80,
)


@settings(max_examples=100, deadline=None, suppress_health_check=SLOW_FIXTURES)
@given(site=strategies.text(max_size=40), origin=header, media=header, agent=header)
def test_any_site_and_any_headers(
    client: FlaskClient,
    notice: Notice,
    engine: Engine,
    site: str,
    origin: str,
    media: str,
    agent: str,
) -> None:
    before = snapshot(engine)
    names = ("Origin", "Content-Type", "User-Agent")
    for path, headers in (
        (quote(site, safe=""), (ORIGIN, "text/plain", agent)),
        (SITE, (origin, "text/plain", agent)),
        (SITE, (ORIGIN, media, agent)),
    ):
        answer = client.post(
            f"/v1/sites/{path}/decisions",
            data=json.dumps(decision(notice)),
            headers=dict(zip(names, headers, strict=True)),
        )
        assert 400 <= answer.status_code < 500
        assert answer.mimetype == "application/problem+json"
    assert snapshot(engine) == before


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW_FIXTURES)
@given(agent=header)
def test_any_browser_may_decide(client: FlaskClient, notice: Notice, agent: str) -> None:
    answer = client.post(
        f"/v1/sites/{SITE}/decisions",
        data=json.dumps(decision(notice)),
        headers={"Origin": ORIGIN, "Content-Type": "text/plain", "User-Agent": agent},
    )
    assert answer.status_code == 201
