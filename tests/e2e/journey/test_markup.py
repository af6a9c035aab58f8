# SPDX-License-Identifier: Apache-2.0
"""Elements of the page that wait for an answer, and elements that act on the product."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask, Response
from playwright.sync_api import expect

from cmp.demo.hosting import serve
from tests.e2e.journey.conftest import Demo, Visitor, choice_of, eventually, fetch

Serve = Callable[..., str]


@pytest.fixture
def serve_page(demo: Demo) -> Iterator[Serve]:
    """Serve a page with the shop's snippet whose body comes in the given pieces, slowly."""
    head = re.search(r"<head>\n(.*?)\n", fetch(f"{demo.shop}/", "text/html"))
    assert head is not None
    started = []

    def start(*pieces: str) -> str:
        def body() -> Iterator[str]:
            yield f'<!doctype html><html lang="nb"><head>{head[1]}<title>T</title></head><body>'
            for piece in pieces:
                yield piece
                time.sleep(0.3)

        app = Flask("page")
        app.add_url_rule("/", view_func=lambda: Response(body(), mimetype="text/html"))
        server = serve({"page": (app, 0)})
        started.append(server)
        return f"http://page.localhost:{server.ports['page']}/"

    yield start
    for server in started:
        server.stop()


def test_what_waits_is_let_loose_after_the_answer_and_not_before(
    demo: Demo, visitor: Visitor, serve_page: Serve
) -> None:
    ads, video = demo.facts["trackers"]["ads"], demo.facts["trackers"]["video"]
    address = serve_page(
        "<h1>T</h1>"
        '<script type="text/plain" data-consent="marketing">window.inline = 1</script>'
        f'<img data-consent-service="demo-annonse" data-src="{ads}/px.gif?e=waited" alt="">'
        f'<iframe title="V" data-consent="functional marketing" data-src="{video}/embed/strikking">'
        "</iframe>"
    )
    page = visitor.goto(address)
    assert page.evaluate("window.inline") is None
    assert demo.heard() == {}
    page.evaluate("kvitt.save({ categories: { marketing: 'granted' } })")
    assert eventually(lambda: "ads" in demo.heard())
    visitor.settle()
    assert page.evaluate("window.inline") == 1
    assert set(demo.heard()) == {"ads"}
    page.evaluate("kvitt.acceptAll()")
    assert eventually(lambda: "video" in demo.heard())


def test_a_waiting_script_that_comes_in_two_pieces_runs_whole(
    visitor: Visitor, serve_page: Serve
) -> None:
    address = serve_page(
        '<h1>T</h1><script type="text/plain" data-consent="marketing">'
        "window.ran = (window.ran || []).concat('start'); ",
        "window.ran.push('end');</script>",
        "<p>After</p>",
    )
    page = visitor.goto(address)
    page.evaluate("kvitt.acceptAll()")
    visitor.settle()
    visitor.goto(address)
    assert page.evaluate("window.ran") == ["start", "end"]


def test_waiting_scripts_of_an_answered_page_run_in_order(
    demo: Demo, visitor: Visitor, serve_page: Serve
) -> None:
    address = serve_page(
        "<h1>T</h1>",
        *(
            f'<script type="text/plain" data-consent="marketing" id="s{n}">'
            f"(window.ran ||= []).push({n}, document.currentScript.id)</script>"
            for n in range(3)
        ),
    )
    page = visitor.goto(address)
    page.evaluate("kvitt.acceptAll()")
    visitor.settle()
    visitor.goto(address)
    assert page.evaluate("window.ran") == [0, "s0", 1, "s1", 2, "s2"]


def test_calls_made_before_the_script_ran_are_made_up_for(
    visitor: Visitor, serve_page: Serve
) -> None:
    visitor.context.add_init_script("(window.kvittQueue ||= []).push(['open'])")
    page = visitor.goto(serve_page("<h1>T</h1>"))
    expect(page.locator("dialog[open]")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "answers"), [("accept", "1111"), ("reject", "0000"), ("withdraw", "0000")]
)
def test_elements_of_the_page_act(visitor: Visitor, name: str, answers: str) -> None:
    visitor.goto("/personvern")
    visitor.page.locator(f"main [data-kvitt={name}]").click()
    assert eventually(lambda: choice_of(visitor)[4:5] == [answers])
    visitor.settle()
    expect(visitor.page.locator("kvitt-banner button:visible")).to_have_count(0)


def test_the_receipt_opens_from_the_page(visitor: Visitor) -> None:
    page = visitor.goto("/personvern")
    visitor.answer("reject")
    with visitor.context.expect_page() as opened:
        page.locator("main [data-kvitt=receipt]").click()
    expect(opened.value.locator("h1")).to_have_text("Kvittering for valget ditt")
