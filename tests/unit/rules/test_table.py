# SPDX-License-Identifier: Apache-2.0
"""The edge's decision table: the policy is the notice's, addresses are what browsers read."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmp.errors import Malformed
from cmp.rules.compile import NECESSARY
from cmp.rules.csp import policy_for, snippet, source_matches, source_of
from cmp.rules.table import edge_table, read_table

BASE = "https://consent.example.no"
HOSTS = st.sampled_from(["a.example.com", "*.b.example.com", "c.example.com", "d.test:8443"])
PATHS = st.sampled_from(["e.example.com/f/*", "*/pixel", "a.example.com/g;h,i", "c.example.com/j"])


@st.composite
def notices(draw: st.DrawFn) -> dict[str, Any]:
    """Notices with a handful of services over two categories and the exempt one."""
    services = [
        {
            "id": f"s{place}",
            "purpose": draw(st.sampled_from(["necessary", "analytics", "marketing"])),
            "hosts": draw(st.lists(HOSTS, max_size=3)),
            "paths": draw(st.lists(PATHS, max_size=2)),
        }
        for place in range(draw(st.integers(0, 5)))
    ]
    return {
        "site": "butikk",
        "material_sha256": "0" * 64,
        "purposes": [
            {"id": "necessary", "exempt": True},
            {"id": "analytics", "exempt": False},
            {"id": "marketing", "exempt": False},
        ],
        "services": services,
        "storage": [],
    }


@given(notices(), st.data())
def test_the_policy_is_that_of_the_notice(notice: dict[str, Any], data: st.DataObject) -> None:
    table = read_table(edge_table(notice, BASE).as_json())
    assert table == edge_table(notice, BASE)
    granted = tuple(data.draw(st.booleans()) for _ in notice["services"])
    permission = table.refusal("www.example.no")
    chosen = type(permission)(table, "www.example.no", granted)
    named = [s["id"] for s, yes in zip(notice["services"], granted, strict=True) if yes]
    assert chosen.policy == policy_for(notice, BASE, named)
    assert permission.policy == policy_for(notice, BASE, ())
    assert ";" not in chosen.policy
    assert "," not in chosen.policy


def _table(*hosts: str, category: int = NECESSARY) -> Any:
    document = {
        "schema": "kvitt-edge/1",
        "site": "butikk",
        "base": BASE,
        "material": "0" * 16,
        "categories": ["analytics"],
        "rules": [["s", category, list(hosts), ["_s_*"]]],
    }
    return read_table(json.dumps(document))


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("/a", True),
        ("a?b=https://other.example", True),
        ("#x", True),
        ("", True),
        ("https://pay.example/", True),
        ("HTTPS://PAY.EXAMPLE", True),
        ("https://pay.example?x", True),
        ("//pay.example:443/a", True),
        (" \n https://pay.ex\tample/", True),
        ("https://pay.example:444/", False),
        ("http://pay.example:80/", True),
        ("https://sub.wide.example/", True),
        ("https://wide.example/", False),
        ("https://xwide.example/", False),
        ("https://dir.example/d/a.js", True),
        ("https://dir.example/d", False),
        ("https://dir.example/d/../e", False),
        ("https://dir.example/d/%2E%2e/e", False),
        ("https://www.example.no/x", True),
        ("http://www.example.no/x", True),
        ("https://consent.example.no/k/butikk.js", True),
        ("data:text/css,a", True),
        ("blob:https://x/y", True),
        ("https://other.example/", False),
        ("https:/pay.example/", False),
        ("https:pay.example/", False),
        ("https:\\\\pay.example/", False),
        ("\\\\other.example/", False),
        ("/\\other.example/", False),
        ("///other.example/", False),
        ("https://pay.example@other.example/", False),
        ("https://pay.example\\@other.example/", False),
        ("https://pay.example./", False),
        ("https://pay%2eexample/", False),
        ("https://pay。example/", False),
        ("https://[::1]/", False),
        ("ftp://pay.example/", False),
        ("wss://pay.example/", True),
    ],
)
def test_addresses_as_browsers_read_them(url: str, may: bool) -> None:
    table = _table("pay.example", "*.wide.example", "dir.example/d/")
    assert table.refusal("www.example.no").may_load(url) is may


@given(st.text())
def test_no_address_raises(url: str) -> None:
    assert _table("pay.example").refusal("www.example.no").may_load(url) in (True, False)


def test_a_declared_name_waits_for_one_who_may_use_it() -> None:
    refused = _table(category=0).refusal("")
    assert [refused.may_store(name) for name in ("_s_1", "_s", "other")] == [False, True, True]
    assert _table().refusal("").may_store("_s_1")


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"schema":"kvitt-edge/2"}', "1e999"])
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(Malformed, match="edge table"):
        read_table(text)


@pytest.mark.parametrize(
    ("pattern", "source"),
    [
        ("a.example/b/*", "a.example/b/"),
        ("a.example/b*", "a.example/"),
        ("a.example/b/c.js", "a.example/b/c.js"),
        ("a.example/b;c,d", "a.example/b%3Bc%2Cd"),
        ('a.example/$"b\\c', "a.example/%24%22b%5Cc"),
        ("*/b", ""),
    ],
)
def test_a_source_is_one_word_of_one_directive(pattern: str, source: str) -> None:
    assert source_of(pattern) == source


def test_a_source_covers_what_a_browser_says_it_covers() -> None:
    assert source_matches("a.example/b/", "a.example", "/b/c")
    assert not source_matches("a.example/b", "a.example", "/b/c")
    assert not source_matches("*.a.example", "a.example", "/")


def test_each_mode_has_its_snippet() -> None:
    notice = {"site": "butikk", "purposes": [], "services": []}
    script = '<script src="https://consent.example.no/k/butikk.js"></script>'
    empty = '<meta http-equiv="Content-Security-Policy" content="">'
    assert snippet(notice, BASE, "edge") == script
    assert snippet(notice, BASE, "strict").startswith(f"{script}<meta ")
    assert snippet(notice, BASE, "runtime") == empty + snippet(notice, BASE, "strict")
    assert snippet(notice, BASE, "strict").endswith("<!-- -->")
