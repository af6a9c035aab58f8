# SPDX-License-Identifier: Apache-2.0
"""Does a decision fit its notice, and which state follows."""

from dataclasses import replace
from typing import Any

import pytest

from cmp.consent.fit import check, state_of
from cmp.contract.decision import Decision
from cmp.errors import Conflict, Unprocessable
from tests.unit.consent.sample import decided, notice

NOTICE = notice()
GIVEN = {
    "method": "accept_all",
    "categories": {"analytics": "granted", "marketing": "granted"},
    "services": {"maling": "granted", "annonse": "granted"},
}
PARTLY = {"method": "save_custom", "services": {"maling": "granted", "annonse": "denied"}}


@pytest.mark.parametrize(
    "other",
    [
        {},
        GIVEN,
        PARTLY,
        {"lang": "nb-NO"},
        {"categories": {"analytics": "denied", "marketing": "denied", "necessary": "exempt"}},
        {"method": "withdraw_all"},
        {"method": "gpc"},
    ],
)
def test_what_fits(other: dict[str, Any]) -> None:
    check(decided(**other), NOTICE, NOTICE)


@pytest.mark.parametrize(
    ("other", "what"),
    [
        ({"categories": {"analytics": "denied"}}, "lacks marketing"),
        ({"services": {}}, "lacks annonse, maling"),
        ({"services": {"maling": "denied", "annonse": "denied", "x": "denied"}}, "not in the"),
        ({"categories": {"necessary": "denied"}}, "is necessary"),
        ({"categories": {"analytics": "exempt"}}, "needs a consent"),
        ({"lang": "fr"}, "not shown in fr"),
        ({"lang": "nn-NO"}, "not shown in nn-NO"),
        ({"method": "accept_all"}, "accept_all denies"),
        (GIVEN | {"method": "reject_all"}, "reject_all grants"),
        (GIVEN | {"method": "close_x"}, "close_x grants"),
        (PARTLY | {"method": "withdraw_all"}, "withdraw_all grants"),
    ],
)
def test_what_does_not_fit(other: dict[str, Any], what: str) -> None:
    with pytest.raises(Unprocessable, match=what):
        check(decided(**other), NOTICE, NOTICE)


def test_an_older_notice_counts_as_long_as_nothing_material_changed() -> None:
    newer = replace(NOTICE, sha256="e" * 64)
    check(decided(), NOTICE, newer)
    with pytest.raises(Conflict) as refused:
        check(decided(), NOTICE, replace(newer, material_sha256="f" * 64))
    assert refused.value.members == {"notice_sha256": "e" * 64}


@pytest.mark.parametrize(
    ("decision", "state"),
    [
        (decided(**GIVEN), "given"),
        (decided(), "refused"),
        (decided(**PARTLY), "partial"),
        (decided(method="withdraw_all"), "withdrawn"),
        (decided(method="withdraw_partial"), "withdrawn"),
        (decided(**PARTLY | {"method": "withdraw_partial"}), "partial"),
        (decided(method="gpc"), "refused"),
        (decided(categories={"necessary": "exempt"}, services={}), "refused"),
    ],
)
def test_the_state_that_follows(decision: Decision, state: str) -> None:
    assert state_of(decision) == state
