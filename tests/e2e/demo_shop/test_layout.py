# SPDX-License-Identifier: Apache-2.0
"""Every page fits from 320 pixels up, can be used by keyboard and read in the dark."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.demo_shop.conftest import Stage

PAGES = ["/", "/hylle/verksted", "/vare/ullvotter", "/nn/personvern", "/en/om", "/sett", "/nei"]

# WCAG 2.2, 1.4.3: contrast ratio of each text against the nearest opaque background behind it.
POOR_CONTRAST = """
() => {
  const channel = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const parse = (c) => c.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !e.checkVisibility() || e.closest(".hero, noscript, script")) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${e.tagName} ${e.textContent.slice(0, 40)}`);
  }
  return poor;
}
"""


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [320, 768, 1440])
def test_nothing_sticks_out_sideways(stage: Stage, page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(stage.at.shop + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(
    stage: Stage, browser: Browser, scheme: str
) -> None:
    with browser.new_context(color_scheme="dark" if scheme == "dark" else "light") as context:
        page = context.new_page()
        for path in PAGES:
            page.goto(stage.at.shop + path)
            assert page.evaluate(POOR_CONTRAST) == [], path


@pytest.mark.parametrize("path", PAGES)
def test_the_page_has_one_heading_one_main_and_named_landmarks(
    stage: Stage, page: Page, path: str
) -> None:
    page.goto(stage.at.shop + path)
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator("main")).to_have_count(1)
    nameless = "nav:not([aria-label]), img:not([alt]), iframe:not([title])"
    expect(page.locator(nameless)).to_have_count(0)
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_the_keyboard_reaches_the_content_first(stage: Stage, page: Page) -> None:
    page.goto(stage.at.shop)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Hopp til innholdet")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("width", [320, 1440])
def test_targets_are_large_enough_to_hit(stage: Stage, page: Page, width: int) -> None:
    """WCAG 2.2, 2.5.8: 24 by 24 pixels, links inside sentences excepted."""
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/", "/vare/ullvotter"):
        page.goto(stage.at.shop + path)
        small = page.evaluate(
            """() => [...document.querySelectorAll("button, input, nav a, .button, .to-cart")]
              .filter((e) => e.checkVisibility() && e.type !== "hidden")
              .map((e) => [e.textContent.trim(), e.getBoundingClientRect()])
              .filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name)"""
        )
        assert small == [], path
