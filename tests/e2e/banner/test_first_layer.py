# SPDX-License-Identifier: Apache-2.0
"""The first layer: asked beside the page, refused as easily as accepted."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from cmp.sites.banner_texts import rendered_text_sha256
from tests.e2e.banner.conftest import Stage, calls, open_dialog
from tests.e2e.banner.sample import LANGUAGES

Visit = Callable[[Stage], Page]

CARD = "kvitt-banner > [role=dialog]:not(dialog)"
SIZES = [(320, 256), (320, 568), (390, 844), (768, 1024), (1440, 900)]
SETTLED = "() => new Promise(r => requestAnimationFrame(() => setTimeout(() => setTimeout(r, 50))))"
LOOK = """
(part) => {
  const button = document.querySelector(`kvitt-banner [part=${part}]`);
  const { width, height } = button.getBoundingClientRect();
  const style = getComputedStyle(button);
  const names = ["fontFamily", "fontSize", "fontWeight", "color", "backgroundColor", "borderColor",
    "borderWidth", "borderRadius", "padding", "textDecorationLine", "opacity"];
  return [button.tagName, width, height, ...names.map((name) => style[name])];
}"""
IN_SIGHT = """
(part) => {
  const button = document.querySelector(`kvitt-banner [part=${part}]`);
  const { x, y, width, height } = button.getBoundingClientRect();
  return document.elementFromPoint(x + width / 2, y + height / 2) === button
    && x >= 0 && y >= 0 && x + width <= innerWidth && y + height <= innerHeight
    && button.scrollWidth <= button.clientWidth + 1;
}"""


def test_it_is_a_named_dialog_that_is_not_modal_and_takes_no_focus(visit: Visit) -> None:
    page = visit(Stage())
    card = page.get_by_role("dialog", name="Informasjonskapsler på Demobutikken")
    assert card.get_attribute("aria-modal") is None
    assert "markedsføring" in (card.locator("#kv-d").inner_text())
    assert page.evaluate("document.activeElement === document.body")
    page.locator("#own").click()
    page.locator("#search").fill("ost")
    page.keyboard.press("Enter")
    assert calls(page, "decide") == []


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_three_buttons_are_alike_in_box_font_and_fill(
    visit: Visit, size: tuple[int, int], scheme: str
) -> None:
    page = visit(Stage(viewport=size, context={"color_scheme": scheme}))
    reject, accept, customise = (page.evaluate(LOOK, p) for p in ("reject", "accept", "customise"))
    assert reject == accept == customise
    assert reject[2] >= 44


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_answer_is_in_sight_without_scrolling(
    visit: Visit, size: tuple[int, int], lang: str
) -> None:
    page = visit(Stage(viewport=size, lang=lang))
    assert all(page.evaluate(IN_SIGHT, part) for part in ("reject", "accept", "customise"))


def test_the_keyboard_comes_to_reject_before_accept(visit: Visit) -> None:
    page = visit(Stage())
    reached = []
    for _ in range(5):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "document.activeElement.getAttribute('part') || document.activeElement.tagName"
            )
        )
    assert reached == ["A", "A", "reject", "accept", "customise"]


@pytest.mark.parametrize(
    ("part", "method"), [("accept", "accept_all"), ("reject", "reject_all")], ids=str
)
def test_an_answer_is_given_once_and_the_banner_goes_first(
    visit: Visit, part: str, method: str
) -> None:
    page = visit(Stage())
    page.evaluate(SETTLED)
    page.evaluate(
        """(part) => {
          const button = document.querySelector(`[part=${part}]`);
          button.click();
          button.click();
        }""",
        part,
    )
    [[made, layer, choice, evidence, seen]] = calls(page, "decide")
    assert (made, layer, choice) == (method, 1, None)
    assert seen == {"shown": 0}
    assert evidence["checks"] == {"reject_in_viewport": True, "area_ok": True}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_hash_of_what_was_shown_is_the_one_the_server_expects(visit: Visit, lang: str) -> None:
    stage = Stage(lang=lang)
    page = visit(stage)
    page.evaluate(SETTLED)
    page.locator("[part=reject]").click()
    [[*_, evidence, _seen]] = calls(page, "decide")
    assert evidence["text_sha256"] == rendered_text_sha256(stage.banner(), 1, lang)


def test_a_changed_text_changes_the_hash(visit: Visit) -> None:
    stage = Stage()
    page = visit(stage)
    page.evaluate(
        """() => {
          const title = document.querySelector("kvitt-banner h2");
          surfaces.banner.hide();
          title.textContent = "Annet";
          surfaces.banner.show();
        }"""
    )
    page.evaluate(SETTLED)
    page.locator("[part=reject]").click()
    [[*_, evidence, _seen]] = calls(page, "decide")
    assert evidence["text_sha256"] != rendered_text_sha256(stage.banner(), 1, "nb")


def test_a_click_in_the_first_moment_counts(visit: Visit) -> None:
    script = "document.querySelector('[part=reject]').click()"
    at_once = f"<script>addEventListener('DOMContentLoaded', () => {{ {script} }})</script>"
    page = visit(Stage(head=at_once))
    assert [call[0] for call in calls(page, "decide")] == ["reject_all"]


def test_the_dialog_is_fetched_when_somebody_is_about_to_want_it(visit: Visit) -> None:
    page = visit(Stage())
    assert calls(page, "prefetchDialog") == []
    page.locator("[part=customise]").hover()
    assert calls(page, "prefetchDialog")
    other = visit(Stage())
    other.locator("[part=customise]").focus()
    assert calls(other, "prefetchDialog")


def test_policy_and_list_are_links_that_can_be_followed_before_any_choice(visit: Visit) -> None:
    page = visit(Stage(lang="en"))
    links = page.locator(f"{CARD} a")
    assert links.all_inner_texts() == ["Privacy policy", "Cookie list"]
    assert [link.get_attribute("href") for link in links.all()] == [
        "http://shop.localhost:8701/en/personvern",
        "https://consent.example.no/v1/sites/demobutikken/cookies?lang=en",
    ]


@pytest.mark.parametrize("css", ["", "#long{height:3000px}"], ids=["short page", "long page"])
def test_what_the_page_has_under_the_banner_is_not_hidden_when_it_has_the_focus(
    visit: Visit, css: str
) -> None:
    page = visit(Stage(css=css, viewport=(390, 600)))
    for name in ("first", "search", "own", "last"):
        page.locator(f"#{name}").focus()
        covered = page.evaluate(
            """(name) => document.getElementById(name).getBoundingClientRect().bottom
                 > document.querySelector('kvitt-banner > *').getBoundingClientRect().top + 1""",
            name,
        )
        assert not covered, name
    page.locator("[part=reject]").click()
    assert page.evaluate("getComputedStyle(document.documentElement).marginBlockEnd") == "0px"


@pytest.mark.parametrize("size", [(390, 844), (412, 823), (1280, 800)], ids=str)
def test_nothing_moves_and_the_page_keeps_its_largest_paint(
    visit: Visit, size: tuple[int, int]
) -> None:
    watch = """<script>
      window.moved = 0; window.largest = [];
      new PerformanceObserver((list) => { for (const e of list.getEntries()) moved += e.value; })
        .observe({ type: "layout-shift", buffered: true });
      new PerformanceObserver((list) => {
        for (const e of list.getEntries()) largest.push(!!e.element?.closest("kvitt-banner"));
      }).observe({ type: "largest-contentful-paint", buffered: true });
    </script>"""
    page = visit(Stage(head=watch, css="#long{height:2000px}", viewport=size))
    page.evaluate(SETTLED)
    assert page.evaluate("largest.at(-1)") is False
    open_dialog(page)
    page.keyboard.press("Escape")
    page.mouse.wheel(0, 400)
    page.evaluate(SETTLED)
    page.locator("[part=reject]").click()
    page.evaluate(SETTLED)
    assert page.evaluate("moved") == 0
