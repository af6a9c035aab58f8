# SPDX-License-Identifier: Apache-2.0
"""A purchase from shelf to receipt: with scripts, without, and with no third party in reach."""

from urllib.parse import parse_qs

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.demo_shop.conftest import Stage


def fill_cart(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.at.shop}/vare/lynghonning")
    page.get_by_label("Antall").fill("2")
    page.get_by_role("button", name="Legg i kurven").click()
    page.wait_for_url("**/kurv")


def to_checkout(page: Page) -> None:
    page.get_by_role("link", name="Til kassen").click()
    page.get_by_label("Navn").fill("Prøve")
    page.get_by_label("Postnummer").fill("0181")


def finish(page: Page) -> None:
    page.get_by_role("button", name="Fullfør").click()
    page.wait_for_url("**/kvittering/D-*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Takk")


def test_without_scripts_the_whole_purchase_works(stage: Stage, scriptless: BrowserContext) -> None:
    page = scriptless.new_page()
    fill_cart(page, stage)
    page.get_by_role("button", name="Én til Lynghonning").click()
    expect(page.locator(".sum b")).to_have_text("387 kr")
    to_checkout(page)
    expect(page.get_by_text("Kort, hos Demo-betaling")).to_be_hidden()
    finish(page)


def test_with_every_third_party_out_of_reach_the_purchase_works(stage: Stage, page: Page) -> None:
    hosts = tuple(stage.at.trackers.values())

    def only_the_shop(route: Route) -> None:
        if route.request.url.startswith(hosts):
            route.abort()
        else:
            route.continue_()

    page.route("**/*", only_the_shop)
    fill_cart(page, stage)
    to_checkout(page)
    finish(page)
    assert not any(stage.heard().values())


def test_a_card_is_taken_in_a_frame_of_the_payment_party(
    stage: Stage, page: Page, visitor: BrowserContext
) -> None:
    fill_cart(page, stage)
    assert stage.heard()["payment"] == 0
    to_checkout(page)
    page.get_by_label("Kort, hos Demo-betaling").check()
    expect(page.frame_locator("iframe").get_by_text("Demokort")).to_be_visible()
    finish(page)
    expect(page.get_by_text("Betalt med demokort")).to_be_visible()
    assert {"db_session", "shop_session"} <= {cookie["name"] for cookie in visitor.cookies()}


def test_the_affiliate_is_told_order_sum_and_code(stage: Stage, page: Page) -> None:
    fill_cart(page, stage)
    assert stage.heard()["affiliate"] == 0
    to_checkout(page)
    finish(page)
    page.wait_for_load_state("networkidle")
    number = page.url.rsplit("/", 1)[1]
    (told,) = [s for s in stage.logs["affiliate"].sightings() if s.path == "/conv"]
    assert parse_qs(told.query) == {"order": [number], "sum": ["258"], "code": ["DEMO-LOKALT"]}
    assert told.referrer == stage.at.shop


def test_a_fault_is_announced_and_the_links_lead_to_the_fields(stage: Stage, page: Page) -> None:
    fill_cart(page, stage)
    page.get_by_role("link", name="Til kassen").click()
    page.locator("#kasse").evaluate("form => { form.noValidate = true; }")
    page.get_by_label("Postnummer").fill("18")
    page.get_by_role("button", name="Fullfør").click()
    alert = page.get_by_role("alert")
    expect(alert).to_be_visible()
    alert.get_by_role("link", name="Skriv et navn.").click()
    expect(page.get_by_label("Navn")).to_be_focused()
    expect(page.get_by_label("Postnummer")).to_have_value("18")


@pytest.mark.parametrize("path", ["/nn/vare/brunost", "/en/vare/brunost"])
def test_the_cart_is_the_same_in_every_language(
    stage: Stage, scriptless: BrowserContext, path: str
) -> None:
    page = scriptless.new_page()
    fill_cart(page, stage)
    page.goto(stage.at.shop + path)
    expect(page.locator(".to-cart b [aria-hidden]")).to_have_text("2")
