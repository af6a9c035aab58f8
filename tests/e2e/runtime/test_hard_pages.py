# SPDX-License-Identifier: Apache-2.0
"""Pages that make it hard: what the page sees of the guards, and pages that guard themselves."""

from collections.abc import Callable

from tests.e2e.runtime.conftest import ADS, COUNT, SHOP, Shop

Opened = Callable[..., Shop]


def test_what_is_held_reads_back_as_it_was_set(open_shop: Opened) -> None:
    shop = open_shop(f'<script id="s" src="{ADS}/a"></script>')
    read = "[s.src, s.getAttribute('src'), s.hasAttribute('src'), i.src, i.getAttribute('srcset')]"
    made = f"var i = new Image(); i.src = '{ADS}/b'; i.srcset = '{ADS}/c 2x'; {read}"
    assert shop.run(made) == [f"{ADS}/a", f"{ADS}/a", True, f"{ADS}/b", f"{ADS}/c 2x"]
    shop.run(f"i.src = '{SHOP}/eget'")
    shop.grant()
    assert shop.run("i.src") == f"{SHOP}/eget"


def test_a_refused_request_fails_as_it_does_without_a_network(open_shop: Opened) -> None:
    shop = open_shop()
    told = shop.run(
        f"""new Promise((done) => {{ const x = new XMLHttpRequest();
        x.onloadend = () => done([x.status, x.readyState]);
        x.open('GET', '{ADS}/x'); x.send() }})"""
    )
    failed = f"fetch('{ADS}/x').then(() => '', ({{name}}) => name)"
    assert (told, shop.run(failed), shop.asked) == ([0, 4], "TypeError", [])


def test_written_markup_is_held_also_in_pieces(open_shop: Opened) -> None:
    shop = open_shop(
        f"""<script>document.write('<scr' + 'ipt src="{ADS}/a'); document.write('"></scr' + 'ipt>')
        </script><p id="p">x</p>"""
    )
    assert (shop.asked, shop.page.locator("#p").count()) == ([], 1)
    shop.grant()
    assert shop.ran == ["a"]


def test_the_text_behind_a_held_script_stays_as_it_was(open_shop: Opened) -> None:
    tag = f'<script src="{ADS}/a"></script>'
    shop = open_shop(f"<p>a{tag}5 epler</p><p>b{tag}{tag} c</p><p>d{tag}<b>e</b></p>")
    read = "[...document.querySelectorAll('p')].map((p) => p.textContent)"
    assert shop.run(read) == ["a5 epler", "b c", "de"]


def test_a_frozen_native_makes_the_policy_strict_and_a_grant_a_new_page(open_shop: Opened) -> None:
    shop = open_shop(
        f'<script src="{ADS}/a"></script><script>new Image().src = "{COUNT}/b"</script>',
        before="<script>Object.freeze(HTMLImageElement.prototype)</script>",
    )
    assert shop.asked == []
    shop.grant()
    assert (shop.ran, shop.loads) == (["a"], 2)


def test_a_second_snippet_changes_nothing(open_shop: Opened) -> None:
    again = '<script src="https://samtykke.example/k/butikken.js"></script>'
    shop = open_shop(f'{again}<script src="{ADS}/a"></script>')
    shop.grant()
    assert (shop.ran, shop.loads) == (["a"], 1)


def test_a_page_with_a_strict_policy_of_its_own(open_shop: Opened) -> None:
    policy = "script-src 'nonce-hei' 'strict-dynamic'; require-trusted-types-for 'script'"
    shop = open_shop(
        f'<script nonce="hei" src="{ADS}/a"></script> <img src="{ADS}/b">', policy=policy
    )
    assert shop.asked == []
    shop.grant()
    assert (shop.ran, sorted(shop.asked)) == (["a"], ["annonse.example/a", "annonse.example/b"])
