# SPDX-License-Identifier: Apache-2.0
"""The whole server dies under load, again and again: nothing acknowledged is lost."""

import os
import time
from collections.abc import Mapping
from threading import Event
from typing import Any

from sqlalchemy import Engine, select

from cmp.consent.receipt import kept_record, sign
from cmp.ledger.keys import KeyStore
from cmp.ledger.models import Record
from cmp.settings import Settings
from cmp.sites.models import Notice
from tests.factories import SITE
from tests.faults.server import Load, Server
from tests.stored import half_stored

ROUNDS = int(os.environ.get("KILL_ROUNDS", "10"))
LOAD_S = 0.4


def kept_keys(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.scalars(select(Record.idempotency_key)))


def other_receipts(
    engine: Engine, keys: KeyStore, acknowledged: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """The record ids whose receipt is no longer the one that was handed out."""
    with engine.connect() as connection:
        return [
            answer["record_id"]
            for answer in acknowledged.values()
            if sign(kept_record(connection, answer["record_id"])[0], site=SITE, keys=keys)
            != answer["receipt"]
        ]


def test_killed_under_load(notice: Notice, engine: Engine, settings: Settings) -> None:
    load = Load(notice)
    for _ in range(ROUNDS):
        already = len(load.acknowledged)
        with Server(settings) as server:
            stop = Event()
            browsers = load.begin(server.port, stop)
            time.sleep(LOAD_S)
            server.kill()
            stop.set()
            for browser in browsers:
                browser.join(60)
        assert len(load.acknowledged) > already
        assert load.acknowledged.keys() <= kept_keys(engine)
        assert half_stored(engine) == []

    # One more server answers whoever is still in doubt; then nothing is stored that nobody sent.
    with Server(settings) as server:
        stop = Event()
        browsers = load.begin(server.port, stop)
        time.sleep(1)
        stop.set()
        for browser in browsers:
            browser.join(60)
    assert load.problems == []
    assert load.doubtful == {}
    assert kept_keys(engine) == load.acknowledged.keys()
    assert half_stored(engine) == []
    assert other_receipts(engine, KeyStore(settings.key_dir), load.acknowledged) == []
