# SPDX-License-Identifier: Apache-2.0
"""Starts everything a person needs to see the product work: platform, shop, third parties."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import msgspec
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from cmp import clock
from cmp.accounts.models import User
from cmp.accounts.verbs import create_user, one_time_password
from cmp.catalog.verbs import add_item, add_service
from cmp.demo.addresses import TRACKER_KINDS, Addresses, addresses
from cmp.demo.hosting import Running, serve
from cmp.demo.shop import create_shop
from cmp.demo.site import SITE_KEY, demo_site
from cmp.demo.tracker_log import TrackerLog
from cmp.demo.trackers import create_tracker
from cmp.errors import EnvironmentFault
from cmp.ledger.keys import KeyStore
from cmp.rules.csp import snippet
from cmp.settings import Settings
from cmp.sites.models import Site
from cmp.sites.publish import find_site, notice_in_force, publish
from cmp.sites.verbs import add_site

__all__ = ["Demo", "prepare", "start"]

PEOPLE = {"marketing": "marketing@demo.localhost", "auditor": "auditor@demo.localhost"}
SECONDS_TO_START = 60
SECONDS_TO_STOP = 25


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that answers. `logins` holds e-mail and one-time password for each role."""

    at: Addresses
    logins: Mapping[str, Mapping[str, str]]
    data_dir: Path
    shop: Running
    platform: subprocess.Popen[bytes]

    def facts(self) -> dict[str, Any]:
        """Return what `--json` prints."""
        return {
            "shop": f"{self.at.shop}/",
            "platform": self.at.platform,
            "trackers": dict(self.at.trackers),
            "seen": f"{self.at.shop}/sett",
            "admin": f"{self.at.platform}/admin/",
            "audit": f"{self.at.platform}/audit/",
            "site": SITE_KEY,
            "logins": {role: dict(login) for role, login in self.logins.items()},
            "data_dir": str(self.data_dir),
        }

    def wait(self, ended: Event) -> None:
        """Wait until `ended` is set or the platform has stopped by itself."""
        while not ended.wait(0.5):
            if self.platform.poll() is not None:
                raise EnvironmentFault(
                    "The platform has stopped.", now="Its last lines above say why."
                )

    def stop(self) -> None:
        """Stop shop, third parties and platform; what was acknowledged is on disk."""
        self.shop.stop()
        self.platform.send_signal(signal.SIGTERM)
        try:
            self.platform.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.platform.kill()
            self.platform.wait()


def prepare(session: Session, given: Settings, port: int) -> dict[str, dict[str, str]]:
    """Make site, catalogue, notice and accounts of the demo where they are missing.

    Passwords of accounts that exist are replaced: each start prints logins that work. Must run in a
    write transaction.
    """
    if session.get(Site, SITE_KEY) is None:
        _fill(session, port)
    site = find_site(session, SITE_KEY)
    if notice_in_force(session, site) is None:
        publish(
            session,
            SITE_KEY,
            at=clock.now(),
            actor="demo",
            keys=KeyStore(given.key_dir),
            public_url=given.public_url,
        )
    return {role: _login(session, email, role) for role, email in PEOPLE.items()}


def _fill(session: Session, port: int) -> None:
    demo, at = demo_site(port), clock.now()
    add_site(session, demo.facts, at=at, actor="demo")
    for service, items in demo.services:
        row = add_service(session, SITE_KEY, service, at=at, actor="demo")
        for item in items:
            add_item(session, row, item, at=at, actor="demo")


def _login(session: Session, email: str, role: str) -> dict[str, str]:
    password = one_time_password()
    old = session.scalar(select(User).where(User.email == email))
    if old is not None:
        session.delete(old)
        session.flush()
    create_user(session, email, [role], password, at=clock.now(), must_change=False)
    return {"email": email, "password": password}


def start(
    given: Settings, port: int, logins: Mapping[str, Mapping[str, str]], paste: Callable[[], str]
) -> Demo:
    """Start all servers; return when each of them answers. `paste` gives the shop's snippet."""
    at = addresses(port)
    shop = serve(_apps(at, paste))
    platform = _platform(given, port)
    try:
        _await(f"http://127.0.0.1:{port}/readyz", platform)
    except EnvironmentFault:
        shop.stop()
        platform.kill()
        raise
    return Demo(at, logins, given.data_dir, shop, platform)


def site_snippet(engine: Engine, given: Settings) -> str:
    """Return what the shop pastes first into each head, from the notice in force."""
    with Session(engine) as session:
        site = find_site(session, SITE_KEY)
        notice = notice_in_force(session, site)
    if notice is None:
        raise AssertionError("the demo publishes a notice before it starts")
    body = msgspec.json.decode(notice.body)
    return snippet(body, given.public_url, body["mode"])


def _apps(at: Addresses, paste: Callable[[], str]) -> dict[str, tuple[Flask, int]]:
    logs = {kind: TrackerLog() for kind in TRACKER_KINDS}
    shop = create_shop(
        snippet=paste, platform=at.platform, trackers=at.trackers, site=SITE_KEY, logs=logs
    )
    apps = {"shop": (shop, at.ports["shop"])}
    for kind in TRACKER_KINDS:
        tracker = create_tracker(kind, base=at.trackers[kind], log=logs[kind])
        apps[kind] = (tracker, at.ports[kind])
    return apps


def _platform(given: Settings, port: int) -> subprocess.Popen[bytes]:
    """The production server as its own process, with the settings of this one."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("KVITT_")}
    environment |= {
        "KVITT_DATA_DIR": str(given.data_dir),
        "KVITT_PUBLIC_URL": given.public_url,
        "KVITT_DATABASE_URL": given.database_url.replace("+psycopg", ""),
    }
    command = [sys.executable, "-m", "cmp", "serve", "--port", str(port)]
    return subprocess.Popen(command, env=environment, stdout=sys.stderr)


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        if process.poll() is not None:
            raise EnvironmentFault("The platform did not start.", now="Its last lines say why.")
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own loopback address
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise EnvironmentFault(
        f"The platform did not answer within {SECONDS_TO_START} s.", now="Try again."
    )
