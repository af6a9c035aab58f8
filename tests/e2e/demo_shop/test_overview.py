# SPDX-License-Identifier: Apache-2.0
"""The page that shows what the trackers saw, while they see it."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.demo_shop.conftest import Stage


def test_the_overview_follows_live_and_calls_no_tracker(
    stage: Stage, page: Page, visitor: BrowserContext
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{stage.at.shop}/sett")
    ads = page.locator('[data-tracker="ads"]')
    expect(ads).to_contain_text("Har ikke hørt noe.")
    other = visitor.new_page()
    other.goto(stage.at.shop)
    expect(ads.locator("tbody")).to_contain_text("/px.gif?e=image")
    other.reload()
    expect(ads.locator(".verdict")).to_contain_text("da_id=")
    assert {url.split("/")[2] for url in asked} == {stage.at.shop.split("/")[2]}


def test_clearing_shows_silence_again(stage: Stage, page: Page) -> None:
    page.goto(stage.at.shop)
    page.wait_for_load_state("networkidle")
    page.goto(f"{stage.at.shop}/sett")
    expect(page.locator('[data-tracker="ads"]')).not_to_contain_text("Har ikke hørt noe.")
    page.get_by_role("button", name="Tøm loggene").click()
    # The page just left says goodbye to analytics; the ads server has nothing more to hear.
    expect(page.locator('[data-tracker="ads"]')).to_contain_text("Har ikke hørt noe.")


def test_without_scripts_the_overview_is_readable(stage: Stage, scriptless: BrowserContext) -> None:
    page = scriptless.new_page()
    page.goto(stage.at.shop)
    page.goto(f"{stage.at.shop}/sett")
    expect(page.locator('[data-tracker="ads"] tbody')).to_contain_text("/px.gif?e=noscript")
