# SPDX-License-Identifier: Apache-2.0
"""The control: without a consent platform every tag of the shop gets through.

Any test that shows something blocked counts only because these pass in the same browser.
"""

from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.demo_shop.conftest import Stage


def settle(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_load_state("networkidle")


def jar(visitor: BrowserContext) -> dict[str, Any]:
    return {cookie["name"]: cookie for cookie in visitor.cookies()}


def paths(stage: Stage, kind: str) -> set[str]:
    return {sighting.path for sighting in stage.logs[kind].sightings()}


def test_canary_third_party_cookies_are_kept_and_sent_across_sites(
    stage: Stage, page: Page
) -> None:
    """If this fails, the browser blocks by itself and proves nothing about consent."""
    sites = []
    page.on("request", lambda r: sites.append((r.url, r.all_headers().get("sec-fetch-site"))))
    settle(page, stage.at.shop)
    settle(page, stage.at.shop)
    ads = stage.logs["ads"].sightings()
    assert not ads[0].cookies
    assert ads[-1].cookies.get("da_id")
    assert ads[-1].referrer == stage.at.shop
    told = {site for url, site in sites if url.startswith(stage.at.trackers["ads"])}
    assert told == {"cross-site"}


def test_a_front_page_view_reaches_analytics_ads_and_fonts(stage: Stage, page: Page) -> None:
    settle(page, stage.at.shop)
    assert {"/dm.js", "/collect"} <= paths(stage, "analytics")
    assert {"/px.js", "/px.gif"} <= paths(stage, "ads")
    assert {"/css", "/s/bricolage-grotesque.woff2"} <= paths(stage, "fonts")
    assert page.evaluate("document.fonts.check('1rem \"Bricolage Grotesque\"')")
    quiet = {kind for kind, heard in stage.heard().items() if not heard}
    assert quiet == {"video", "affiliate", "payment", "suggestions", "chat"}


def test_the_pixel_comes_by_script_by_image_and_without_script(
    stage: Stage, page: Page, scriptless: BrowserContext
) -> None:
    settle(page, stage.at.shop)
    settle(scriptless.new_page(), stage.at.shop)
    kinds = {s.query.split("&")[0] for s in stage.logs["ads"].sightings() if s.path == "/px.gif"}
    assert kinds == {"e=script", "e=image", "e=noscript"}


def test_the_first_party_trackers_stay_in_the_shops_own_jar(
    stage: Stage, page: Page, visitor: BrowserContext
) -> None:
    settle(page, f"{stage.at.shop}/vare/brunost")
    found = jar(visitor)
    assert found["_dm_uid"]["domain"] == found["_dm_ad"]["domain"] == "shop.localhost"
    year = 365 * 86_400
    now = page.evaluate("Date.now() / 1000")
    assert found["_dm_uid"]["expires"] - now > year
    assert found["_ds_taste"]["path"] == "/vare"
    assert page.evaluate("localStorage.getItem('_ds_seen')") == '["brunost"]'
    assert page.evaluate("sessionStorage.getItem('_dm_visit')")


def test_every_collected_view_carries_the_same_visitor(stage: Stage, page: Page) -> None:
    settle(page, stage.at.shop)
    settle(page, f"{stage.at.shop}/vare/eplemost")
    views = [s.query for s in stage.logs["analytics"].sightings() if "e=view" in s.query]
    assert len(views) == 2
    assert len({query.split("uid=")[1].split("&")[0] for query in views}) == 1


def test_the_video_frame_plays_and_stores_on_its_own_origin(
    stage: Stage, page: Page, visitor: BrowserContext
) -> None:
    settle(page, f"{stage.at.shop}/nn/vare/ullvotter")
    assert jar(visitor)["dv_player"]["domain"] == "video.localhost"
    frame = page.frame(url=f"{stage.at.trackers['video']}/**")
    assert frame is not None
    frame.get_by_role("button", name="Spel av").click()
    expect(frame.get_by_role("button", name="Pause")).to_be_visible()
    assert frame.evaluate("localStorage.getItem('dv_volume')") == "0.8"


def test_suggestions_follow_what_was_looked_at(stage: Stage, page: Page) -> None:
    heading = page.locator("#flere")
    settle(page, f"{stage.at.shop}/vare/brunost")
    expect(heading).to_have_text("Flere varer")
    settle(page, f"{stage.at.shop}/vare/bjorkebolle")
    expect(heading).to_contain_text("Valgt for deg")
    first = page.locator("[data-suggestions] > li:visible").first
    expect(first).to_have_attribute("data-slug", "brunost")


def test_the_chat_opens_on_the_about_page(stage: Stage, page: Page) -> None:
    settle(page, f"{stage.at.shop}/om")
    page.get_by_text("Spør oss").click()
    expect(page.get_by_text("Her sitter det ingen")).to_be_visible()
    assert paths(stage, "chat") == {"/prat.js", "/hei"}
