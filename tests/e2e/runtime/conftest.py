# SPDX-License-Identifier: Apache-2.0
"""A shop's page with the script of mode `runtime`; what is asked of others is noted outside it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from cmp.paths import STATIC
from cmp.rules.compile import compile_config, script
from cmp.rules.csp import snippet

SHOP, PLATFORM = "https://butikk.example", "https://samtykke.example"
PAY, COUNT, ADS = "https://betaling.example", "https://teller.example", "https://annonse.example"
FILM, STRANGER = "https://film.example", "https://fremmed.example"
SERVICES = {PAY: "necessary", COUNT: "analytics", ADS: "marketing", FILM: "marketing"}
PURPOSES = ("necessary", "analytics", "marketing")
NOTICE: dict[str, Any] = {
    "site": "butikken",
    "default_language": "nb",
    "languages": ["nb"],
    "material_sha256": "0" * 64,
    "ttl": {"granted": "P12M", "refused": "P6M"},
    "purposes": [{"id": purpose, "exempt": purpose == "necessary"} for purpose in PURPOSES],
    "services": [
        {"id": host[8:], "purpose": purpose, "hosts": [host[8:]], "paths": []}
        for host, purpose in SERVICES.items()
    ],
    "storage": [],
}
# What every other site's script does: say that it ran, and by which element it thinks it did.
NOTE = "(window.ran ??= []).push(document.currentScript?.src.split('/').pop() ?? 'module')"
SETTLED_MS = 350


@dataclass(slots=True)
class Shop:
    """The open page, what was asked of whom, what went wrong, how often the page was loaded."""

    page: Page
    asked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    loads: int = 0
    late: list[Route] = field(default_factory=list)

    def run(self, code: str) -> Any:
        """Evaluate `code` in the page, and wait for what comes of it."""
        value = self.page.evaluate(code)
        self.page.wait_for_timeout(SETTLED_MS)
        while self.late:
            answer_note(self.late.pop())
            self.page.wait_for_timeout(SETTLED_MS)
        return value

    def grant(self, *categories: str) -> None:
        """Grant these categories and nothing else; none named: everything."""
        given = json.dumps(dict.fromkeys(categories or PURPOSES[1:], "granted"))
        self.run(f"kvitt.save({{categories: {given}}})")

    @property
    def ran(self) -> list[str]:
        """Which other sites' scripts ran, in that order."""
        return list(self.page.evaluate("window.ran ?? []"))


def answer_note(route: Route) -> None:
    """Answer as another site does, whatever it is asked for."""
    any_site = {"Access-Control-Allow-Origin": "*"}
    route.fulfill(body=NOTE, content_type="text/javascript", headers=any_site)


def _compiled() -> str:
    config = compile_config(NOTICE, sha256="0" * 64, base=PLATFORM, ui={"nb": ("1", "2")})
    return script((STATIC / "runtime.js").read_text("utf-8"), config)


@pytest.fixture
def open_shop(browser: Browser) -> Iterator[Callable[..., Shop]]:
    """Open a page: `head` and `body` below the snippet, `before` above it, `policy` as a header.

    What is asked for as `/sen` comes when everything else has come. A script that fails fails the
    test.
    """
    contexts, shops, source = [], [], _compiled()

    def make(
        body: str = "", head: str = "", before: str = "", policy: str = "", guarded: bool = True
    ) -> Shop:
        context = browser.new_context()
        contexts.append(context)
        shop = Shop(context.new_page())
        shops.append(shop)
        pasted = snippet(NOTICE, PLATFORM, "runtime") if guarded else ""
        pasted = pasted.replace("<script", '<script nonce="hei"') if policy else pasted
        html = f"<!doctype html><html><head>{before}{pasted}{head}</head><body>{body}</body></html>"

        def answer(route: Route) -> None:
            url = route.request.url
            if url.startswith(SHOP):
                shop.loads += url == f"{SHOP}/"
                headers = {"Content-Security-Policy": policy} if policy else {}
                route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers)
            elif url == f"{PLATFORM}/k/butikken.js":
                route.fulfill(body=source, content_type="text/javascript")
            elif url.startswith(PLATFORM):
                route.fulfill(status=503)
            else:
                shop.asked.append(url.removeprefix("https://"))
                if url.endswith("/sen"):
                    shop.late.append(route)
                else:
                    answer_note(route)

        context.route("**/*", answer)
        shop.page.on("pageerror", lambda fault: shop.faults.append(str(fault)))
        shop.page.goto(f"{SHOP}/")
        shop.page.wait_for_timeout(SETTLED_MS)
        return shop

    yield make
    for context in contexts:
        context.close()
    assert [shop.faults for shop in shops if shop.faults] == []
