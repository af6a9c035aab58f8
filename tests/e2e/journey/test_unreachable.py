# SPDX-License-Identifier: Apache-2.0
"""The platform cannot be reached: the choice holds, and is sent later, once."""

import json
from typing import Any

from playwright.sync_api import Route, expect

from tests.e2e.journey.conftest import (
    Demo,
    Visitor,
    choice_of,
    eventually,
    kept_records,
    record_of,
)

DECISIONS = "**/v1/sites/*/decisions"


def test_a_choice_that_cannot_be_sent_holds_and_is_sent_later_with_the_same_key(
    demo: Demo, visitor: Visitor
) -> None:
    before, tried = len(kept_records(demo)), []

    def refuse(route: Route) -> None:
        tried.append(json.loads(route.request.post_data or ""))
        route.abort()

    visitor.context.route(DECISIONS, refuse)
    page = visitor.goto()
    page.locator("kvitt-banner [part=reject]").click()
    visitor.settle()
    assert choice_of(visitor)[-1] == ""
    expect(visitor.goto("/om").locator("kvitt-banner button")).to_have_count(0)
    assert len(kept_records(demo)) == before
    visitor.context.unroute_all()
    with page.expect_request(DECISIONS) as sent:
        visitor.goto("/personvern")
    assert len(tried) >= 2
    assert all(body == sent.value.post_data_json for body in tried)
    assert eventually(lambda: choice_of(visitor)[-1] != "")
    assert len(kept_records(demo)) == before + 1
    assert visitor.stored() == []
    assert demo.heard() == {}


def test_an_acceptance_that_cannot_be_sent_holds_as_well(demo: Demo, visitor: Visitor) -> None:
    visitor.context.route(DECISIONS, lambda route: route.abort())
    visitor.goto().locator("kvitt-banner [part=accept]").click()
    visitor.settle()
    assert "ads" in demo.heard()
    visitor.context.unroute_all()
    visitor.goto()
    assert eventually(lambda: choice_of(visitor)[-1] != "")
    assert record_of(visitor)["event"]["method"] == "accept_all"


def test_a_newer_answer_takes_the_place_of_one_that_never_arrived(
    demo: Demo, visitor: Visitor
) -> None:
    before = len(kept_records(demo))
    visitor.context.route(DECISIONS, lambda route: route.abort())
    page = visitor.goto()
    page.locator("kvitt-banner [part=reject]").click()
    visitor.settle()
    page.locator("footer [data-kvitt=open]").click()
    page.locator("dialog [part=accept]").click()
    visitor.settle()
    visitor.context.unroute_all()
    visitor.goto("/om")
    assert eventually(lambda: choice_of(visitor)[-1] != "")
    assert [r["event"]["method"] for r in kept_records(demo)[before:]] == ["accept_all"]


def test_an_answer_that_was_stored_but_never_heard_back_is_stored_once(
    demo: Demo, visitor: Visitor
) -> None:
    before = len(kept_records(demo))

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    visitor.context.route(DECISIONS, lose)
    page = visitor.goto()
    page.locator("kvitt-banner [part=reject]").click()
    assert eventually(lambda: len(kept_records(demo)) == before + 1)
    assert choice_of(visitor)[-1] == ""
    visitor.settle()
    visitor.context.unroute_all()
    visitor.goto("/om")
    assert eventually(lambda: choice_of(visitor)[-1] != "")
    assert len(kept_records(demo)) == before + 1


def test_the_old_receipt_is_not_shown_for_a_new_answer(visitor: Visitor) -> None:
    page = visitor.goto()
    visitor.answer("reject")
    assert page.evaluate("kvitt.receipt()")
    visitor.context.route(DECISIONS, lambda route: route.abort())
    said: Any = page.evaluate(
        """() => {
          kvitt.save({ services: { "demo-formidling": "granted" } });
          return kvitt.receipt().catch((fault) => fault.message);
        }"""
    )
    assert said == "There is no receipt yet."


def test_a_page_that_cannot_store_still_sends_the_answer(demo: Demo, visitor: Visitor) -> None:
    before = len(kept_records(demo))
    visitor.context.add_init_script(
        """for (const area of ["localStorage", "sessionStorage"])
          Object.defineProperty(window, area, {
            get() { throw new DOMException("", "SecurityError") },
          })"""
    )
    visitor.goto()
    visitor.answer("reject")
    assert eventually(lambda: len(kept_records(demo)) == before + 1)
    expect(visitor.goto("/om").locator("kvitt-banner button")).to_have_count(0)
    assert demo.heard() == {}
