# SPDX-License-Identifier: Apache-2.0
"""The real demo as its own process, a real browser, and judges outside both.

What happened is told by the trackers' logs, by the browser's cookie jar and by the database, never
by the script under test.
"""

import json
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cmp.demo.addresses import TRACKER_KINDS
from cmp.demo.hosting import LOOPBACK, serve

ROOT = Path(__file__).resolve().parents[3]
SECONDS_TO_START, SECONDS_TO_STOP = 90, 30
# Payment is necessary and may be called; the others need a consent.
OPTIONAL = tuple(kind for kind in TRACKER_KINDS if kind != "payment")
PAGES = ("/", "/hylle/verksted", "/vare/ullvotter", "/kurv", "/om", "/personvern", "/sett", "/nei")


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo: its process and what it printed."""

    process: subprocess.Popen[str]
    facts: Mapping[str, Any]

    @property
    def shop(self) -> str:
        """The shop's address without the closing slash."""
        return str(self.facts["shop"]).rstrip("/")

    @property
    def platform(self) -> str:
        """The platform's address."""
        return str(self.facts["platform"])

    def sightings(self) -> dict[str, list[dict[str, Any]]]:
        """What each tracker heard since the shop's `/sett` was last cleared."""
        return {kind: fetch(f"{url}/log.json") for kind, url in self.facts["trackers"].items()}

    def heard(self) -> dict[str, list[str]]:
        """The paths that each tracker was asked for; trackers that heard nothing are left out."""
        paths = {k: [one["path"] for one in seen] for k, seen in self.sightings().items()}
        return {kind: asked for kind, asked in paths.items() if asked}

    def clear(self) -> None:
        """Make every tracker forget."""
        request = urllib.request.Request(
            by_number(f"{self.shop}/sett"),
            method="POST",
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        urllib.request.urlopen(request, timeout=10).close()


def by_number(url: str) -> str:
    """The same address for programs: only browsers resolve names below `localhost`."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"{LOOPBACK}:{parts.port}").geturl()


def fetch(url: str, accept: str = "application/json") -> Any:
    """The decoded JSON at `url`, or its text where something else is accepted."""
    with urllib.request.urlopen(
        urllib.request.Request(by_number(url), headers={"Accept": accept}), timeout=10
    ) as answer:
        text = answer.read().decode()
    return json.loads(text) if accept == "application/json" else text


def free_base() -> int:
    """A port from which as many as the demo takes are free."""
    wanted = 2 + len(TRACKER_KINDS)
    for base in random.sample(range(11_000, 17_000, wanted), 500):
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


def start_demo(folder: Path) -> Demo:
    """Start the demo with its data in `folder`; return once it has printed its line."""
    command = [sys.executable, "-m", "cmp", "demo", "--json", "--port", str(free_base())]
    with (folder / "demo.err").open("w") as errors:
        process = subprocess.Popen(
            [*command, "--data", str(folder / "data")],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        process.wait(SECONDS_TO_STOP)
        raise AssertionError((folder / "demo.err").read_text("utf-8"))
    return Demo(process, json.loads(line))


def stop_demo(demo: Demo) -> int:
    """Send SIGTERM; return the exit code. One that does not stop is killed, and fails."""
    demo.process.send_signal(signal.SIGTERM)
    try:
        return demo.process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        demo.process.kill()
        raise
    finally:
        if demo.process.stdout is not None:
            demo.process.stdout.close()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo that most tests share; it must stop cleanly at the end."""
    demo = start_demo(tmp_path_factory.mktemp("demo"))
    yield demo
    assert stop_demo(demo) == 0
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(by_number(demo.shop), timeout=5)


@pytest.fixture
def demo(running: Demo) -> Demo:
    """The demo with trackers that have heard nothing."""
    running.clear()
    return running


@pytest.fixture(scope="session")
def browser(running: Demo, chromium: Browser) -> Browser:
    """A browser that has shown that it lets third parties track: else silence proves nothing."""
    assert track(running, chromium) == []
    return chromium


def track(demo: Demo, browser: Browser) -> list[str]:
    """Let a page without any banner call the trackers; return what did not work (nothing)."""
    trackers = demo.facts["trackers"]
    markup = (
        f'<img src="{trackers["ads"]}/px.gif?e=canary">'
        f'<iframe src="{trackers["video"]}/embed/strikking"></iframe>'
    )
    app = Flask("canary")
    app.add_url_rule("/", view_func=lambda: markup)
    server = serve({"canary": (app, 0)})
    context = browser.new_context()
    try:
        page = context.new_page()
        for _ in range(2):
            page.goto(f"http://canary.localhost:{server.ports['canary']}/")
            page.wait_for_load_state("networkidle")
        frame = page.frame(url=f"{trackers['video']}/**")
        sent = {name for one in demo.sightings()["ads"] for name in one["cookies"]}
        kept = {cookie["name"] for cookie in context.cookies()}
        stored = frame.evaluate("localStorage.getItem('dv_volume')") if frame else None
    finally:
        context.close()
        server.stop()
    return [
        *([] if "da_id" in sent else ["a third-party cookie was not sent back"]),
        *([] if {"da_id", "dv_player"} <= kept else ["a third-party cookie was not kept"]),
        *([] if stored == "0.8" else ["a third-party frame could not store"]),
    ]


@dataclass(slots=True)
class Visitor:
    """Somebody with a browser of their own. Errors on any page are noted in `faults`."""

    demo: Demo
    context: BrowserContext
    page: Page
    faults: list[str] = field(default_factory=list)

    def goto(self, path: str = "/", page: Page | None = None) -> Page:
        """Open a page of the shop and wait until the network is quiet."""
        at = page or self.page
        at.goto(path if "://" in path else self.demo.shop + path, wait_until="networkidle")
        return at

    def new_page(self) -> Page:
        """Another tab of the same visitor."""
        page = self.context.new_page()
        self.watch(page)
        return page

    def watch(self, page: Page) -> None:
        """Note every uncaught error of `page`."""
        page.on("pageerror", lambda fault: self.faults.append(f"{page.url}: {fault}"))

    def answer(self, part: str, page: Page | None = None) -> None:
        """Press a button of the banner or dialog, and wait until the platform has stored it."""
        at, before = page or self.page, choice_of(self)[-1:]
        at.locator(f"kvitt-banner [part={part}]:visible").click()
        assert eventually(lambda: choice_of(self)[-1:] not in ([], [""], before))
        expect(at.locator("kvitt-banner [part=accept]:visible")).to_have_count(0)
        self.settle(at)

    def settle(self, page: Page | None = None) -> None:
        """Wait until what follows from an answer, a reload included, is over."""
        at = page or self.page
        at.wait_for_timeout(500)
        at.wait_for_load_state("networkidle")

    def cookies(self) -> dict[str, Mapping[str, Any]]:
        """The whole jar by name."""
        return {cookie["name"]: cookie for cookie in self.context.cookies()}

    def stored(self, page: Page | None = None) -> list[str]:
        """Names in local and session storage of the shop, read through a frame of its own."""
        names: list[str] = (page or self.page).evaluate(
            """() => {
              const frame = document.body.appendChild(document.createElement("iframe"));
              const { localStorage: local, sessionStorage: session } = frame.contentWindow;
              const names = [...Object.keys(local), ...Object.keys(session)];
              frame.remove();
              return names.sort();
            }"""
        )
        return names


@pytest.fixture
def newcomer(demo: Demo, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Make visitors with empty jars; keywords go to the browser context."""
    made: list[Visitor] = []

    def make(**given: Any) -> Visitor:
        context = browser.new_context(**({"locale": "nb-NO"} | given))
        context.set_default_timeout(15_000)
        visitor = Visitor(demo, context, context.new_page())
        visitor.watch(visitor.page)
        made.append(visitor)
        return visitor

    yield make
    for visitor in made:
        visitor.context.close()
    assert [fault for visitor in made for fault in visitor.faults] == []


@pytest.fixture
def visitor(newcomer: Callable[..., Visitor]) -> Visitor:
    """Somebody who has never been here."""
    return newcomer()


def choice_of(visitor: Visitor) -> list[str]:
    """The members of the cookie `kvitt`, outermost first; empty without one."""
    cookie = visitor.cookies().get("kvitt")
    return str(cookie["value"]).split(".") if cookie else []


def eventually(holds: Callable[[], bool], seconds: float = 10) -> bool:
    """Whether `holds` comes true within that many seconds."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def kept_records(demo: Demo) -> list[dict[str, Any]]:
    """Every record in the demo's database, oldest first."""
    database = Path(str(demo.facts["data_dir"])) / "kvitt.db"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = connection.execute("select body from record order by log_id, leaf_index")
        return [json.loads(body) for (body,) in rows]


def record_of(visitor: Visitor) -> dict[str, Any]:
    """The record that the visitor's cookie names, as the database has it."""
    record_id = choice_of(visitor)[-1]
    return next(one for one in kept_records(visitor.demo) if one["record_id"] == record_id)
