# SPDX-License-Identifier: Apache-2.0
"""The language of the staff pages."""

import json
import string

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cmp.i18n.text import FOLDER, LANGUAGES
from tests.web.conftest import AuthActions


@pytest.mark.parametrize(
    ("asked", "title"),
    [("nn", "E-postadresse"), ("en-GB,en;q=0.8", "E-mail address"), ("de", "E-postadresse")],
)
def test_the_browser_chooses_before_the_login(client: FlaskClient, asked: str, title: str) -> None:
    page = client.get("/login", headers={"Accept-Language": asked}).text
    assert title in page


def test_a_chosen_language_stays_with_the_account(app: Flask, marketing: AuthActions) -> None:
    fields = {"lang": "en", "next": "/admin/"}
    answer = marketing.post("/account/language", fields, page="/admin/")
    assert answer.headers["Location"] == "/admin/"
    elsewhere = AuthActions(app.test_client())
    elsewhere.login("marketing")
    page = elsewhere.client.get("/admin/").text
    assert '<html lang="en">' in page
    assert "Choose the site" in page


def test_an_unknown_language_changes_nothing(marketing: AuthActions) -> None:
    marketing.post("/account/language", {"lang": "tlh"}, page="/admin/")
    assert '<html lang="nb">' in marketing.client.get("/admin/").text


@pytest.mark.parametrize("area", ["admin", "login"])
def test_every_text_stands_in_every_language_with_the_same_fields(area: str) -> None:
    tables = {
        lang: json.loads((FOLDER / lang / f"{area}.json").read_text("utf-8")) for lang in LANGUAGES
    }
    for lang, table in tables.items():
        assert table.keys() == tables["nb"].keys(), lang
        for key, text in table.items():
            assert text.strip(), (lang, key)
            assert _fields(text) == _fields(tables["nb"][key]), (lang, key)
            if key.endswith(".one"):
                assert key.removesuffix(".one") in table


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
