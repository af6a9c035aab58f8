# SPDX-License-Identifier: Apache-2.0
"""The audit room on a real port over a published shop with records, and a real browser."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from cmp.accounts.verbs import create_user
from cmp.app import create_app
from cmp.demo.hosting import LOOPBACK, serve
from cmp.migrations import migrate
from cmp.settings import load
from cmp.store.open import open_engine
from cmp.store.transaction import begin_writing
from cmp.web.frame.database import db
from cmp.web.frame.platform import EXTENSION
from tests.factories import AT, make_site
from tests.records import KINDS, store

PASSWORD = "en lang og god setning"
PEOPLE = ("auditor@example.no", "admin@example.no")
MANY = 60


@dataclass(frozen=True, slots=True)
class AuditRoom:
    """A running platform with records, the id of the newest, and a browser to visit it with."""

    base: str
    newest: str
    browser: Browser

    def visit(
        self,
        width: int = 1280,
        scheme: Literal["light", "dark"] = "light",
        script: bool = True,
    ) -> Page:
        """Return a page of the auditor, who has just logged in."""
        context = self.browser.new_context(
            base_url=self.base,
            locale="nb-NO",
            color_scheme=scheme,
            viewport={"width": width, "height": 800},
            java_script_enabled=script,
        )
        page = context.new_page()
        page.goto("/login")
        page.fill("#email", PEOPLE[0])
        page.fill("#password", PASSWORD)
        page.click("main button")
        return page


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The platform's address and the id of its newest record. Tests only read and download."""
    app, newest = _app(tmp_path_factory.mktemp("audit"))
    server = serve({"platform": (app, 0)})
    port = server.servers[0].socket.getsockname()[1]
    yield f"http://{LOOPBACK}:{port}", newest
    server.stop()
    app.extensions[EXTENSION].recorder.stop()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def audit_room(browser: Browser, running: tuple[str, str]) -> Iterator[AuditRoom]:
    """The audit room; what a test opened is closed after it."""
    base, newest = running
    yield AuditRoom(base, newest, browser)
    for context in browser.contexts:
        context.close()


def _app(folder: Path) -> tuple[Flask, str]:
    settings = load(
        {}, data_dir=str(folder), login_rate_limit="off", public_url="http://localhost:8700"
    )
    engine = open_engine(settings.database_url)
    migrate(engine)
    notice = make_site(engine, settings)
    with Session(engine) as session, session.begin():
        begin_writing(session)
        for email in PEOPLE:
            role = email.partition("@")[0]
            create_user(session, email, [role], PASSWORD, at=AT, must_change=False)
    engine.dispose()
    app = create_app(settings)
    recorder = app.extensions[EXTENSION].recorder
    ids = store(recorder, notice, [*(["refused"] * MANY), *KINDS])
    recorder.checkpoints.publish_grown()
    return app, ids[-2]
