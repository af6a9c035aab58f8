# SPDX-License-Identifier: Apache-2.0
"""The second layer: a modal dialog in which nothing is on that the visitor did not turn on."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from cmp.sites.banner_texts import rendered_text_sha256
from tests.e2e.banner.conftest import Stage, calls, open_dialog
from tests.e2e.banner.sample import LANGUAGES

Visit = Callable[[Stage], Page]

SETTLED = "() => new Promise(r => requestAnimationFrame(() => setTimeout(() => setTimeout(r, 50))))"
FOCUSED = "document.activeElement.getAttribute('part')"
STORED: dict[str, Any] = {
    "status": "given",
    "recordId": "0193a000-0000-7000-8000-000000000001",
    "categories": {
        "functional": "denied",
        "analytics": "granted",
        "personalisation": "denied",
        "marketing": "denied",
    },
    "services": {
        "demo-video": "granted",
        "demo-prat": "denied",
        "demo-analyse": "granted",
        "demo-forslag": "denied",
        "demo-annonse": "denied",
    },
}


def switch(page: Page, kind: str, name: str) -> Locator:
    """The switch of a category or service."""
    return page.locator(f"[part=switch][data-{kind}={name}]")


def unfold(page: Page) -> None:
    """Open every fold."""
    for fold in page.locator("dialog summary").all():
        fold.click()


def test_it_is_a_native_modal_with_a_name_and_the_page_behind_is_inert(visit: Visit) -> None:
    page = visit(Stage())
    open_dialog(page)
    assert page.evaluate("document.querySelector('dialog').matches(':modal')")
    assert page.get_by_role("dialog", name=Stage().dialog()["title"]).is_visible()
    assert page.evaluate(FOCUSED) == "close"
    page.evaluate("document.getElementById('own').focus()")
    assert page.evaluate(FOCUSED) == "close"


@pytest.mark.parametrize("way", ["Escape", "close"])
def test_closing_stores_nothing_and_the_focus_returns(visit: Visit, way: str) -> None:
    page = visit(Stage())
    open_dialog(page)
    switch(page, "category", "marketing").check()
    if way == "Escape":
        page.keyboard.press("Escape")
    else:
        page.locator("[part=close]").click()
    page.evaluate(SETTLED)
    assert page.evaluate(FOCUSED) == "customise"
    assert calls(page, "decide") == []
    assert page.locator("[part=accept]").is_visible()
    open_dialog(page)
    assert not switch(page, "category", "marketing").is_checked()


def test_every_switch_is_a_native_one_off_named_and_worth_its_id(visit: Visit) -> None:
    page = visit(Stage())
    open_dialog(page)
    unfold(page)
    boxes = page.locator("dialog input")
    assert boxes.count() == 4 + 5
    for box in boxes.all():
        assert (box.get_attribute("type"), box.get_attribute("role")) == ("checkbox", "switch")
        assert box.get_attribute("part") == "switch"
        assert not box.is_checked()
        own = box.get_attribute("data-category") or box.get_attribute("data-service")
        assert box.get_attribute("value") == own
    assert page.get_by_role("switch", name="Markedsføring").count() == 1
    assert page.get_by_role("switch", name="Demo-annonse").count() == 1


def test_what_is_necessary_has_no_switch_but_a_reason(visit: Visit) -> None:
    page = visit(Stage())
    open_dialog(page)
    necessary = page.locator("dialog section").first
    assert necessary.locator("input").count() == 0
    words = necessary.inner_text()
    assert "Alltid på" in words
    assert "bedt om tjenesten" in words


def test_a_category_and_its_services_follow_each_other(visit: Visit) -> None:
    page = visit(Stage())
    open_dialog(page)
    unfold(page)
    both = switch(page, "category", "functional")
    video, chat = switch(page, "service", "demo-video"), switch(page, "service", "demo-prat")
    both.check()
    assert video.is_checked()
    assert chat.is_checked()
    chat.uncheck()
    assert not both.is_checked()
    assert both.evaluate("(box) => box.indeterminate")
    chat.check()
    assert both.is_checked()
    assert not both.evaluate("(box) => box.indeterminate")
    both.uncheck()
    assert not video.is_checked()


def test_the_name_beside_a_switch_turns_it(visit: Visit) -> None:
    page = visit(Stage())
    open_dialog(page)
    page.get_by_text("Statistikk", exact=True).click()
    assert switch(page, "service", "demo-analyse").is_checked()


def test_saving_grants_only_what_was_turned_on(visit: Visit) -> None:
    page = visit(Stage())
    open_dialog(page)
    page.evaluate("document.querySelector('[data-service=demo-video]').click()")
    switch(page, "category", "analytics").check()
    page.locator("[part=save]").click()
    [[method, layer, chosen, _evidence, seen]] = calls(page, "decide")
    assert (method, layer) == ("save_custom", 2)
    assert {k for k, v in chosen["categories"].items() if v == "granted"} == {"analytics"}
    assert {k for k, v in chosen["services"].items() if v == "granted"} == {
        "demo-video",
        "demo-analyse",
    }
    assert set(chosen["categories"]) == set(STORED["categories"])
    assert set(chosen["services"]) == set(STORED["services"])
    assert seen == {"shown": 1}


@pytest.mark.parametrize(
    ("part", "method"), [("reject", "reject_all"), ("accept", "accept_all")], ids=str
)
def test_both_answers_stand_here_too_and_are_given_once(
    visit: Visit, part: str, method: str
) -> None:
    page = visit(Stage())
    open_dialog(page)
    page.evaluate(
        """(part) => {
          const button = document.querySelector(`dialog [part=${part}]`);
          button.click();
          button.click();
        }""",
        part,
    )
    assert [call[:2] for call in calls(page, "decide")] == [[method, 2]]


def test_the_panel_shows_what_is_stored(visit: Visit) -> None:
    page = visit(Stage(consent=STORED))
    page.evaluate("surfaces.dialog.show()")
    on = page.locator("dialog input:checked").evaluate_all("(boxes) => boxes.map((b) => b.value)")
    assert on == ["demo-video", "analytics", "demo-analyse"]
    assert switch(page, "category", "functional").evaluate("(box) => box.indeterminate")
    receipt = page.locator("[part=receipt]")
    assert receipt.get_attribute("href") == (
        f"https://consent.example.no/v1/receipts/{STORED['recordId']}"
    )


def test_without_a_choice_there_is_nothing_to_withdraw_and_no_receipt(visit: Visit) -> None:
    page = visit(Stage())
    open_dialog(page)
    assert not page.locator("[part=withdraw]").is_visible()
    assert not page.locator("[part=receipt]").is_visible()


def test_all_is_withdrawn_with_one_click_that_is_in_sight(visit: Visit) -> None:
    page = visit(Stage(consent=STORED, viewport=(390, 844)))
    page.evaluate("surfaces.dialog.show()")
    withdraw = page.locator("[part=withdraw]")
    box = withdraw.bounding_box()
    assert box
    assert box["y"] + box["height"] < 844 / 2
    withdraw.click()
    assert [call[:3] for call in calls(page, "decide")] == [["withdraw_all", "panel", None]]


@pytest.mark.parametrize(
    ("turned", "method"),
    [("demo-analyse", "withdraw_partial"), ("demo-prat", "save_custom")],
    ids=str,
)
def test_taking_something_back_is_called_so(visit: Visit, turned: str, method: str) -> None:
    page = visit(Stage(consent=STORED))
    page.evaluate("surfaces.dialog.show()")
    unfold(page)
    switch(page, "service", turned).click()
    page.locator("[part=save]").click()
    assert [call[:2] for call in calls(page, "decide")] == [[method, "panel"]]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_hash_of_what_was_shown_is_the_one_the_server_expects(visit: Visit, lang: str) -> None:
    stage = Stage(lang=lang)
    page = visit(stage)
    open_dialog(page)
    unfold(page)
    page.keyboard.press("Escape")
    open_dialog(page)
    page.evaluate(SETTLED)
    page.locator("dialog [part=reject]").click()
    [[*_, evidence, _seen]] = calls(page, "decide")
    assert evidence["text_sha256"] == rendered_text_sha256(stage.dialog(), 2, lang)


def test_each_stored_thing_is_told_with_technology_place_lifetime_and_purpose(
    visit: Visit,
) -> None:
    page = visit(Stage(lang="en"))
    open_dialog(page)
    unfold(page)
    items = page.locator("dialog .kv-i")
    assert items.count() == 25
    chat = items.filter(has_text="_dp_open")
    assert chat.inner_text().splitlines() == [
        "_dp_open",
        "Local storage on this website. Lifetime: until you delete it",
        "Remembers whether the chat was open.",
    ]


@pytest.mark.parametrize("stored", [False, True], ids=["asked", "panel"])
def test_at_four_times_zoom_all_can_be_reached(visit: Visit, stored: bool) -> None:
    page = visit(Stage(viewport=(320, 256), consent=STORED if stored else {}))
    if stored:
        page.evaluate("surfaces.dialog.show()")
    else:
        open_dialog(page)
    unfold(page)
    parts = page.locator("dialog :is(button, a, input, summary, p, h2, h3, h4):visible")
    assert parts.count() > 60
    lost = parts.evaluate_all(
        """(parts) => parts.filter((part) => {
          part.scrollIntoView({ block: "nearest" });
          const { left, right, top, bottom } = part.getBoundingClientRect();
          return left < 0 || right > innerWidth || top < -1 && bottom > innerHeight + 1
            || bottom < 0 || top > innerHeight;
        }).map((part) => part.outerHTML)"""
    )
    assert lost == []
    assert page.evaluate("document.querySelector('.kv-2').scrollWidth <= innerWidth")
