# SPDX-License-Identifier: Apache-2.0
"""What the server really sends a visitor, packed, with the demo's rules and texts inside.

The budgets hold for the demo's usual ports; here the ports have a digit more, which stands in every
address.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Request, expect

from bench.sizes import BUDGETS
from tests.e2e.journey.conftest import Demo, Visitor

DIGITS = 80
BLOCKING, FIRST_LAYER, EVERYTHING = (budget + DIGITS for budget in BUDGETS.values())


@pytest.mark.parametrize("prefix", ["", "/nn", "/en"])
def test_every_part_keeps_to_its_ceiling(
    demo: Demo, newcomer: Callable[..., Visitor], prefix: str
) -> None:
    visitor, sent = newcomer(), []
    page = visitor.page

    def note(request: Request) -> None:
        if request.url.startswith(demo.platform):
            answer = request.response()
            assert answer is not None
            assert answer.headers["content-encoding"] == "br"
            sent.append(request.sizes()["responseBodySize"])

    page.on("requestfinished", note)
    visitor.goto(f"{prefix}/")
    expect(page.locator("kvitt-banner [part=accept]")).to_be_visible()
    assert len(sent) == 2
    assert sent[0] <= BLOCKING
    assert sum(sent) <= FIRST_LAYER
    page.locator("kvitt-banner [part=customise]").click()
    page.locator("dialog[open]").wait_for()
    assert len(sent) == 3
    assert sum(sent) <= EVERYTHING


def test_a_visitor_who_has_answered_is_sent_the_blocking_script_alone(
    demo: Demo, visitor: Visitor
) -> None:
    visitor.goto()
    visitor.answer("reject")
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.goto("/om")
    ours = [url for url in asked if url.startswith(demo.platform)]
    assert ours == [f"{demo.platform}/k/{demo.facts['site']}.js"]
