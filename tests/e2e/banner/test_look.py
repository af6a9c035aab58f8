# SPDX-License-Identifier: Apache-2.0
"""Both layers on pages, in modes and under policies that are not kind to them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.banner.conftest import Stage, calls, open_dialog
from tests.e2e.banner.test_second_layer import STORED, unfold

Visit = Callable[[Stage], Page]

HOSTILE = """
* { color: red !important; font-size: 30px !important; display: block !important;
  margin: 20px !important; background: lime !important; border: 3px dashed !important;
  text-transform: uppercase !important; letter-spacing: 4px !important; direction: rtl !important;
  position: static !important; opacity: .5 !important; visibility: hidden !important }
*::before, *::after { content: "x" !important; color: blue !important }
button { border-radius: 50px !important; width: 30px !important; float: left !important }
:root { --ink: red; --paper: lime } body { font: italic 9px cursive; line-height: 4 }
"""
# What the resets of two well-known frameworks do to plain elements.
FRAMEWORKS = """
*, ::before, ::after { box-sizing: border-box; margin: 0; padding: 0; border: 0 solid }
button, input { font: inherit; color: inherit; background-color: transparent; border-radius: 0 }
button, [type=button] { appearance: button }
h2, h3, h4 { font-size: inherit; font-weight: inherit }
a { color: inherit; text-decoration: inherit } summary { display: list-item }
label { display: inline-block } p { margin-top: 0; margin-bottom: 1rem } dialog { inset: unset }
[hidden] { display: none !important } code { font-size: .875em; color: #d63384 }
"""
STYLES = """
() => {
  const names = [...getComputedStyle(document.body)].filter((name) => !name.startsWith("--"));
  return [...document.querySelectorAll("kvitt-banner, kvitt-banner *")].map((element) => {
    const styles = [null, "::before", "::after"].map((pseudo) => getComputedStyle(element, pseudo));
    return [element.tagName, element.className,
      ...styles.map((style) => names.map((name) => style.getPropertyValue(name)).join("|"))];
  });
}"""
CONTRAST = """
() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const light = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((v) => v / 255)
      .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    const colour = getComputedStyle(element).backgroundColor;
    return colour === "rgba(0, 0, 0, 0)" ? ground(element.parentElement) : colour;
  };
  const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const worded = "kvitt-banner :is(h2, h3, h4, p, a, button, summary, i, code)";
  return [...document.querySelectorAll(worded)]
    .map((e) => [e.outerHTML, ratio(light(getComputedStyle(e).color), light(ground(e)))])
    .filter(([, ratio]) => ratio < 4.5);
}"""
SMALL = """
(least) => [...document.querySelectorAll("kvitt-banner :is(a, button, input, summary)")]
  .filter((e) => e.checkVisibility())
  .map((e) => [e.outerHTML, e.getBoundingClientRect()])
  .filter(([, box]) => box.width < least || box.height < least)
  .map(([html]) => html)"""


def both_layers(page: Page) -> None:
    """Show all there is: the second layer above the first, every fold open."""
    page.evaluate("surfaces.dialog.show()")
    page.evaluate("document.querySelectorAll('dialog details').forEach((d) => { d.open = true })")


@pytest.mark.parametrize("css", [HOSTILE, FRAMEWORKS], ids=["hostile", "frameworks"])
@pytest.mark.parametrize("size", [(320, 568), (1280, 800)], ids=str)
def test_the_pages_own_css_does_not_reach_in(visit: Visit, css: str, size: tuple[int, int]) -> None:
    told = []
    for one in ("", css):
        page = visit(Stage(css=one, viewport=size, consent=STORED))
        page.evaluate("surfaces.banner.show()")
        page.evaluate("surfaces.dialog.show()")
        page.evaluate("document.querySelectorAll('details')[3].open = true")
        told.append(page.evaluate(STYLES))
    plain, styled = told
    assert len(plain) > 100
    for one, other in zip(plain, styled, strict=True):
        assert one == other


def test_it_works_under_the_strictest_policy(visit: Visit) -> None:
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    page = visit(Stage(policy=policy))
    page.evaluate(
        """document.addEventListener("securitypolicyviolation",
             (e) => calls.push(["broken", e.violatedDirective]))"""
    )
    open_dialog(page)
    unfold(page)
    page.locator("[data-category=analytics]").check()
    page.locator("[part=save]").click()
    assert calls(page, "broken") == []
    assert [call[0] for call in calls(page, "decide")] == ["save_custom"]
    assert page.locator("kvitt-banner [style], kvitt-banner style").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_is_readable_in_contrast_and_size(visit: Visit, scheme: str) -> None:
    page = visit(Stage(context={"color_scheme": scheme}))
    both_layers(page)
    assert page.evaluate(CONTRAST) == []
    sizes = page.locator("kvitt-banner :not(input)").evaluate_all(
        "(all) => all.map((e) => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 16


@pytest.mark.parametrize("size", [(320, 568), (1280, 800)], ids=str)
def test_every_target_is_large_enough(visit: Visit, size: tuple[int, int]) -> None:
    page = visit(Stage(viewport=size))
    both_layers(page)
    assert page.evaluate(SMALL, 24) == []
    heights = page.locator("kvitt-banner button:visible").evaluate_all(
        "(all) => all.map((e) => e.offsetHeight)"
    )
    assert min(heights) >= 44


def test_forced_colours_keep_edges_and_the_state_of_switches(visit: Visit) -> None:
    page = visit(Stage(consent=STORED, context={"forced_colors": "active"}))
    both_layers(page)
    edges = page.locator("kvitt-banner :is(button, input)").evaluate_all(
        """(all) => all.map((e) => getComputedStyle(e))
          .map((s) => [s.borderTopStyle, parseFloat(s.borderTopWidth),
            s.borderTopColor !== s.backgroundColor])"""
    )
    assert all(style == "solid" and width >= 1 and seen for style, width, seen in edges)
    on, off = (
        page.locator(f"[data-category={name}]").evaluate(
            "(box) => [getComputedStyle(box, '::before').insetInlineStart,"
            " getComputedStyle(box.nextElementSibling, '::after').content,"
            " getComputedStyle(box, '::before').borderTopStyle]"
        )
        for name in ("analytics", "marketing")
    )
    assert on == ["26px", '"På"', "solid"]
    assert off == ["4px", '"Av"', "solid"]


def test_right_to_left_is_mirrored(visit: Visit) -> None:
    def places(direction: str, knob_side: str) -> list[float]:
        page = visit(Stage(texts={"dir": direction}, consent=STORED))
        page.evaluate("surfaces.banner.show()")
        page.evaluate("surfaces.dialog.show()")
        knob = f"(box) => getComputedStyle(box, '::before').{knob_side}"
        assert page.locator("[data-category=marketing]").evaluate(knob) == "4px"
        middle: list[float] = page.locator(
            "[part=close], dialog input:visible, dialog h3, kvitt-banner button:visible"
        ).evaluate_all(
            "(all) => all.map((e) => e.getBoundingClientRect()).map((b) => b.x + b.width / 2)"
        )
        return middle

    left, right = places("ltr", "left"), places("rtl", "right")
    assert len(left) > 12
    assert all(abs(a + b - 1280) < 1 for a, b in zip(left, right, strict=True))


def test_nothing_ever_animates(visit: Visit) -> None:
    page = visit(
        Stage(css="* { transition: all 2s !important; animation: spin 2s infinite !important }")
    )
    open_dialog(page)
    page.locator("[data-category=analytics]").check()
    ours = "document.getAnimations().filter((a) => a.effect.target.closest('kvitt-banner')).length"
    assert page.evaluate(ours) == 0


def test_it_is_one_element_in_the_light_dom_in_its_language(visit: Visit) -> None:
    page = visit(Stage(lang="nn"))
    open_dialog(page)
    host = page.locator("kvitt-banner")
    assert host.count() == 1
    assert host.evaluate("(e) => [e.lang, e.dir, e.shadowRoot]") == ["nn", "ltr", None]
    assert host.evaluate("(e) => e.querySelectorAll('*').length") > 100


def test_it_is_small_until_somebody_asks_for_more(visit: Visit) -> None:
    page = visit(Stage())
    assert page.locator("kvitt-banner *").count() <= 40
