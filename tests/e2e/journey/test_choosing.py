# SPDX-License-Identifier: Apache-2.0
"""The answer: what it lets happen, where it is kept, and how it is shown and changed."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from playwright.sync_api import Page, expect

from cmp.demo.hosting import serve
from tests.e2e.journey.conftest import (
    OPTIONAL,
    PAGES,
    Demo,
    Visitor,
    choice_of,
    eventually,
    fetch,
    kept_records,
    record_of,
)
from tests.e2e.journey.test_before import buy

FIRST_PARTY = {"_dm_uid", "_dm_ad"}


def switch(page: Page, kind: str, name: str) -> Any:
    """The switch of a category or service in the dialog."""
    return page.locator(f"dialog [part=switch][data-{kind}={name}]")


def unfold(page: Page) -> None:
    """Open every fold of the dialog."""
    page.locator("dialog[open]").wait_for()
    for fold in page.locator("dialog summary").all():
        fold.click()


def customise(visitor: Visitor, *services: str) -> Page:
    """Grant just these services through the second layer."""
    page = visitor.page
    page.locator("kvitt-banner [part=customise]").click()
    unfold(page)
    for service in services:
        switch(page, "service", service).check()
    visitor.answer("save")
    return page


def test_accepting_lets_every_tracker_hear(demo: Demo, visitor: Visitor) -> None:
    visitor.goto()
    visitor.answer("accept")
    assert {"analytics", "ads", "fonts"} <= set(demo.heard())
    for path in PAGES:
        visitor.goto(path)
    buy(visitor)
    assert set(demo.heard()) == {*OPTIONAL, "payment"}
    assert set(visitor.cookies()) >= FIRST_PARTY
    assert {"da_id", "dm_id", "dv_player"} <= set(visitor.cookies())


def test_a_frame_that_was_stopped_plays_after_the_answer(demo: Demo, visitor: Visitor) -> None:
    visitor.goto("/vare/ullvotter")
    visitor.answer("accept")
    assert eventually(lambda: "/player.js" in demo.heard().get("video", []))


def test_accepting_is_kept_in_cookie_and_database(demo: Demo, visitor: Visitor) -> None:
    before = len(kept_records(demo))
    visitor.goto()
    visitor.answer("accept")
    cookie = visitor.cookies()["kvitt"]
    assert (cookie["path"], cookie["sameSite"], cookie["secure"]) == ("/", "Lax", True)
    assert choice_of(visitor)[4] == "1111"
    record = record_of(visitor)
    assert record["event"]["method"] == "accept_all"
    assert record["event"]["state"] == "given"
    assert "denied" not in record["decision"]["services"].values()
    assert len(kept_records(demo)) == before + 1


def test_the_receipt_comes_back_signed_over_the_choice(demo: Demo, visitor: Visitor) -> None:
    page = visitor.goto()
    with page.expect_response(lambda r: r.url.endswith("/decisions")) as sent:
        page.locator("kvitt-banner [part=reject]").click()
    answer = sent.value.json()
    [key] = fetch(f"{demo.platform}/.well-known/jwks.json")["keys"]
    signed, _, signature = answer["receipt"].rpartition(".")
    Ed25519PublicKey.from_public_bytes(_bytes(key["x"])).verify(_bytes(signature), signed.encode())
    assert eventually(lambda: choice_of(visitor)[-1] == answer["record_id"])
    assert page.evaluate("kvitt.receipt()") == answer["receipt"]
    page.reload()
    assert page.evaluate("kvitt.receipt()") == answer["receipt"]
    address = f"{demo.platform}/v1/receipts/{answer['record_id']}"
    assert fetch(address, "application/jwt") == answer["receipt"]


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_rejecting_is_kept_as_a_decision(visitor: Visitor) -> None:
    visitor.goto()
    visitor.answer("reject")
    record = record_of(visitor)
    assert (record["event"]["method"], record["event"]["state"]) == ("reject_all", "refused")
    assert set(record["decision"]["services"].values()) <= {"denied", "exempt"}


def test_what_the_browser_showed_is_in_the_record(visitor: Visitor) -> None:
    page = visitor.goto()
    page.wait_for_timeout(300)
    with page.expect_request(lambda r: r.url.endswith("/decisions")) as sent:
        visitor.answer("reject")
    shown, ui = sent.value.post_data_json["ui"], record_of(visitor)["ui"]
    assert ui["text_sha256"] == shown["text_sha256"]
    assert ui["checks"] == {"area_ok": True, "reject_in_viewport": True}


def test_one_service_alone_is_let_in_here_and_on_every_page(demo: Demo, visitor: Visitor) -> None:
    visitor.goto()
    customise(visitor, "demo-annonse")
    for path in PAGES:
        expect(visitor.goto(path).locator("kvitt-banner button")).to_have_count(0)
    buy(visitor)
    assert set(demo.heard()) == {"ads", "payment"}
    assert set(visitor.cookies()) == {"kvitt", "_dm_ad", "da_id", "shop_session", "db_session"}
    record = record_of(visitor)
    assert record["event"]["method"] == "save_custom"
    granted = {s for s, a in record["decision"]["services"].items() if a == "granted"}
    assert granted == {"demo-annonse"}


def test_the_dialog_is_closed_without_an_answer_and_nothing_is_stored(
    demo: Demo, visitor: Visitor
) -> None:
    page = visitor.goto()
    page.locator("kvitt-banner [part=customise]").click()
    switch(page, "category", "marketing").check()
    page.keyboard.press("Escape")
    expect(page.locator("kvitt-banner [part=accept]:visible")).to_have_count(1)
    assert visitor.cookies() == {}
    assert demo.heard() == {}


def test_the_footer_opens_the_dialog_with_what_is_stored(visitor: Visitor) -> None:
    visitor.goto()
    customise(visitor, "demo-video", "demo-analyse")
    page = visitor.goto("/om")
    page.locator("footer [data-kvitt=open]").click()
    expect(page.locator("dialog[open]")).to_be_visible()
    on = page.locator("dialog input:checked").evaluate_all("(all) => all.map((b) => b.value)")
    assert on == ["demo-video", "analytics", "demo-analyse"]
    receipt = page.locator("dialog [part=receipt]")
    expect(receipt).to_have_attribute(
        "href", f"{visitor.demo.platform}/v1/receipts/{choice_of(visitor)[-1]}"
    )


def test_a_second_answer_follows_the_first_in_the_same_chain(visitor: Visitor) -> None:
    visitor.goto()
    visitor.answer("reject")
    first = record_of(visitor)
    page = visitor.goto("/om")
    page.locator("footer [data-kvitt=open]").click()
    visitor.answer("accept")
    second = record_of(visitor)
    assert second["prev"] == first["record_id"]
    assert second["subject"]["key"] == first["subject"]["key"]
    assert page.evaluate("kvitt.consent.recordId") == second["record_id"]


@pytest.fixture
def slow_page(demo: Demo) -> Iterator[tuple[str, Event]]:
    """A page with the shop's snippet whose tag stands below a script of its own that takes time."""
    head = re.search(r"<head>\n(.*?)\n", fetch(f"{demo.shop}/", "text/html"))
    assert head is not None
    pixel = f"{demo.facts['trackers']['ads']}/px.gif?e=late"
    body = f'{head[1]}<title>Treg</title><h1>Treg</h1><script src="/slow.js"></script>'
    go, app = Event(), Flask("slow")
    app.add_url_rule("/", "page", lambda: f'<html lang="nb">{body}<img src="{pixel}" alt="">')
    app.add_url_rule("/slow.js", "slow", lambda: "0" if go.wait(30) else "1")
    server = serve({"slow": (app, 0)})
    yield f"http://slow.localhost:{server.ports['slow']}/", go
    go.set()
    server.stop()


def test_who_answers_while_the_page_still_comes_gets_all_of_it(
    demo: Demo, visitor: Visitor, slow_page: tuple[str, Event]
) -> None:
    """The tag is stopped by the policy that the page began with: the page must come again."""
    address, go = slow_page
    visitor.page.goto(address, wait_until="commit")
    visitor.page.locator("kvitt-banner [part=accept]").click()
    visitor.page.wait_for_timeout(500)
    assert demo.heard() == {}
    go.set()
    assert eventually(lambda: "ads" in demo.heard())


def test_a_page_calls_the_product_by_name(demo: Demo, visitor: Visitor) -> None:
    page = visitor.goto()
    page.evaluate(
        """() => {
          window.heard = [];
          for (const name of ["decision", "withdrawn"]) {
            kvitt.on(name, (seen) => heard.push([name, seen.status]));
            document.addEventListener(`kvitt:${name}`, () => heard.push([`document ${name}`]));
          }
        }"""
    )
    # In one go: a moment later the page may load again.
    allowed, heard = page.evaluate(
        """() => {
          kvitt.save({ categories: { functional: "granted" } });
          const names = ["functional", "demo-video", "necessary", "marketing", "nobody"];
          return [names.map((name) => kvitt.allows(name)), heard];
        }"""
    )
    assert allowed == [True, True, True, False, False]
    assert heard == [["decision", "given"], ["document decision"]]
    visitor.settle()
    assert set(demo.heard()) == {"fonts"}


def test_the_page_hears_that_the_banner_is_shown(visitor: Visitor) -> None:
    visitor.context.add_init_script(
        "window.shown = []; document.addEventListener('kvitt:shown', (e) => shown.push(e.detail))"
    )
    page = visitor.goto()
    expect(page.locator("kvitt-banner [part=accept]")).to_be_visible()
    assert page.evaluate("shown.length") == 1
