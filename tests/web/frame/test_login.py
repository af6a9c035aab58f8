# SPDX-License-Identifier: Apache-2.0
"""Logging in and out: what everybody is told, and what a session is worth."""

import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from cmp.accounts.models import User
from cmp.accounts.verbs import create_user, disable_user
from cmp.app import create_app
from cmp.settings import load
from cmp.store.transaction import begin_writing
from cmp.trail import Activity
from cmp.web.frame import account
from cmp.web.frame.database import db
from cmp.web.frame.platform import EXTENSION
from tests.factories import AT, SITE
from tests.web.conftest import PASSWORD, PEOPLE, AuthActions

WRONG = "hører ikke sammen"


def test_a_right_password_opens_the_workbench(client: FlaskClient, auth: AuthActions) -> None:
    assert auth.login("marketing").headers["Location"] == "/account"
    assert client.get("/account").headers["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_an_auditor_starts_in_the_audit_room(client: FlaskClient, auth: AuthActions) -> None:
    auth.login("auditor")
    assert client.get("/account").headers["Location"] == "/audit/"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (PEOPLE["marketing"], "feil passord her"),
        ("ukjent@example.no", PASSWORD),
        ("stengt@example.no", PASSWORD),
        ("", ""),
        ("a\0b@example.no", PASSWORD),
        ("x" * 10_000, "y" * 10_000),
    ],
)
def test_everything_wrong_gets_one_answer(
    app: Flask, engine: Engine, auth: AuthActions, email: str, password: str
) -> None:
    with Session(engine) as session, session.begin():
        begin_writing(session)
        create_user(session, "stengt@example.no", ["admin"], PASSWORD, at=AT, must_change=False)
        disable_user(session, "stengt@example.no", at=AT, actor="test")
    answer = auth.login(email, password)
    assert answer.status_code == 401
    assert WRONG in answer.text
    assert auth.client.get("/admin/").status_code == 302


def test_an_unknown_account_costs_one_password_check_too(
    auth: AuthActions, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str | None] = []

    def verify(given: str, hashed: str | None) -> bool:
        checked.append(hashed)
        return False

    monkeypatch.setattr(account, "verify", verify)
    auth.login("ukjent@example.no")
    auth.login("marketing", "feil passord her")
    assert checked[0] is None
    assert checked[1] is not None


def test_a_form_without_a_token_is_refused(client: FlaskClient) -> None:
    fields = {"email": PEOPLE["marketing"], "password": PASSWORD}
    assert client.post("/login", data=fields).status_code == 400
    assert client.get("/admin/").status_code == 302


def test_the_cookie_is_closed_to_scripts_and_other_sites(auth: AuthActions) -> None:
    cookie = auth.login("marketing").headers["Set-Cookie"]
    assert cookie.startswith("kvitt_session=")
    for flag in ("HttpOnly", "SameSite=Lax", "Secure", "Path=/"):
        assert flag in cookie


def test_the_login_leads_back_to_where_one_was(client: FlaskClient, auth: AuthActions) -> None:
    asked = client.get(f"/admin/{SITE}/?q=x")
    assert asked.headers["Location"] == f"/login?next=/admin/{SITE}/?q%3Dx"
    fields = {"email": PEOPLE["marketing"], "password": PASSWORD, "next": f"/admin/{SITE}/?q=x"}
    assert auth.post("/login", fields).headers["Location"] == f"/admin/{SITE}/?q=x"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/admin/",
        "//evil.example/admin",
        "/\\evil.example/admin",
        "javascript:1",
    ],
)
def test_the_login_never_leads_elsewhere(auth: AuthActions, target: str) -> None:
    fields = {"email": PEOPLE["marketing"], "password": PASSWORD, "next": target}
    assert auth.post("/login", fields).headers["Location"] == "/account"


def test_logging_out_ends_every_session(app: Flask, auth: AuthActions) -> None:
    auth.login("marketing")
    elsewhere = AuthActions(app.test_client())
    elsewhere.login("marketing")
    assert auth.logout().status_code == 302
    assert auth.client.get("/admin/").status_code == 302
    assert elsewhere.client.get("/admin/").status_code == 302


def test_a_disabled_account_is_out_at_once(
    client: FlaskClient, auth: AuthActions, engine: Engine
) -> None:
    auth.login("marketing")
    with Session(engine) as session, session.begin():
        begin_writing(session)
        disable_user(session, PEOPLE["marketing"], at=AT, actor="test")
    assert client.get("/admin/").status_code == 302


def test_a_session_ends_after_its_hours_however_busy_it_was(
    marketing: AuthActions, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, later = time.time, 7 * 3600
    monkeypatch.setattr("time.time", lambda: real() + later)
    # Signs the cookie anew, as every change of the session does.
    marketing.post("/account/language", {"lang": "nn"}, page="/admin/")
    assert marketing.client.get("/admin/").status_code == 200
    later = 8 * 3600 + 1
    assert marketing.client.get("/admin/").status_code == 302


def test_a_printed_password_must_be_changed_first(
    app: Flask, engine: Engine, client: FlaskClient, auth: AuthActions
) -> None:
    with Session(engine) as session, session.begin():
        begin_writing(session)
        create_user(session, "ny@example.no", ["marketing"], PASSWORD, at=AT, must_change=True)
    auth.login("ny@example.no")
    assert client.get("/admin/").headers["Location"] == "/account/password"
    chosen = "en helt annen setning"
    fields = {"old": PASSWORD, "new": chosen, "again": chosen}
    assert auth.post("/account/password", fields).status_code == 302
    assert client.get("/admin/").status_code == 200
    auth.logout()
    assert auth.login("ny@example.no").status_code == 401
    assert auth.login("ny@example.no", chosen).status_code == 302


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"old": "feil"}, "ikke passordet du har nå"),
        ({"new": "kort", "again": "kort"}, "mellom 12 og 200 tegn"),
        ({"new": PASSWORD, "again": PASSWORD}, "et annet passord"),
        ({"again": "noe helt annet her"}, "ikke like"),
        ({"new": PEOPLE["marketing"], "again": PEOPLE["marketing"]}, "e-postadressen din"),
    ],
)
def test_a_bad_new_password_changes_nothing(
    app: Flask, marketing: AuthActions, fields: dict[str, str], message: str
) -> None:
    good = {"old": PASSWORD, "new": "en helt annen setning", "again": "en helt annen setning"}
    before = _hash(app)
    answer = marketing.post("/account/password", good | fields)
    assert answer.status_code == 422
    assert message in answer.text
    assert _hash(app) == before


def _hash(app: Flask) -> str | None:
    with app.app_context():
        return db.session.scalar(select(User.password).where(User.email == PEOPLE["marketing"]))


def test_guessing_is_slowed_down_per_account(notice: Any, engine: Engine, tmp_path: Path) -> None:
    settings = load(
        {},
        data_dir=str(tmp_path / "limited"),
        database_url=engine.url.render_as_string(hide_password=False),
        login_rate_limit="3/minute",
    )
    app = create_app(settings)
    auth = AuthActions(app.test_client())
    for _ in range(3):
        assert auth.login("ukjent@example.no", "feil").status_code == 401
    answer = auth.login("ukjent@example.no", "feil")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 61
    app.extensions[EXTENSION].recorder.stop()
    with app.app_context():
        db.engine.dispose()


def test_login_logout_and_password_are_noted_without_address(app: Flask, auth: AuthActions) -> None:
    auth.login("marketing")
    auth.logout()
    with app.app_context():
        rows = db.session.scalars(select(Activity).where(Activity.verb.startswith("account.")))
        noted = [(row.verb, row.actor, row.details) for row in rows]
    assert ("account.login", PEOPLE["marketing"], {}) in noted
    assert ("account.logout", PEOPLE["marketing"], {}) in noted


def test_what_was_typed_survives_the_end_of_the_session(
    app: Flask, client: FlaskClient, auth: AuthActions
) -> None:
    path = f"/admin/{SITE}/services/annonse"
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = client.post(path, data={"name": "Halvskrevet <navn>"}, headers=headers)
    assert answer.status_code == 401
    assert 'name="carry.name" value="Halvskrevet &lt;navn&gt;"' in answer.text
    fields = {"email": PEOPLE["marketing"], "password": PASSWORD}
    fields |= {"next": path, "carry.name": "Halvskrevet <navn>"}
    resumed = auth.post("/login", fields)
    assert f'action="{path}"' in resumed.text
    assert 'name="name" value="Halvskrevet &lt;navn&gt;"' in resumed.text


def test_a_foreign_pages_form_is_not_carried_along(client: FlaskClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = client.post(f"/admin/{SITE}/services/annonse", data={"name": "x"}, headers=headers)
    assert answer.status_code == 401
    assert "carry." not in answer.text
