# SPDX-License-Identifier: Apache-2.0
"""The pages a visitor is led to: readable in their language, at any width, without an error."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.journey.conftest import Demo, Visitor, choice_of

CUT_OFF = """
() => [...document.querySelectorAll("body *")].filter((e) => {
  const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  const { left, right, width } = e.getBoundingClientRect();
  return own && width && (left < -1 || right > innerWidth + 1);
}).map((e) => e.outerHTML.slice(0, 80))"""


def listen(page: Page) -> list[str]:
    """Note what the browser complains about on `page`."""
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    return said


@pytest.mark.parametrize(
    ("lang", "title", "words"),
    [
        ("nb", "Informasjonskapsler på Demobutikken", "13 måneder"),
        ("nn", "Informasjonskapslar på Demobutikken", "13 månader"),
        ("en", "Cookies on Demobutikken", "13 months"),
    ],
)
def test_the_cookie_list_is_readable_in_every_language(
    demo: Demo, visitor: Visitor, lang: str, title: str, words: str
) -> None:
    said = listen(visitor.page)
    page = visitor.goto(f"{demo.platform}/v1/sites/{demo.facts['site']}/cookies?lang={lang}")
    assert page.locator("html").get_attribute("lang") == lang
    assert page.locator("h1").inner_text() == title
    text = page.locator("main").inner_text()
    assert words in text
    for name in ("_dm_uid", "da_id", "kvitt", "px.gif", "Demo-betaling (oppdiktet), Nor"):
        assert name in text
    assert said == []
    assert visitor.cookies() == {}


@pytest.mark.parametrize(
    ("prefix", "lang", "title"),
    [
        ("", "nb", "Kvittering for valget ditt"),
        ("/nn", "nn", "Kvittering for valet ditt"),
        ("/en", "en", "Receipt for your choice"),
    ],
)
def test_the_receipt_is_readable_in_the_language_of_the_choice(
    demo: Demo, visitor: Visitor, prefix: str, lang: str, title: str
) -> None:
    visitor.goto(f"{prefix}/")
    visitor.answer("reject")
    visitor.page.locator("footer [data-kvitt=open]").click()
    with visitor.context.expect_page() as opened:
        visitor.page.locator("dialog [part=receipt]").click()
    page = opened.value
    said = listen(page)
    page.reload(wait_until="networkidle")
    assert page.locator("html").get_attribute("lang") == lang
    assert page.locator("h1").inner_text() == title
    assert choice_of(visitor)[-1] in page.locator("main").inner_text()
    assert said == []
    with page.expect_download() as saved:
        page.locator("a[download$='.jwt']").click()
    assert saved.value.path().read_text("ascii").count(".") == 2
    assert set(visitor.cookies()) == {"kvitt"}
    assert demo.heard() == {}


@pytest.mark.parametrize("width", [320, 768, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off_at_any_width(
    demo: Demo, newcomer: Callable[..., Visitor], width: int, scheme: str
) -> None:
    visitor = newcomer(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = visitor.goto()
    assert page.evaluate(CUT_OFF) == []
    visitor.answer("reject")
    record = choice_of(visitor)[-1]
    for address in (
        f"{demo.platform}/v1/sites/{demo.facts['site']}/cookies?lang=nb",
        f"{demo.platform}/v1/receipts/{record}",
    ):
        visitor.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert page.evaluate(CUT_OFF) == [], address
