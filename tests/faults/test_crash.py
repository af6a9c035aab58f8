# SPDX-License-Identifier: Apache-2.0
"""The process dies at each point of the write path: whole, or not at all, and never twice."""

import json
import signal
from typing import Any

import pytest
from sqlalchemy import Engine, select

from cmp.clock import now
from cmp.consent.record import Caller
from cmp.consent.recorder import Recorder
from cmp.contract.decision import Stored, decode
from cmp.ledger.keys import KeyStore
from cmp.ledger.models import Log, Record
from cmp.ledger.reading import fresh_checkpoint
from cmp.proof.checkpoint import checkpoint_text
from cmp.proof.merkle import Frontier
from cmp.settings import Settings
from cmp.sites.models import Notice
from tests.factories import ORIGIN, SITE, decision
from tests.faults.child import POINTS, PUBLIC_URL
from tests.faults.conftest import Start
from tests.stored import half_stored

NOTHING_STORED = {
    "before-lock",
    "after-lock",
    "after-leaf-insert",
    "after-record-insert",
    "before-commit",
}
HEARD_OF = {"after-release-before-checkpoint", "after-signing-before-storing"}


def again(recorder: Recorder, sent: dict[str, Any]) -> tuple[Stored, bool]:
    return recorder.record(SITE, decode(json.dumps(sent).encode()), Caller(ORIGIN, ""))


@pytest.mark.parametrize("point", sorted(POINTS.keys() - {"never"}))
def test_killed_at(
    point: str, start: Start, notice: Notice, engine: Engine, settings: Settings
) -> None:
    before = [decision(notice, subject="A" * 22) for _ in range(3)]
    doomed = decision(notice, subject="A" * 22)
    child = start(point)
    child.send(*before, "die", doomed)
    code, acknowledged = child.end()
    assert code == -signal.SIGKILL
    sent = [*before, doomed] if point in HEARD_OF else before
    heard = {answer["idempotency_key"]: answer for answer in acknowledged}
    # The doomed one's answer may or may not have left the process before it died.
    assert {d["idempotency_key"] for d in before} <= heard.keys()
    assert heard.keys() <= {d["idempotency_key"] for d in sent}

    assert half_stored(engine) == []
    with engine.connect() as connection:
        kept = set(connection.scalars(select(Record.idempotency_key)))
    assert heard.keys() <= kept
    assert (doomed["idempotency_key"] in kept) == (point not in NOTHING_STORED)

    # Nobody repairs anything: the next process simply goes on.
    recorder = Recorder(engine, KeyStore(settings.key_dir), PUBLIC_URL, now)
    answers = {d["idempotency_key"]: again(recorder, d) for d in [*before, doomed]}
    recorder.stop()
    for key, answer in heard.items():
        assert answers[key][0].receipt == answer["receipt"]
        assert not answers[key][1]
    assert answers[doomed["idempotency_key"]][1] == (point in NOTHING_STORED)
    assert sorted(stored.index for stored, _ in answers.values()) == [2, 3, 4, 5]
    assert half_stored(engine) == []
    check_checkpoint(engine, settings)


def check_checkpoint(engine: Engine, settings: Settings) -> None:
    """The next checkpoint is that of the log as it is."""
    keys = KeyStore(settings.key_dir)
    note = fresh_checkpoint(engine, SITE, now().year, keys=keys, at=now())
    with engine.connect() as connection:
        edge = Frontier.from_bytes(connection.scalar(select(Log.frontier)) or b"")
    origin = note.splitlines()[0]
    assert note.startswith(checkpoint_text(origin, edge.size, edge.root()))
