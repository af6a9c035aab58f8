# SPDX-License-Identifier: Apache-2.0
"""What is kept of a User-Agent: a class and a family, never the header."""

import pytest

from cmp.consent.device import LONGEST_AGENT, device_of

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)
IPAD = (
    "Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
TV = "Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 SamsungBrowser/4.0 TV Safari"


@pytest.mark.parametrize(
    ("agent", "kind"),
    [(IPHONE, "phone"), (IPAD, "tablet"), (FIREFOX, "desktop"), (TV, "tv"), ("", "unknown")],
)
def test_the_class(agent: str, kind: str) -> None:
    assert device_of(agent).kind == kind


def test_the_family_has_the_major_version_only() -> None:
    assert device_of(FIREFOX).family == "Firefox/143"
    assert device_of("no browser").family is None


@pytest.mark.parametrize("agent", ["\0" * 5, "\ud800", "😀/1.0", "x" * 100_000, FIREFOX * 1000])
def test_whatever_is_sent_has_a_short_answer(agent: str) -> None:
    family = device_of(agent).family or ""
    assert family.isascii()
    assert len(family) <= LONGEST_AGENT
