# SPDX-License-Identifier: Apache-2.0
"""Before any choice, and after a refusal: nothing is stored and nobody is told."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.journey.conftest import OPTIONAL, PAGES, Demo, Visitor

LOOK = """
(button) => {
  const { width, height } = button.getBoundingClientRect();
  const style = getComputedStyle(button);
  return [button.tagName, width, height, style.font, style.color, style.backgroundColor,
    style.borderColor, style.borderWidth, style.opacity, style.textDecorationLine];
}"""


def buy(visitor: Visitor, prefix: str = "") -> Page:
    """Put something in the cart, pay by card, end on the receipt."""
    page = visitor.goto(f"{prefix}/vare/brunost")
    page.locator("form.row button").click()
    page.locator("main a.button").click()
    page.wait_for_load_state("networkidle")
    page.fill("#name", "Kari Prøve")
    page.fill("#postcode", "0001")
    page.check("#card")
    page.locator("#kasse button").click()
    page.wait_for_url("**/kvittering/*")
    page.wait_for_load_state("networkidle")
    return page


def silent(demo: Demo) -> bool:
    """Whether nobody who needs a consent has heard anything."""
    return not set(demo.heard()) & set(OPTIONAL)


@pytest.mark.parametrize("prefix", ["", "/nn", "/en"])
def test_before_a_choice_nothing_leaves_any_page(demo: Demo, visitor: Visitor, prefix: str) -> None:
    for path in PAGES:
        page = visitor.goto(prefix + path)
        expect(page.locator("kvitt-banner [part=accept]")).to_be_visible()
        assert demo.heard() == {}, path
        assert visitor.cookies() == {}, path
        assert visitor.stored() == [], path


def test_before_a_choice_one_can_buy_and_only_the_payment_is_called(
    demo: Demo, visitor: Visitor
) -> None:
    buy(visitor)
    assert set(demo.heard()) == {"payment"}
    assert "/tokens" in demo.heard()["payment"]
    assert set(visitor.cookies()) == {"shop_session", "db_session"}
    assert visitor.stored() == []


def test_after_a_refusal_it_stays_so_everywhere(demo: Demo, visitor: Visitor) -> None:
    visitor.goto()
    visitor.answer("reject")
    for path in PAGES:
        page = visitor.goto(path)
        expect(page.locator("kvitt-banner [part=accept]")).to_have_count(0)
    buy(visitor)
    assert silent(demo)
    assert set(visitor.cookies()) == {"kvitt", "shop_session", "db_session"}
    assert visitor.stored() == []


def test_the_three_answers_look_alike(visitor: Visitor) -> None:
    page = visitor.goto()
    buttons = page.locator("kvitt-banner button")
    expect(buttons).to_have_count(3)
    looks = [button.evaluate(LOOK) for button in buttons.all()]
    assert looks[0] == looks[1] == looks[2]
    assert [b.get_attribute("part") for b in buttons.all()] == ["reject", "accept", "customise"]


@pytest.mark.parametrize(
    ("prefix", "lang", "reject"),
    [("", "nb", "Avvis alle"), ("/nn", "nn", "Avvis alle"), ("/en", "en", "Reject all")],
)
def test_the_banner_speaks_the_pages_language(
    visitor: Visitor, prefix: str, lang: str, reject: str
) -> None:
    page = visitor.goto(f"{prefix}/")
    expect(page.locator("kvitt-banner")).to_have_attribute("lang", lang)
    expect(page.locator("kvitt-banner [part=reject]")).to_have_text(reject)


def test_without_javascript_nothing_leaves_either(
    demo: Demo, newcomer: Callable[..., Visitor]
) -> None:
    visitor = newcomer(java_script_enabled=False)
    for path in PAGES:
        visitor.goto(path)
    assert demo.heard() == {}
    assert visitor.cookies() == {}


def test_without_the_platform_nothing_leaves_either(demo: Demo, visitor: Visitor) -> None:
    """What inline code stores on the site itself no policy can hold back; the next visit erases."""
    visitor.context.route(f"{demo.platform}/**", lambda route: route.abort())
    for path in PAGES[:3]:
        expect(visitor.goto(path).locator("h1")).to_be_visible()
    assert demo.heard() == {}
    assert {cookie["domain"] for cookie in visitor.cookies().values()} <= {"shop.localhost"}
    visitor.context.unroute_all()
    visitor.goto()
    assert visitor.cookies() == {}


def test_while_the_platform_hangs_nothing_leaves_either(demo: Demo, visitor: Visitor) -> None:
    visitor.context.route(f"{demo.platform}/**", lambda route: None)
    for path in PAGES[:3]:
        visitor.page.goto(demo.shop + path, wait_until="commit")
        visitor.page.wait_for_timeout(1_000)
    assert demo.heard() == {}
    assert visitor.cookies() == {}
