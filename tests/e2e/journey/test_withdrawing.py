# SPDX-License-Identifier: Apache-2.0
"""Taking an answer back: trackers fall silent and what they stored is gone, in every tab."""

import pytest
from playwright.sync_api import expect

from tests.e2e.journey.conftest import OPTIONAL, PAGES, Demo, Visitor, record_of
from tests.e2e.journey.test_choosing import customise, switch, unfold

STORE = """
() => new Promise((done) => {
  localStorage.setItem("_ds_seen", "[]");
  sessionStorage.setItem("_dm_visit", "1");
  const asked = indexedDB.open("_ds_seen");
  asked.onsuccess = () => { asked.result.close(); done(); };
})"""


def withdraw(visitor: Visitor) -> None:
    """Open the dialog from the footer and take everything back."""
    visitor.page.locator("footer [data-kvitt=open]").click()
    visitor.answer("withdraw")


def test_withdrawing_silences_every_tracker(demo: Demo, visitor: Visitor) -> None:
    visitor.goto()
    visitor.answer("accept")
    visitor.goto("/vare/ullvotter")
    withdraw(visitor)
    demo.clear()
    for path in PAGES:
        visitor.goto(path)
    assert demo.heard() == {}
    assert record_of(visitor)["event"]["state"] == "withdrawn"


@pytest.mark.parametrize("host", ["shop.localhost", "www.shop.localhost"])
def test_withdrawing_erases_what_was_stored_on_the_site(
    demo: Demo, visitor: Visitor, host: str
) -> None:
    """On every path that pages link to, and on the parent domain; what is necessary stays."""
    shop = demo.shop.replace("shop.localhost", host)
    visitor.goto(f"{shop}/vare/ullvotter")
    visitor.page.locator("kvitt-banner [part=accept]").click()
    visitor.settle()
    visitor.page.evaluate(STORE)
    own = {"domain": host, "value": "1"}
    visitor.context.add_cookies(
        [
            {"name": "_dm_uid", "path": "/vare/brunost", **own},
            {"name": "_dm_ad", "path": "/hylle", **own},
            {"name": "_ds_taste", "path": "/vare/", **own},
            {"name": "_dm_ad", "path": "/", "domain": ".shop.localhost", "value": "1"},
            {"name": "shop_session", "path": "/", **own},
        ]
    )
    visitor.page.locator("footer [data-kvitt=open]").click()
    visitor.page.locator("dialog [part=withdraw]").click()
    visitor.settle()
    left = [c["name"] for c in visitor.context.cookies() if "shop" in str(c["domain"])]
    assert sorted(left) == ["kvitt", "shop_session"]
    assert [n for n in visitor.stored() if not n.startswith("kvitt")] == []
    assert visitor.page.evaluate("indexedDB.databases()") == []


def test_taking_one_service_back_leaves_the_others(demo: Demo, visitor: Visitor) -> None:
    visitor.goto()
    page = customise(visitor, "demo-annonse", "demo-analyse")
    assert set(demo.heard()) == {"ads", "analytics"}
    page.locator("footer [data-kvitt=open]").click()
    unfold(page)
    switch(page, "service", "demo-annonse").uncheck()
    visitor.answer("save")
    demo.clear()
    visitor.goto()
    assert set(demo.heard()) == {"analytics"}
    assert "_dm_ad" not in visitor.cookies()
    assert "_dm_uid" in visitor.cookies()
    assert record_of(visitor)["event"]["method"] == "withdraw_partial"


def test_another_tab_follows_an_acceptance_and_a_withdrawal(demo: Demo, visitor: Visitor) -> None:
    visitor.goto()
    other = visitor.new_page()
    visitor.goto("/om", other)
    expect(other.locator("kvitt-banner [part=accept]")).to_be_visible()
    visitor.answer("accept")
    expect(other.locator("kvitt-banner [part=accept]")).to_have_count(0)
    visitor.settle(other)
    assert "chat" in demo.heard()
    withdraw(visitor)
    visitor.settle(other)
    demo.clear()
    visitor.goto("/om", other)
    assert not set(demo.heard()) & set(OPTIONAL)


def test_a_page_from_the_back_forward_cache_follows(demo: Demo, visitor: Visitor) -> None:
    visitor.goto()
    visitor.answer("accept")
    page = visitor.goto("/om")
    withdraw(visitor)
    demo.clear()
    page.go_back()
    visitor.settle()
    assert not set(demo.heard()) & set(OPTIONAL)
    assert page.evaluate("kvitt.allows('marketing')") is False


def test_what_was_typed_survives_the_reload_after_an_answer(visitor: Visitor) -> None:
    page = visitor.goto("/vare/brunost")
    page.fill("#antall", "7")
    visitor.answer("accept")
    expect(page.locator("#antall")).to_have_value("7")
    assert [n for n in visitor.stored() if n == "kvitt.page"] == []
