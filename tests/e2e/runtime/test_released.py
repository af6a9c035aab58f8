# SPDX-License-Identifier: Apache-2.0
"""After a grant: what was held runs, once, as its author wrote it, on the page as it stands."""

from collections.abc import Callable

import pytest

from tests.e2e.runtime.conftest import ADS, COUNT, FILM, PAY, STRANGER, Shop

Opened = Callable[..., Shop]


def test_without_the_snippet_everybody_is_asked(open_shop: Opened) -> None:
    shop = open_shop(f'<script src="{ADS}/a"></script><img src="{COUNT}/b">', guarded=False)
    assert sorted(shop.asked) == ["annonse.example/a", "teller.example/b"]


def test_held_scripts_run_once_in_their_order_without_a_new_page(open_shop: Opened) -> None:
    held = (f"{ADS}/sen", f"{COUNT}/1", f"{ADS}/2", f"{COUNT}/3")
    tags = "".join(f'<script src="{address}"></script>' for address in held)
    shop = open_shop(tags + f'<script src="{PAY}/betal"></script>')
    assert (shop.asked, shop.ran) == (["betaling.example/betal"], ["betal"])
    shop.grant()
    assert shop.ran == ["betal", "sen", "1", "2", "3"]
    shop.grant()
    assert (shop.ran, shop.loads) == (["betal", "sen", "1", "2", "3"], 1)


def test_deferred_scripts_and_modules_run_too(open_shop: Opened) -> None:
    shop = open_shop(
        head=f'<script defer src="{ADS}/sen"></script>'
        f'<script type="module" src="{ADS}/m"></script><script async src="{COUNT}/straks"></script>'
    )
    assert shop.asked == []
    shop.grant()
    assert shop.ran == ["straks", "sen", "module"]


def test_a_script_that_a_script_made_keeps_its_listeners(open_shop: Opened) -> None:
    shop = open_shop(
        f"""<script>var s = document.createElement('script');
        s.onload = () => ran.push('hentet'); s.src = '{ADS}/a'; document.head.append(s)</script>"""
    )
    assert shop.asked == []
    shop.grant()
    assert shop.ran == ["a", "hentet"]


def test_only_what_was_granted_is_let_loose(open_shop: Opened) -> None:
    shop = open_shop(f'<script src="{ADS}/a"></script><script src="{COUNT}/t"></script>')
    shop.grant("analytics")
    assert (shop.ran, shop.asked, shop.loads) == (["t"], ["teller.example/t"], 1)


@pytest.mark.parametrize(
    "code",
    [
        "new Image().src = '{}/x'",
        "fetch('{}/x', {{mode: 'no-cors'}}).catch(() => 0)",
        "navigator.sendBeacon('{}/x')",
        "void document.body.insertAdjacentHTML('beforeend', '<img src=\"{}/x\">')",
        "document.body.style.backgroundImage = 'url({}/x)'",
        "document.body.append(document.createElement('iframe'));new frames[0].Image().src='{}/x'",
    ],
)
def test_a_call_is_held_and_after_the_grant_it_passes(open_shop: Opened, code: str) -> None:
    shop = open_shop()
    shop.run(code.format(ADS))
    assert shop.asked == []
    shop.grant()
    shop.run(code.format(ADS + "/y"))
    assert "annonse.example/y/x" in shop.asked
    assert shop.loads == 1


def test_an_image_in_the_page_comes_with_the_grant(open_shop: Opened) -> None:
    shop = open_shop(f'<p style="background:url({ADS}/b)">x</p><img srcset="{ADS}/a 1x">')
    assert shop.asked == []
    shop.grant("marketing")
    assert (sorted(shop.asked), shop.loads) == (["annonse.example/a", "annonse.example/b"], 1)


def test_a_frame_is_the_policys_and_comes_with_a_new_page(open_shop: Opened) -> None:
    shop = open_shop(f'<section><iframe src="{FILM}/f"></iframe></section>')
    assert shop.asked == []
    shop.grant()
    assert (shop.asked, shop.loads) == (["film.example/f"], 2)
    assert shop.page.locator("section iframe").count() == 1


def test_what_nobody_declared_never_comes(open_shop: Opened) -> None:
    shop = open_shop(f'<script src="{STRANGER}/a"></script><img src="{STRANGER}/b">')
    shop.grant()
    shop.run(f"fetch('{STRANGER}/c').catch(() => 0)")
    assert (shop.asked, shop.loads) == ([], 1)


def test_listeners_of_events_that_have_passed_are_called(open_shop: Opened) -> None:
    shop = open_shop(f'<script src="{ADS}/a"></script>')
    shop.page.route(
        f"{ADS}/a",
        lambda route: route.fulfill(
            content_type="text/javascript",
            body="window.ran = []; addEventListener('load', ({type}) => ran.push(type));"
            "document.addEventListener('DOMContentLoaded', {handleEvent: (e) => ran.push(e.type)})",
        ),
    )
    shop.grant()
    assert sorted(shop.ran) == ["DOMContentLoaded", "load"]


def test_a_withdrawal_loads_the_page_again_and_holds_anew(open_shop: Opened) -> None:
    shop = open_shop(f'<script src="{ADS}/a"></script>')
    shop.grant()
    shop.asked.clear()
    shop.run("kvitt.withdraw()")
    assert (shop.loads, shop.asked, shop.ran) == (2, [], [])
