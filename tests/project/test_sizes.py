# SPDX-License-Identifier: Apache-2.0
"""The size budgets of what visitors load fail the build."""

import pytest

from bench.sizes import BUDGETS, Size, measure


@pytest.fixture(scope="module")
def measured() -> dict[str, dict[str, Size]]:
    """By language, the sizes that the budgets name."""
    return measure()


@pytest.mark.parametrize("what", BUDGETS)
def test_what_a_visitor_of_the_demo_is_sent_keeps_to_its_budget(
    measured: dict[str, dict[str, Size]], what: str
) -> None:
    for lang, sizes in measured.items():
        assert sizes[what].brotli <= BUDGETS[what], lang
