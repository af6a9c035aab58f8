# SPDX-License-Identifier: Apache-2.0
"""The workbench as marketing uses it: in a browser, with and without script, wide and narrow."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.workbench.conftest import PEOPLE, Workbench
from tests.factories import SITE

CATALOGUE = f"/admin/{SITE}/"
PAGES = (
    "/admin/",
    CATALOGUE,
    f"{CATALOGUE}services/new",
    f"{CATALOGUE}services/annonse",
    f"{CATALOGUE}services/annonse/items/new",
    f"{CATALOGUE}services/annonse/remove",
    f"{CATALOGUE}settings",
    f"{CATALOGUE}texts/nb",
    f"{CATALOGUE}publish",
    f"{CATALOGUE}snippet",
    "/account/password",
)


def _edit_lifetime(page: Page, words: str) -> None:
    page.goto(CATALOGUE)
    page.click("text=_annonse")
    page.fill("#lifetime", words)
    page.click("form.sheet button.main")


@pytest.mark.parametrize("script", [True, False])
def test_an_edit_reaches_the_notice(workbench: Workbench, script: bool) -> None:
    page = workbench.visit(script=script)
    _edit_lifetime(page, "2 år")
    expect(page.locator(".flash.done")).to_contain_text("_annonse")
    page.goto(f"{CATALOGUE}publish")
    expect(page.locator("main")).to_contain_text("varighet fra 90 dager til 2 år")
    page.click("main form button")
    expect(page.locator(".flash.done").first).to_contain_text("er publisert")


def test_the_second_of_two_editors_sees_both_texts(workbench: Workbench) -> None:
    first, second = workbench.visit(PEOPLE[0]), workbench.visit(PEOPLE[1])
    for page in (first, second):
        page.goto(CATALOGUE)
        page.click("text=_annonse")
    first.fill("#lifetime", "1 uke")
    first.click("form.sheet button.main")
    second.fill("#lifetime", "3 år")
    second.click("form.sheet button.main")
    expect(second.locator(".flash.warn")).to_contain_text("1 uke")
    expect(second.locator("#lifetime")).to_have_value("3 år")
    expect(second.locator(".flash.warn")).to_be_focused()


def test_results_follow_the_typing(workbench: Workbench) -> None:
    page = workbench.visit()
    page.goto(CATALOGUE)
    page.locator("#q").press_sequentially("_maling")
    expect(page.locator("[data-status]")).to_contain_text("Én tjeneste")
    expect(page.locator("[data-results]")).not_to_contain_text("_annonse")
    assert page.url.endswith("?q=_maling")
    expect(page.locator("#q")).to_be_focused()


def test_a_fault_is_focused_and_leads_to_its_field(workbench: Workbench) -> None:
    page = workbench.visit()
    _edit_lifetime(page, "evigheten")
    expect(page.locator(".flash.bad")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#lifetime")
    expect(page.locator("#lifetime")).to_have_value("evigheten")


@pytest.mark.parametrize("width", [320, 768, 1440])
def test_no_page_is_wider_than_the_screen_or_breaks_its_policy(
    workbench: Workbench, width: int
) -> None:
    page = workbench.visit(width=width)
    faults: list[str] = []
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    for path in PAGES:
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok, path
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    assert faults == []


def test_the_account_menu_works_by_keyboard(workbench: Workbench) -> None:
    page = workbench.visit()
    page.goto("/admin/")
    page.locator("details.menu summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Bytt passord")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Bytt passord")).to_be_hidden()
