# SPDX-License-Identifier: Apache-2.0
"""Hints leave a page; every other byte stays."""

import itertools
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmp.rules.markup import HintFilter, Inlining, without_hints

HINT = '<link rel=preconnect href="https://tracker.example">'


def may_load(url: str) -> bool:
    """Everything but the tracker's host, and addresses that hide it."""
    return "tracker.example" not in url.lower() and "\\" not in url


def rewritten(page: str) -> str:
    """The page as it is sent on."""
    return without_hints(page.encode(), may_load).decode()


@pytest.mark.parametrize(
    "hint",
    [
        HINT,
        "<link rel='dns-prefetch' href='//tracker.example'>",
        "<LINK REL=PreConnect HREF=//TRACKER.example>",
        '<link href="https://tracker.example/a" rel="x prefetch">',
        '<link\nrel="preload"\tas=image\fhref="https://tracker.example/a.png" />',
        '<link rel=preload as=image imagesrcset="/a 1x, https://tracker.example/b 2x">',
        "<link rel=modulepreload href=https://tracker.example/m.js>",
        "<link rel=prerender href=https://tracker.example/>",
        '<link rel="shortcut icon" href=https://tracker.example/favicon.ico>',
        "<link rel=apple-touch-icon href=https://tracker.example/i.png>",
        "<link rel=manifest href=https://tracker.example/m.json>",
        "<link rel=search href=https://tracker.example/os.xml>",
        "<link rel=compression-dictionary href=https://tracker.example/d>",
        "<link rel=pre&#99;onnect href=&#x2f;/tracker&period;example>",
        "<link rel=preconnect href=https://tracker.example rel=canonical>",
        "<link =x rel=preconnect href=https://tracker.example>",
        "<link/rel='preconnect'/href=https://tracker.example>",
        "<link a='>' rel=preconnect href=https://tracker.example>",
        '<link rel = "preconnect" href = "https://tracker.example">',
        "<link rel=preconnect href=\\\\tracker.example>",
    ],
)
def test_a_hint_is_taken_out(hint: str) -> None:
    assert rewritten(f"<head>{hint}<title>Butikk</title>") == "<head><title>Butikk</title>"


@pytest.mark.parametrize(
    "before",
    [
        "<!-- x -->",
        "<!-->",
        "<!--->",
        "<!-- --!>",
        "<!-- <!-- -->",
        "<!doctype html>",
        "<!doctype html '>",
        "<?xml version='1.0'?>",
        "<![CDATA[ x >",
        "</ x>",
        "< b>",
        "a < b & c",
        "<a title='\"' href=x>",
        "<script>'<!--'</script>",
        "<script><!-- <script> </script> --></script>",
        "<script><!--></script>",
        "<script><!--><script></script>",
        "<title>a</title >",
        "<textarea><!-- </textarea>",
        "<style><!-- </style>",
        "<noscript><!-- </noscript>",
        "<svg><title>",
        "<svg><style><!-- --></svg>",
        "<svg><script/></svg>",
        "<svg><desc><p>",
        "<svg><![CDATA[ <a> ]]></svg>",
        "<svg><g></p>",
        "<svg></svg>",
        "<math><mi>",
        "<template>",
        "<svg><p><title>x</title>",
        "<svg/>",
        "<iframe></iframe>",
        "<plaintextx>",
    ],
)
def test_what_comes_before_does_not_hide_a_hint(before: str) -> None:
    assert rewritten(f"{before}{HINT}<p>") == f"{before}<p>"


@pytest.mark.parametrize(
    "page",
    [
        "<link rel=preconnect href=https://shop.example>",
        "<link rel=canonical href=https://tracker.example/a>",
        "<link rel=stylesheet href=https://tracker.example/a.css>",
        "<link rel='license author' href=//tracker.example>",
        "<a rel=prefetch href=//tracker.example>",
        f"<!-- {HINT} -->",
        f"<!-- {HINT}",
        f"<title>{HINT}</title>",
        f"<textarea>{HINT}</textarea>",
        f"<script>var a = '{HINT}'</script>",
        f"<script><!-- <script>{HINT}</script> {HINT} --></script>",
        f"<style>{HINT}</style>",
        f"<xmp>{HINT}</xmp>",
        f"<plaintext>{HINT}</plaintext>",
        f"<a title='{HINT}'>",
        f"<svg>{HINT}<style>{HINT}</style></svg>",
        f"<svg><![CDATA[ {HINT} ]]></svg>",
        f"<p {HINT[:-1]}",
        '<script type=speculationrules>{"prefetch":[{"urls":["/a"]}]}</script>',
        '<script type=speculationrules>{"prerender":[{"where":{"href_matches":"/p/*"}}]}</script>',
        '<script type="application/ld+json">{"url":"https://tracker.example/"}</script>',
        "<script src=https://tracker.example/a.js></script><img src=//tracker.example>",
        "<iframe srcdoc='<img src=//tracker.example>'></iframe>",
        "\ufeff<p>æøå</p>",
        "\r\n<p\r\n>\0</p>",
    ],
)
def test_what_is_no_hint_stays(page: str) -> None:
    assert rewritten(page) == page


def test_a_relative_hint_follows_the_base_of_the_page() -> None:
    hint, base = "<link rel=prefetch href=/a>", "<base href=https://tracker.example/>"
    assert rewritten(hint) == hint
    assert rewritten(base + hint) == base
    assert rewritten(f"<base target=x>{hint}") == f"<base target=x>{hint}"


@pytest.mark.parametrize(
    ("rules", "kept"),
    [
        ('{"prefetch":[{"urls":["https://tracker.example/","/a"]}]}', '["/a"]'),
        ('{"prerender":[{"source":"list","urls":["//tracker.example"]}]}', '"urls": []'),
        ('{"prefetch":[{"source":"document"}]}', '{"and": [{"href_matches": "/*"}]}'),
        (
            '{"prefetch":[{"where":{"href_matches":"https://*"}}]}',
            '{"and": [{"href_matches": "/*"}, {"href_matches": "https://*"}]}',
        ),
        ('{"prefetch":[{"where":{"or":[{"href_matches":"/a"},{"not":{}}]}}]}', '"and"'),
        ('{"prefetch":[{"where":{"href_matches":"//tracker.example/*"}}]}', '"and"'),
    ],
)
def test_speculation_rules_are_bound_to_what_is_allowed(rules: str, kept: str) -> None:
    page = rewritten(f"<script type=' SpeculationRules '>{rules}</script>")
    assert kept in page
    assert "urls" not in kept or "tracker" not in page


def test_rules_that_cannot_be_read_are_emptied() -> None:
    deep = "[" * 100_000
    for rules in ("{", "[1", deep, '{"a":' + "1" * 5000 + "}"):
        assert rewritten(f"<script type=speculationrules>{rules}</script>x").endswith(">x")
        assert rules not in rewritten(f"<script type=speculationrules>{rules}</script>")


def test_a_frame_written_in_an_attribute() -> None:
    page = f"<iframe a=1 srcdoc='<p>Blåbær &amp; r&oslash;mme</p>{HINT}&lt;hr&gt;' b></iframe>"
    assert rewritten(page) == (
        '<iframe a=1 srcdoc="&lt;p&gt;Blåbær &amp; r&#248;mme&lt;/p&gt;&lt;hr&gt;" b></iframe>'
    )


def test_without_scripts_a_page_loses_its_hints_too() -> None:
    assert rewritten(f"<noscript>{HINT}<p></noscript>") == "<noscript><p></noscript>"


SCRIPT = "https://consent.example.no/k/butikk.js"


def _inlined(page: str, *, only_with_nonce: bool = False) -> str:
    wanted = Inlining(SCRIPT, "/* guards */", only_with_nonce)
    rewriter = HintFilter(may_load, inlining=wanted)
    return (rewriter.feed(page.encode()) + rewriter.close()).decode()


def test_the_blocking_script_is_put_where_the_page_names_it() -> None:
    page = f"<head><script src='{SCRIPT}?v=1' nonce=a></script><script src=/a.js></script>"
    wanted = "<head><script  nonce=a>/* guards */</script><script src=/a.js></script>"
    assert _inlined(page) == _inlined(page, only_with_nonce=True) == wanted
    assert rewritten(page) == page


@pytest.mark.parametrize(
    "page",
    [
        f"<script src={SCRIPT}></script>",
        f"<!-- <script src={SCRIPT} nonce=a></script> -->",
        f"<script src={SCRIPT}x nonce=a></script>",
        f"<img src={SCRIPT} nonce=a>",
    ],
)
def test_a_page_with_a_policy_of_its_own_and_other_tags_keep_theirs(page: str) -> None:
    assert _inlined(page, only_with_nonce=True) == page


WORDS = (
    "< > </ / = ' \" <!-- --> --!> <![CDATA[ ]]> <link rel preconnect href //tracker.example <svg>"
    " <math> <title> </title> <script> </script> <style> </style> <textarea> <noscript> </noscript>"
    " <p> </p> <base <iframe srcdoc type=speculationrules &lt; &amp; <plaintext> <template> a"
)
PIECES = st.sampled_from([*WORDS.split(), " ", "\n", HINT])
SOUP = st.lists(PIECES, max_size=30).map("".join)


@given(st.binary(max_size=300))
def test_any_bytes_pass(page: bytes) -> None:
    assert without_hints(page, lambda _: True) == page


@given(SOUP)
@settings(max_examples=500)
def test_a_page_whose_hints_are_all_allowed_is_unchanged(page: str) -> None:
    assert without_hints(page.encode(), lambda _: True) == page.encode()


@given(SOUP)
def test_a_page_without_hints_is_unchanged_whatever_is_refused(page: str) -> None:
    page = re.sub("link|speculationrules|srcdoc", "p", page)
    assert without_hints(page.encode(), lambda _: False) == page.encode()


@given(SOUP, st.lists(st.integers(0, 200), max_size=6))
@settings(max_examples=500)
def test_pieces_give_what_the_whole_gives(page: str, cuts: list[int]) -> None:
    data = page.encode()
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    rewriter = HintFilter(may_load)
    said = b"".join(rewriter.feed(data[a:b]) for a, b in itertools.pairwise(places))
    assert said + rewriter.close() == without_hints(data, may_load)


def test_wherever_a_page_is_cut() -> None:
    parts = ["<!---->", "<!--->", "<!-- -- -->", "<svg><![CDATA[ > ]]></svg>", "a < b", "</ >"]
    parts += ["<title>x</title>", "<script><!-- <script></script> --></script>", "<p a='>'>"]
    data = HINT.join(["", *parts, ""]).encode()
    for cut in range(len(data)):
        rewriter = HintFilter(may_load)
        said = rewriter.feed(data[:cut]) + rewriter.feed(data[cut:]) + rewriter.close()
        assert said.decode() == "".join(parts), data[:cut]


@given(SOUP)
def test_a_second_time_there_is_nothing_to_take_out(page: str) -> None:
    once = without_hints(page.encode(), may_load)
    assert len(without_hints(once, may_load)) <= len(once)


@pytest.mark.parametrize(
    "unit", ["<", "<a ", "<!--", "<script>", "<a b='", "<svg>", "a=", "<link rel=x ", "</"]
)
def test_time_grows_with_length_alone(unit: str) -> None:
    page = (unit * 60_000).encode()
    started = time.process_time()
    without_hints(page, may_load)
    assert time.process_time() - started < 2
