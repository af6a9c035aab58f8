# SPDX-License-Identifier: Apache-2.0
"""Patterns against the vectors that the banner's tests read as well."""

import json
from pathlib import Path
from typing import Any

import pytest

from cmp.rules.csp import sources
from cmp.rules.pattern import name_matches, url_matches

VECTORS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).resolve().parents[2] / "vectors" / "patterns.json").read_text("utf-8")
)


def _why(vector: dict[str, Any]) -> str:
    return str(vector["why"])


@pytest.mark.parametrize("vector", VECTORS["names"], ids=_why)
def test_a_name_fits_or_not(vector: dict[str, Any]) -> None:
    assert name_matches(vector["pattern"], vector["name"]) is vector["fits"]


@pytest.mark.parametrize("vector", VECTORS["urls"], ids=_why)
def test_an_address_fits_or_not(vector: dict[str, Any]) -> None:
    assert url_matches(vector["pattern"], vector["url"]) is vector["fits"]


@pytest.mark.parametrize("vector", VECTORS["urls"], ids=_why)
def test_the_vectors_name_the_sources_of_the_pattern(vector: dict[str, Any]) -> None:
    kind = "paths" if "/" in vector["pattern"] else "hosts"
    service = {"hosts": [], "paths": []} | {kind: [vector["pattern"]]}
    assert sources(service) == vector["sources"]
