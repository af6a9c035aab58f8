# SPDX-License-Identifier: Apache-2.0
"""Marketing changes what visitors are asked, and visitors are asked it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.journey.conftest import (
    Demo,
    Visitor,
    choice_of,
    eventually,
    fetch,
    record_of,
    start_demo,
    stop_demo,
)
from tests.e2e.journey.test_choosing import switch, unfold


@pytest.fixture(scope="module")
def own_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of its own: what is published here is for nobody else."""
    demo = start_demo(tmp_path_factory.mktemp("marketing"))
    yield demo
    assert stop_demo(demo) == 0


@pytest.fixture
def demo(own_demo: Demo) -> Demo:
    """That demo with trackers that have heard nothing."""
    own_demo.clear()
    return own_demo


@pytest.fixture
def desk(demo: Demo, browser: Browser) -> Iterator[Page]:
    """The workbench, logged in with what the demo printed; errors on any page fail the test."""
    context = browser.new_context(base_url=demo.platform, locale="nb-NO")
    page, faults = context.new_page(), []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    login = demo.facts["logins"]["marketing"]
    page.goto("/admin/")
    page.fill("#email", login["email"])
    page.fill("#password", login["password"])
    page.click("main button")
    yield page
    context.close()
    assert faults == []


def catalogue(demo: Demo) -> str:
    """Where the catalogue of the demo's site is."""
    return f"/admin/{demo.facts['site']}/"


def publish(demo: Demo, desk: Page) -> None:
    """Put the draft in force."""
    desk.goto(f"{catalogue(demo)}publish")
    desk.click("main form button")
    expect(desk.locator(".flash.done").first).to_contain_text("er publisert")


def set_lifetime(demo: Demo, desk: Page, item: str, lifetime: str) -> None:
    """Say how long `item` lives."""
    desk.goto(catalogue(demo))
    desk.get_by_role("link", name=item, exact=True).click()
    desk.fill("#lifetime", lifetime)
    desk.click("form.sheet button.main")
    expect(desk.locator(".flash.done")).to_contain_text(item)


def test_the_catalogue_shows_every_service_with_its_lifetimes(demo: Demo, desk: Page) -> None:
    desk.goto(catalogue(demo))
    words = desk.locator("main").inner_text()
    for service in ("Demo-analyse", "Demo-annonse", "Demo-betaling", "Demo-video"):
        assert service in words
    for item, lifetime in (("_dm_uid", "2 år"), ("da_id", "13 måneder"), ("_dm_ad", "90 dager")):
        row = desk.locator("tr", has=desk.get_by_role("link", name=item, exact=True))
        expect(row).to_contain_text(lifetime)


def test_an_edited_lifetime_is_published_and_shown_to_visitors(
    demo: Demo, desk: Page, visitor: Visitor
) -> None:
    set_lifetime(demo, desk, "_dm_ad", "1 uke")
    public = f"{demo.platform}/v1/sites/{demo.facts['site']}/cookies?lang=nb"
    assert "1 uke" not in fetch(public, "text/html")
    publish(demo, desk)
    assert "1 uke" in fetch(public, "text/html")
    page = visitor.goto()
    page.locator("kvitt-banner [part=customise]").click()
    unfold(page)
    expect(page.locator("dialog .kv-i", has_text="_dm_ad")).to_contain_text("1 uke")


def test_a_new_service_is_asked_for_and_listed(demo: Demo, desk: Page, visitor: Visitor) -> None:
    desk.goto(f"{catalogue(demo)}services/new")
    desk.fill("#name", "Demo-kart")
    desk.fill("#service_id", "demo-kart")
    desk.fill("#provider", "Demo-kart (oppdiktet)")
    desk.select_option("[name=category]", "functional")
    for lang, text in (
        ("nb", "Viser hvor butikken ligger."),
        ("nn", "Viser kvar butikken ligg."),
        ("en", "Shows where the shop is."),
    ):
        desk.fill(f"[name='description.{lang}']", text)
    desk.fill("#hosts", "kart.localhost:9")
    desk.click("form.sheet button.main")
    expect(desk.locator(".flash.done")).to_contain_text("Demo-kart")
    publish(demo, desk)
    page = visitor.goto("/en/")
    page.locator("kvitt-banner [part=customise]").click()
    unfold(page)
    expect(switch(page, "service", "demo-kart")).not_to_be_checked()
    expect(page.locator("dialog")).to_contain_text("Shows where the shop is.")
    visitor.goto(f"{demo.platform}/v1/sites/{demo.facts['site']}/cookies?lang=nn")
    expect(page.locator("main")).to_contain_text("Viser kvar butikken ligg.")


def test_an_answer_to_a_replaced_notice_is_void_and_the_visitor_is_asked_again(
    demo: Demo, desk: Page, visitor: Visitor
) -> None:
    """The browser holds the old script; after a refused answer it fetches the new one and asks."""
    page = visitor.goto("/om")
    old = page.evaluate("kvitt.consent.noticeSha256")
    set_lifetime(demo, desk, "_dm_uid", "3 år")
    publish(demo, desk)
    page.wait_for_timeout(1_100)
    with page.expect_response(lambda r: r.url.endswith("/decisions")) as answered:
        page.locator("kvitt-banner [part=accept]").click()
    assert answered.value.status == 409
    assert eventually(lambda: "kvitt" not in visitor.cookies())
    expect(page.locator("kvitt-banner [part=accept]:visible")).to_have_count(1)
    visitor.settle()
    assert page.evaluate("kvitt.consent.noticeSha256") != old
    assert page.evaluate("kvitt.allows('marketing')") is False
    demo.clear()
    visitor.goto()
    assert demo.heard() == {}
    assert visitor.stored() == []
    visitor.answer("reject")
    assert record_of(visitor)["event"]["state"] == "refused"


def test_who_has_answered_is_asked_again_after_a_material_change_and_only_then(
    demo: Demo, desk: Page, visitor: Visitor
) -> None:
    visitor.goto()
    visitor.answer("reject")
    subject = record_of(visitor)["subject"]["key"]
    set_lifetime(demo, desk, "da_id", "2 uker")
    publish(demo, desk)
    fresh = visitor.new_page()
    fresh.route("**/k/*.js", lambda route: route.continue_(headers={"Cache-Control": "no-cache"}))
    visitor.goto("/om", fresh)
    expect(fresh.locator("kvitt-banner [part=accept]")).to_be_visible()
    visitor.answer("reject", fresh)
    assert record_of(visitor)["subject"]["key"] == subject
    assert len(choice_of(visitor)) == 8
