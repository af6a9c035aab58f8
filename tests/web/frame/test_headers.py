# SPDX-License-Identifier: Apache-2.0
"""Headers of the staff pages, and what visitors' answers must not have."""

import json

import pytest
from flask import Flask, session
from flask.testing import FlaskClient

from cmp.web.frame.headers import STAFF_HEADERS
from tests.factories import SITE
from tests.web.conftest import AuthActions

PAGES = ("/login", "/admin/", f"/admin/{SITE}/", "/admin/finnes-ikke/", "/audit/", "/account")


@pytest.mark.parametrize("page", PAGES)
def test_staff_pages_carry_every_header(marketing: AuthActions, page: str) -> None:
    answer = marketing.client.get(page)
    for name, value in STAFF_HEADERS.items():
        assert answer.headers[name] == value, name


def test_the_policy_lets_nothing_foreign_or_inline_run() -> None:
    policy = STAFF_HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")
    assert "require-trusted-types-for 'script'" in policy


def test_pages_have_no_inline_code_or_style(marketing: AuthActions) -> None:
    for page in (*PAGES, f"/admin/{SITE}/services/annonse", f"/admin/{SITE}/publish"):
        text = marketing.client.get(page, follow_redirects=True).text
        assert "style=" not in text
        assert "onclick=" not in text
        assert text.count("<script") == text.count("<script src=")


@pytest.mark.parametrize(
    "path",
    [f"/k/{SITE}.js", f"/v1/sites/{SITE}/cookies", "/healthz", "/finnes-ikke", "/static/staff.css"],
)
def test_visitors_answers_have_no_cookie_and_do_not_vary_by_one(
    client: FlaskClient, auth: AuthActions, path: str
) -> None:
    auth.login("marketing")
    with client.get(path) as answer:
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_a_session_cannot_be_read_on_a_visitors_address(
    client: FlaskClient, auth: AuthActions
) -> None:
    auth.login("marketing")
    with client:
        client.get("/healthz")
        assert not session
        client.get("/admin/")
        assert session["_user_id"]


def test_errors_are_pages_for_people_and_problems_for_programs(
    client: FlaskClient, marketing: AuthActions
) -> None:
    page = client.get("/admin/finnes-ikke/")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "Siden finnes ikke" in page.text
    problem = client.get("/finnes-ikke")
    assert (problem.status_code, problem.mimetype) == (404, "application/problem+json")


def test_a_fault_shows_its_number_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
    app: Flask,
    marketing: AuthActions,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("hemmelig innhold")

    app.testing = False
    monkeypatch.setattr("cmp.web.marketing.catalogue.all_sites", broken)
    capsys.readouterr()
    answer = marketing.client.get("/admin/")
    assert answer.status_code == 500
    assert "hemmelig" not in answer.text
    assert answer.headers["X-Request-Id"] in answer.text
    faults = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert any(f["event"] == "fault" and "hemmelig" in f["exception"] for f in faults)


def test_the_log_names_no_address_agent_or_token(
    capsys: pytest.CaptureFixture[str], client: FlaskClient, auth: AuthActions
) -> None:
    capsys.readouterr()
    auth.login("marketing")
    client.get(f"/admin/{SITE}/?q=hemmelig-ord", headers={"User-Agent": "Hemmelig/1.0"})
    log = capsys.readouterr().err
    assert "/admin/<site>/" in log
    for secret in ("127.0.0.1", "Hemmelig", "hemmelig-ord", SITE, "marketing@", "csrf"):
        assert secret not in log
