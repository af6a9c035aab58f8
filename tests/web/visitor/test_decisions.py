# SPDX-License-Identifier: Apache-2.0
"""`POST /v1/sites/<site>/decisions`: every answer of the contract, and what it leaves behind."""

import base64
import json
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from cmp.ledger.models import Leaf, Log, Record
from cmp.settings import Settings
from cmp.sites.models import Notice
from tests.factories import ORIGIN, SITE, decision, publish_again, service
from tests.stored import snapshot

URL = f"/v1/sites/{SITE}/decisions"
ALL = {
    "method": "accept_all",
    "categories": {"analytics": "granted", "marketing": "granted"},
    "services": {"maling": "granted", "annonse": "granted"},
}


def post(client: FlaskClient, body: Any, *, url: str = URL, **headers: str) -> TestResponse:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"Origin": ORIGIN, "Content-Type": "text/plain", "User-Agent": "Firefox"} | headers
    return client.post(url, data=data, headers=sent)


def counts(engine: Engine) -> tuple[int, int, int]:
    with engine.connect() as connection:
        return (
            connection.scalar(select(func.count()).select_from(Record)) or 0,
            connection.scalar(select(func.count()).select_from(Leaf)) or 0,
            connection.scalar(select(func.sum(Log.size))) or 0,
        )


def payload(answer: TestResponse) -> Any:
    part = answer.json["receipt"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_a_decision_is_answered_with_a_receipt_and_stands_in_the_log(
    client: FlaskClient, notice: Notice, engine: Engine
) -> None:
    sent = decision(notice, **ALL)
    answer = post(client, sent)
    assert answer.status_code == 201
    assert answer.json["idempotency_key"] == sent["idempotency_key"]
    receipt = payload(answer)
    assert receipt["index"] == answer.json["index"] == 2
    assert receipt["record"]["record_id"] == answer.json["record_id"]
    assert receipt["record"]["event"]["state"] == "given"
    assert receipt["record"]["decision"]["services"] == {
        "betaling": "exempt",
        "maling": "granted",
        "annonse": "granted",
    }
    assert receipt["record"]["notice"]["log_index"] == 1
    assert counts(engine) == (1, 3, 3)


def test_the_visitors_door_sets_no_cookie(client: FlaskClient, notice: Notice) -> None:
    assert "Set-Cookie" not in post(client, decision(notice)).headers


def test_the_answer_may_be_read_by_the_sites_pages(client: FlaskClient, notice: Notice) -> None:
    answer = post(client, decision(notice))
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Origin" in answer.headers["Vary"]
    refused = post(client, b"{")
    assert refused.headers["Access-Control-Allow-Origin"] == ORIGIN


def test_the_same_request_again_gives_the_same_receipt_and_stores_nothing(
    client: FlaskClient, notice: Notice, engine: Engine
) -> None:
    sent = decision(notice)
    first = post(client, sent)
    again = post(client, sent, **{"Content-Type": "application/json"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json
    assert counts(engine) == (1, 3, 3)


def test_a_key_reused_for_another_decision_is_refused(
    client: FlaskClient, notice: Notice, engine: Engine
) -> None:
    sent = decision(notice)
    post(client, sent)
    answer = post(client, {**sent, **ALL})
    assert answer.status_code == 422
    assert answer.json["type"].endswith("idempotency-key-reused")
    assert counts(engine) == (1, 3, 3)


def test_records_of_one_visitor_are_chained(client: FlaskClient, notice: Notice) -> None:
    subject = "A" * 22
    first = payload(post(client, decision(notice, subject=subject)))
    second = payload(post(client, decision(notice, subject=subject, **ALL)))
    assert first["record"]["prev"] is None
    assert second["record"]["prev"] == first["record"]["record_id"]


def bad_bodies(notice: Notice) -> dict[str, tuple[int, Any]]:
    good = decision(notice)
    return {
        "no JSON": (400, b"{"),
        "empty": (400, b""),
        "not UTF-8": (400, b"\xff\xfe"),
        "an array": (400, b"[]"),
        "deep": (400, b"[" * 8000),
        "wrong type": (400, good | {"layer": "first"}),
        "unknown member": (400, good | {"email": "a@example.no"}),
        "key no UUID": (400, good | {"idempotency_key": "1"}),
        "NUL": (400, good | {"lang": "n\0b"}),
        "lone surrogate": (400, good | {"lang": "\ud800"}),
        "four-byte character": (400, good | {"lang": "n😀"}),
        "last newline": (400, good | {"lang": "nb\n"}),
        "HTML": (400, good | {"categories": {"<b>": "denied"}}),
        "formula": (400, good | {"services": {"=1+1": "denied"}}),
        "unknown notice": (404, good | {"notice_sha256": "0" * 64}),
        "unknown category": (422, good | {"categories": good["categories"] | {"x": "denied"}}),
        "missing category": (422, good | {"categories": {"analytics": "denied"}}),
        "necessary denied": (
            422,
            good | {"categories": good["categories"] | {"necessary": "denied"}},
        ),
        "necessary granted": (
            422,
            good | {"services": good["services"] | {"betaling": "granted"}},
        ),
        "missing service": (422, good | {"services": {"maling": "denied"}}),
        "consent as exempt": (
            422,
            good | {"categories": {"analytics": "exempt", "marketing": "denied"}},
        ),
        "accept that denies": (422, good | {"method": "accept_all"}),
        "reject that grants": (422, good | ALL | {"method": "reject_all"}),
        "language not shown": (422, good | {"lang": "fr"}),
        "negative count": (400, good | {"undelivered": -1}),
        "raw NUL": (400, b'{"lang": "n\0b"}'),
        "NUL in a name": (400, good | {"services": {"mal\0ing": "denied"}}),
        "surrogate in a name": (400, good | {"categories": {"\udc00": "denied"}}),
        "raw surrogate": (400, b'{"lang": "\xed\xa0\x80"}'),
        "four bytes in a name": (400, good | {"categories": {"\U0001f36a": "denied"}}),
        "clock no time": (400, good | {"decided_at": "yesterday"}),
        "clock a number": (400, good | {"decided_at": -1}),
        "unknown answer": (400, good | {"categories": {"analytics": "yes", "marketing": "denied"}}),
        "number beyond 64 bits": (400, good | {"undelivered": 2**70}),
        "NaN": (400, b'{"undelivered": NaN}'),
        "two documents": (400, b"{}{}"),
        "unknown service": (422, good | {"services": good["services"] | {"x": "denied"}}),
        "necessary service denied": (
            422,
            good | {"services": good["services"] | {"betaling": "denied"}},
        ),
        "every category missing": (422, good | {"categories": {}}),
    }


NAMES = sorted(bad_bodies(Notice(sha256="0" * 64)))


@pytest.mark.parametrize("name", NAMES)
def test_bad_input_gets_its_answer_and_changes_nothing(
    client: FlaskClient, notice: Notice, engine: Engine, name: str
) -> None:
    status, body = bad_bodies(notice)[name]
    before = snapshot(engine)
    answer = post(client, body)
    assert answer.status_code == status, answer.json
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["detail"]
    assert snapshot(engine) == before


@pytest.mark.parametrize("site", ["nobody", "%00", "a%00b", "%ED%A0%80", "%F0%9F%8D%AA", "x" * 300])
def test_an_unknown_site_is_not_found(
    client: FlaskClient, notice: Notice, engine: Engine, site: str
) -> None:
    before = snapshot(engine)
    answer = post(client, decision(notice), url=f"/v1/sites/{site}/decisions")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert snapshot(engine) == before


@pytest.mark.parametrize(
    "path",
    [
        "/k/%00.js",
        f"/k/{SITE}.js?v=%00",
        "/v1/sites/%00/cookies.json",
        f"/v1/sites/{SITE}/notices/%00",
        "/v1/receipts/%00",
        "/log/%00/2026/checkpoint",
    ],
)
def test_a_name_with_a_nul_is_not_found(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_a_body_over_16_kib_is_refused(client: FlaskClient, notice: Notice, engine: Engine) -> None:
    before = snapshot(engine)
    assert post(client, b" " * (16 * 1024 + 1)).status_code == 413
    assert snapshot(engine) == before


@pytest.mark.parametrize("media", ["application/xml", "multipart/form-data", "", "a" * 200])
def test_another_media_type_is_refused(
    client: FlaskClient, notice: Notice, engine: Engine, media: str
) -> None:
    before = snapshot(engine)
    answer = post(client, decision(notice), **{"Content-Type": media})
    assert (answer.status_code, answer.mimetype) == (415, "application/problem+json")
    assert snapshot(engine) == before


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{ORIGIN}.evil.example"])
def test_a_page_of_another_origin_is_refused(
    client: FlaskClient, notice: Notice, engine: Engine, origin: str
) -> None:
    before = snapshot(engine)
    answer = post(client, decision(notice), Origin=origin)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert snapshot(engine) == before


@pytest.mark.parametrize(
    ("clock", "skew"),
    [
        ("1970-01-01T00:00:00Z", -86_400),
        ("2099-01-01T00:00:00Z", 86_400),
        ("2026-13-45T99:00:00Z", None),
    ],
)
def test_a_visitors_wrong_clock_is_noted_and_not_believed(
    client: FlaskClient, notice: Notice, clock: str, skew: int | None
) -> None:
    record = payload(post(client, decision(notice, decided_at=clock)))["record"]
    assert record["event"].get("client_skew_s") == skew
    assert record["event"]["time"] > "2026"


def test_an_old_notice_is_answered_with_the_new_one(
    client: FlaskClient, notice: Notice, engine: Engine, settings: Settings
) -> None:
    new = publish_again(engine, settings, service("kart", "functional"))
    client.application.extensions["kvitt"].recorder.notices._in_force.clear()
    before = snapshot(engine)
    answer = post(client, decision(notice))
    assert answer.status_code == 409
    assert answer.json["notice_sha256"] == new.sha256
    assert snapshot(engine) == before


def test_an_old_notice_that_differs_in_nothing_material_still_counts(
    client: FlaskClient, notice: Notice, engine: Engine, settings: Settings
) -> None:
    new = publish_again(engine, settings)
    assert new.sha256 != notice.sha256
    client.application.extensions["kvitt"].recorder.notices._in_force.clear()
    assert post(client, decision(notice)).status_code == 201


def test_no_record_holds_what_must_never_be_kept(
    client: FlaskClient, notice: Notice, engine: Engine
) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
    post(client, decision(notice), **{"User-Agent": agent, "Referer": f"{ORIGIN}/a?b=c"})
    with engine.connect() as connection:
        body = connection.scalar(select(Record.body)) or ""
    assert agent not in body
    assert "127.0.0.1" not in body
    assert "?b=c" not in body
    assert json.loads(body)["context"] == {
        "origin": ORIGIN,
        "device": "desktop",
        "ua_family": "Firefox/143",
        "ip": {"mode": "none"},
    }


def test_a_preflight_is_answered_for_the_sites_pages_only(client: FlaskClient) -> None:
    asks = {"Access-Control-Request-Method": "POST"}
    good = client.options(URL, headers={"Origin": ORIGIN, **asks})
    assert good.headers["Access-Control-Allow-Origin"] == ORIGIN
    bad = client.options(URL, headers={"Origin": "https://evil.example", **asks})
    assert "Access-Control-Allow-Origin" not in bad.headers


def test_many_threads_get_dense_indexes(
    client: FlaskClient, notice: Notice, engine: Engine
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    app = client.application

    def one(_: int) -> int:
        with app.test_client() as mine:
            answer = post(mine, decision(notice, idempotency_key=str(uuid.uuid4())))
            assert answer.status_code == 201
            return int(answer.json["index"])

    with ThreadPoolExecutor(16) as pool:
        indexes = sorted(pool.map(one, range(64)))
    assert indexes == list(range(2, 66))
    assert counts(engine) == (64, 66, 66)
