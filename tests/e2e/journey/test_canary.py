# SPDX-License-Identifier: Apache-2.0
"""Silence proves something only in a browser that lets third parties track."""

from playwright.sync_api import Browser

from tests.e2e.journey.conftest import Demo, track


def test_third_party_cookies_and_storage_work_in_this_browser(
    demo: Demo, chromium: Browser
) -> None:
    assert track(demo, chromium) == []
    assert set(demo.heard()) == {"ads", "video"}
