# SPDX-License-Identifier: Apache-2.0
"""Policies against the vectors that the banner's tests read as well."""

import json
from pathlib import Path
from typing import Any

import pytest

from cmp.rules.csp import policy_for, snippet, sources, static_policy

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parents[2] / "vectors" / "policies.json").read_text("utf-8")
)
NOTICE = {
    "site": "butikken",
    "purposes": [
        {"id": name, "exempt": name == "necessary"}
        for name in ("necessary", "functional", "analytics", "marketing")
    ],
    "services": VECTORS["services"],
}


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["why"])
def test_the_policy_follows_from_the_grant(case: dict[str, Any]) -> None:
    assert policy_for(NOTICE, VECTORS["base"], case["allowed"]) == case["policy"]


@pytest.mark.parametrize("service", VECTORS["services"], ids=lambda service: service["id"])
def test_the_vectors_name_the_sources_of_each_service(service: dict[str, Any]) -> None:
    assert " ".join(sources(service)) == service["sources"]


def test_the_static_policy_is_the_one_of_a_visitor_who_granted_nothing() -> None:
    assert static_policy(NOTICE, VECTORS["base"]) == VECTORS["cases"][0]["policy"]


def test_the_snippet_is_script_policy_and_empty_comment_in_that_order() -> None:
    text = snippet(NOTICE, VECTORS["base"], "strict")
    script, policy = text.index("<script"), text.index("<meta")
    assert script < policy < text.index("<!-- -->") == len(text) - len("<!-- -->")
    assert f'content="{VECTORS["cases"][0]["policy"]}"' in text
