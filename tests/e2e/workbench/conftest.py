# SPDX-License-Identifier: Apache-2.0
"""The staff's side on a real port over a published shop, and a real browser."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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

PASSWORD = "en lang og god setning"
PEOPLE = ("marketing@example.no", "admin@example.no")


@dataclass(frozen=True, slots=True)
class Workbench:
    """A running platform and a browser to visit it with."""

    base: str
    browser: Browser

    def visit(self, email: str = PEOPLE[0], width: int = 1280, script: bool = True) -> Page:
        """Return a page of somebody who has just logged in."""
        context = self.browser.new_context(
            base_url=self.base,
            locale="nb-NO",
            viewport={"width": width, "height": 800},
            java_script_enabled=script,
        )
        page = context.new_page()
        page.goto("/login")
        page.fill("#email", email)
        page.fill("#password", PASSWORD)
        page.click("main button")
        return page


@pytest.fixture
def workbench(browser: Browser, tmp_path: Path) -> Iterator[Workbench]:
    """The platform on a free port, its database in a temporary folder."""
    app = _app(tmp_path)
    running = serve({"platform": (app, 0)})
    port = running.servers[0].socket.getsockname()[1]
    yield Workbench(f"http://{LOOPBACK}:{port}", browser)
    for context in browser.contexts:
        context.close()
    running.stop()
    app.extensions[EXTENSION].recorder.stop()
    with app.app_context():
        db.engine.dispose()


def _app(folder: Path) -> Flask:
    settings = load(
        {}, data_dir=str(folder), login_rate_limit="off", public_url="http://localhost:8700"
    )
    engine = open_engine(settings.database_url)
    migrate(engine)
    make_site(engine, settings)
    with Session(engine) as session, session.begin():
        begin_writing(session)
        for email in PEOPLE:
            create_user(session, email, ["marketing"], PASSWORD, at=AT, must_change=False)
    engine.dispose()
    return create_app(settings)
