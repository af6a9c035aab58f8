# SPDX-License-Identifier: Apache-2.0
"""Downloads: what is in them, that they are streamed, and that the trail knows first."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from cmp.i18n.date import date_in_words
from cmp.ledger.models import Record
from cmp.trail import Activity
from cmp.web.frame.database import db
from tests.factories import ORIGIN, SITE
from tests.web.conftest import AuthActions

LIST = f"/audit/{SITE}/"
DOWNLOAD = f"{LIST}download"


def _post(auth: AuthActions, form: str = "csv", **fields: str) -> TestResponse:
    return auth.post(DOWNLOAD, {"form": form, **fields}, page="/account/password")


def _trail(app: Flask) -> list[Activity]:
    with app.app_context():
        query = select(Activity).where(Activity.verb == "record.export")
        rows = list(db.session.scalars(query.order_by(Activity.activity_id)))
        db.session.expunge_all()
        return rows


def _rows(answer: TestResponse) -> list[list[str]]:
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_table_has_a_row_for_each_record(auditor: AuthActions, kept: list[str]) -> None:
    answer = _post(auditor)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="kvitt-{SITE}-')
    header, *rows = _rows(answer)
    assert [row[1] for row in rows] == kept
    named = dict(zip(header, rows[2], strict=True))
    assert named["Svar"] == "partial"
    assert named["Tjeneste: maling"] == "granted"
    assert named["Tjeneste: betaling"] == "exempt"
    assert named["Sendt fra"] == ORIGIN
    assert (named["GPC"], named["Enhet"], named["Lag"]) == ("1", "desktop", "2")


def test_the_header_is_in_the_language_of_the_page(auditor: AuthActions, kept: list[str]) -> None:
    auditor.post("/account/language", {"lang": "en"}, page="/audit/")
    assert _post(auditor).data.decode("utf-8-sig").startswith("Index in the log,Receipt number,")


def test_the_lines_carry_the_records_verbatim(
    app: Flask, auditor: AuthActions, kept: list[str]
) -> None:
    answer = _post(auditor, "jsonl", category="marketing")
    assert (answer.status_code, answer.mimetype) == (200, "application/jsonl")
    lines = [json.loads(line) for line in answer.data.splitlines()]
    assert lines[0]["selection"]["category"] == "marketing"
    records = [line["record"] for line in lines if "record" in line]
    assert [record["record_id"] for record in records] == [kept[1]]
    with app.app_context():
        assert db.session.get_one(Record, kept[1]).body.encode() in answer.data


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_the_trail_knows_before_the_first_byte(
    app: Flask, auditor: AuthActions, kept: list[str], form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def watched(*_: Any, **__: Any) -> Iterator[bytes]:
        seen.append(len(_trail(app)))
        yield b"x"

    name = {"csv": "csv_table", "jsonl": "json_lines"}[form]
    monkeypatch.setattr(f"cmp.web.auditor.downloads.{name}", watched)
    assert _post(auditor, form).data == b"x"
    assert seen == [1]


def test_the_trail_says_who_took_what(
    app: Flask, client: FlaskClient, auditor: AuthActions, kept: list[str]
) -> None:
    _post(auditor, "csv", since="2026-01-01", until="2026-06-30", method="reject_all")
    _post(auditor, "jsonl")
    first, second = _trail(app)
    assert (first.actor, first.site, first.subject) == ("auditor@example.no", SITE, "csv")
    assert first.details == {
        "site": SITE,
        "since": "2025-12-31T23:00:00.000Z",
        "until": "2026-06-30T22:00:00.000Z",
        "method": "reject_all",
        "category": "",
    }
    assert (second.subject, second.details["since"]) == ("jsonl", None)
    page = client.get(f"{LIST}downloads").text
    first_day, last_day = (
        date_in_words(datetime(2026, month, day, 12, tzinfo=UTC), "nb")
        for month, day in ((1, 1), (6, 30))
    )
    assert f"{first_day} til og med {last_day}" in page
    assert "Avviste alle" in page
    assert page.index("JSON Lines") < page.index("CSV")


def test_a_download_that_cannot_be_noted_does_not_begin(
    app: Flask, auditor: AuthActions, kept: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the trail is full")

    monkeypatch.setattr("cmp.web.auditor.downloads.note_download", broken)
    app.testing = False
    answer = _post(auditor)
    assert answer.status_code == 500
    assert kept[0] not in answer.text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"form": "xlsx"}, 400),
        ({"form": ""}, 400),
        ({"since": "tull"}, 422),
        ({"since": "2026-05-02", "until": "2026-05-01"}, 422),
        ({"method": "tull"}, 422),
        ({"category": "tull"}, 422),
    ],
)
def test_what_cannot_be_downloaded_is_not_noted(
    app: Flask, auditor: AuthActions, kept: list[str], fields: dict[str, str], status: int
) -> None:
    answer = auditor.post(DOWNLOAD, {"form": "csv", **fields}, page="/account/password")
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert kept[0] not in answer.text
    assert _trail(app) == []


def test_a_download_of_an_unknown_site_is_404(app: Flask, auditor: AuthActions) -> None:
    answer = auditor.post("/audit/finnes-ikke/download", {"form": "csv"}, page="/account/password")
    assert answer.status_code == 404
    assert _trail(app) == []


def test_a_download_needs_the_token_and_the_role(
    app: Flask, client: FlaskClient, auth: AuthActions, kept: list[str]
) -> None:
    assert client.post(DOWNLOAD, data={"form": "csv"}).status_code == 401
    auth.login("auditor")
    assert client.post(DOWNLOAD, data={"form": "csv"}).status_code == 400
    assert client.get(DOWNLOAD).status_code == 405
    auth.logout()
    auth.login("marketing")
    assert _post(auth).status_code == 403
    assert _trail(app) == []


class Watched(Session):
    """A session that tells when it is closed."""

    closed = 0

    def close(self) -> None:
        Watched.closed += 1
        super().close()


def test_a_broken_off_download_gives_its_connection_back(
    app: Flask, auditor: AuthActions, kept: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cmp.web.auditor.downloads.Session", Watched)
    token, before = auditor.token("/account/password"), Watched.closed
    fields = {"csrf_token": token, "form": "csv"}
    answer = auditor.client.post(DOWNLOAD, data=fields, buffered=False)
    assert next(answer.iter_encoded())
    assert Watched.closed == before
    answer.close()
    assert Watched.closed == before + 1
