# SPDX-License-Identifier: Apache-2.0
"""Both layers of the built banner on a page of an ordinary shop, with a kernel that only notes."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from cmp.paths import STATIC
from cmp.sites.banner_texts import Texts, banner_texts, dialog_texts, script
from tests.e2e.banner.sample import BASE, sample_notice

ORIGIN = "https://shop.example"
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Stage:
    """How the fixture page is set: language, the page's own CSS, its policy, what was stored."""

    lang: str = "nb"
    css: str = ""
    head: str = ""
    policy: str = ""
    consent: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, Any] = field(default_factory=dict)
    viewport: tuple[int, int] = (1280, 800)
    context: dict[str, Any] = field(default_factory=dict)

    def banner(self) -> Texts:
        """The first layer's texts."""
        return banner_texts(sample_notice(), self.lang, base=BASE) | self.texts

    def dialog(self) -> Texts:
        """The second layer's texts."""
        return dialog_texts(sample_notice(), self.lang, base=BASE) | self.texts

    def files(self) -> dict[str, tuple[str, str]]:
        """Content type and content by path."""
        page = (HERE / "page.html").read_text("utf-8")
        config = json.dumps({"consent": self.consent, "notice": _switches(), "lang": self.lang})
        kernel = (HERE / "kernel.js").read_text("utf-8")
        return {
            "/": ("text/html", page.replace("<!--head-->", self.head)),
            "/page.css": ("text/css", self.css),
            "/kernel.js": ("text/javascript", kernel.replace('"__STATE__"', config)),
            "/banner.js": ("text/javascript", chunk("banner", self.banner())),
            "/dialog.js": ("text/javascript", chunk("dialog", self.dialog())),
        }


def chunk(name: str, texts: Texts) -> str:
    """A built bundle with its texts, as a visitor is sent it."""
    return script((STATIC / f"{name}.js").read_text("utf-8"), texts)


def _switches() -> dict[str, Any]:
    notice = sample_notice()
    asked = [p["id"] for p in notice["purposes"] if not p["exempt"]]
    services = [[s["id"], s["purpose"]] for s in notice["services"] if s["purpose"] in asked]
    return {"categories": asked, "services": services}


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[[Stage], Page]]:
    """Open the fixture page as a Stage says; script errors and policy violations fail the test."""
    contexts, faults = [], []

    def open_page(stage: Stage) -> Page:
        width, height = stage.viewport
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="nb-NO", **stage.context
        )
        contexts.append(context)
        files = stage.files()

        def answer(route: Route) -> None:
            path = route.request.url.removeprefix(ORIGIN)
            if path not in files:
                route.fulfill(status=404)
                return
            kind, body = files[path]
            headers = {"Content-Security-Policy": stage.policy} if stage.policy else {}
            route.fulfill(content_type=f"{kind}; charset=utf-8", body=body, headers=headers)

        context.route("**/*", answer)
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on(
            "console",
            lambda said: faults.append(said.text) if "Security Policy" in said.text else None,
        )
        page.goto(f"{ORIGIN}/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def calls(page: Page, name: str) -> list[list[Any]]:
    """What the banner asked of the kernel under that name: the arguments of each call."""
    noted: list[list[Any]] = page.evaluate("window.calls")
    return [call[1:] for call in noted if call[0] == name]


def open_dialog(page: Page) -> None:
    """Open the second layer as a visitor does."""
    page.locator("[part=customise]").click()
    page.locator("dialog[open]").wait_for()
