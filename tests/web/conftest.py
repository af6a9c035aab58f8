# SPDX-License-Identifier: Apache-2.0
"""The staff's side of the platform over a published shop, on both databases, with its logins."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from cmp.accounts.verbs import create_user
from cmp.app import create_app
from cmp.settings import Settings
from cmp.sites.models import Notice
from cmp.store.transaction import begin_writing
from cmp.web.frame.database import db
from cmp.web.frame.platform import EXTENSION
from tests.factories import AT, make_site

PASSWORD = "en lang og god setning"
PEOPLE = {role: f"{role}@example.no" for role in ("admin", "marketing", "auditor")}


@pytest.fixture
def notice(engine: Engine, settings: Settings) -> Notice:
    """The notice in force of the published shop."""
    return make_site(engine, settings)


@pytest.fixture
def app(notice: Notice, settings: Settings, engine: Engine) -> Iterator[Flask]:
    """The application, with one account of each role."""
    add_people(engine)
    app = create_app(settings)
    app.testing = True
    yield app
    app.extensions[EXTENSION].recorder.stop()
    with app.app_context():
        db.engine.dispose()


def add_people(engine: Engine) -> None:
    """Add an account of each role."""
    with Session(engine) as session, session.begin():
        begin_writing(session)
        for role, email in PEOPLE.items():
            create_user(session, email, [role], PASSWORD, at=AT, must_change=False)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that has not been here before."""
    return app.test_client()


@dataclass(frozen=True, slots=True)
class AuthActions:
    """Logs in and out, and posts forms with the token that their page carries."""

    client: FlaskClient

    def login(self, role: str = "marketing", password: str = PASSWORD) -> TestResponse:
        """Log in as the account of `role`, or as the address given."""
        email = PEOPLE.get(role, role)
        return self.post("/login", {"email": email, "password": password})

    def logout(self) -> TestResponse:
        """Log out."""
        return self.post("/logout", {}, page="/account/password")

    def post(self, path: str, fields: dict[str, str], page: str | None = None) -> TestResponse:
        """Post a form to `path` with the token that `page` (default: the same path) carries."""
        token = self.token(page or path)
        return self.client.post(path, data={"csrf_token": token, **fields})

    def token(self, page: str) -> str:
        """Return the CSRF token of the form on `page`."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get(page).text)
        return found[1] if found else ""


@pytest.fixture
def auth(client: FlaskClient) -> AuthActions:
    """The login of `client`."""
    return AuthActions(client)


@pytest.fixture
def marketing(auth: AuthActions) -> AuthActions:
    """`client` logged in as marketing."""
    auth.login("marketing")
    return auth
