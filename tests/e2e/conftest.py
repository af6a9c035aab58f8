# SPDX-License-Identifier: Apache-2.0
"""The one browser of every test that drives one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The desktop browser last: Debian's refuses third-party cookies, and the canary then fails.
NAMES = ("chromium-headless-shell", "chromium", "google-chrome")


def find_chromium(playwright: Playwright) -> str:
    """Return the browser's program: the one named, Playwright's own, or one on the path.

    Where there is none, Playwright is asked to install its own. Raises RuntimeError if it cannot.
    """
    own = playwright.chromium.executable_path
    named = os.environ.get("KVITT_CHROMIUM") or (own if Path(own).exists() else "")
    found = named or next(filter(None, map(shutil.which, NAMES)), "")
    if found:
        return found
    sys.stderr.write("No Chromium found: running `playwright install chromium` …\n")
    done = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if done.returncode or not Path(own).exists():
        raise RuntimeError("no browser: apt-get install chromium-headless-shell, or KVITT_CHROMIUM")
    return own


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser of which nothing is known yet."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(playwright), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def browser(chromium: Browser) -> Browser:
    """The browser for pages on which nobody is tracked."""
    return chromium
