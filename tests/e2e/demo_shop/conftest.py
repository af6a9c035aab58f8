# SPDX-License-Identifier: Apache-2.0
"""The demo shop on real ports, and a real browser. No consent platform takes part."""

import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from cmp.demo.addresses import TRACKER_KINDS, Addresses, addresses
from cmp.demo.hosting import LOOPBACK, serve
from cmp.demo.shop import create_shop
from cmp.demo.tracker_log import TrackerLog
from cmp.demo.trackers import create_tracker


@dataclass(frozen=True, slots=True)
class Stage:
    """A shop without a consent platform, and what its third parties heard."""

    at: Addresses
    logs: Mapping[str, TrackerLog]

    def heard(self) -> dict[str, int]:
        """How many requests reached each third party.

        Farewells do not count: the page of an earlier test may send its last one late.
        """
        return {
            kind: sum("e=leave" not in sighting.query for sighting in log.sightings())
            for kind, log in self.logs.items()
        }


def _free_base() -> int:
    """A port from which as many as the demo takes are free."""
    wanted = 2 + len(TRACKER_KINDS)
    for base in range(18_700, 28_700, wanted):
        opened: list[socket.socket] = []
        try:
            opened.extend(socket.create_server((LOOPBACK, base + n)) for n in range(wanted))
        except OSError:
            continue
        finally:
            for one in opened:
                one.close()
        return base
    raise AssertionError("no ten free ports in a row on loopback")


@pytest.fixture(scope="session")
def _running() -> Iterator[Stage]:
    at = addresses(_free_base())
    logs = {kind: TrackerLog() for kind in TRACKER_KINDS}
    shop = create_shop(
        snippet="", platform=at.platform, trackers=at.trackers, site="demobutikken", logs=logs
    )
    apps = {"shop": (shop, at.ports["shop"])}
    for kind, base in at.trackers.items():
        apps[kind] = (create_tracker(kind, base=base, log=logs[kind]), at.ports[kind])
    running = serve(apps)
    yield Stage(at, logs)
    running.stop()


@pytest.fixture
def stage(_running: Stage) -> Stage:
    """The stage with empty logs."""
    for log in _running.logs.values():
        log.clear()
    return _running


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor with an empty cookie jar."""
    context = browser.new_context(locale="nb-NO")
    yield context
    context.close()


@pytest.fixture
def scriptless(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor who runs no JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    yield context
    context.close()


@pytest.fixture
def page(visitor: BrowserContext) -> Iterator[Page]:
    """A page on which any script error fails the test."""
    page = visitor.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    yield page
    assert faults == []
