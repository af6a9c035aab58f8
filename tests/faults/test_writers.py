# SPDX-License-Identifier: Apache-2.0
"""Several processes append to one log at once: one dense order, one edge."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, select

from cmp.clock import now
from cmp.ledger.keys import KeyStore
from cmp.ledger.models import Checkpoint, Leaf, Log
from cmp.ledger.reading import fresh_checkpoint
from cmp.proof.checkpoint import checkpoint_text
from cmp.proof.leaf import leaf_entry
from cmp.proof.merkle import Frontier, leaf_hash
from cmp.settings import Settings
from cmp.sites.models import Notice
from tests.factories import SITE, decision
from tests.faults.conftest import Child, Start
from tests.stored import half_stored

EACH = 120


@pytest.mark.parametrize("processes", [2, 3])
def test_writers(
    processes: int, start: Start, notice: Notice, engine: Engine, settings: Settings
) -> None:
    children = [start("never") for _ in range(processes)]
    shared = decision(notice)
    for child in children:
        # Every process is also sent one decision that the others are sent.
        child.send(*(decision(notice) for _ in range(EACH)), shared)
    with ThreadPoolExecutor(processes) as pool:
        ended = list(pool.map(Child.end, children))
    assert [code for code, _ in ended] == [0] * processes
    answers = {a["idempotency_key"]: a for _, acknowledged in ended for a in acknowledged}
    count = processes * EACH + 1
    assert sorted(answer["index"] for answer in answers.values()) == list(range(2, count + 2))
    for _, acknowledged in ended:
        same = [a for a in acknowledged if a["idempotency_key"] == shared["idempotency_key"]]
        assert same == [answers[shared["idempotency_key"]]]
    assert half_stored(engine) == []
    check_checkpoints(engine, settings)


def check_checkpoints(engine: Engine, settings: Settings) -> None:
    """Each checkpoint that any of the processes signed is the root of the first leaves."""
    fresh_checkpoint(engine, SITE, now().year, keys=KeyStore(settings.key_dir), at=now())
    with engine.connect() as connection:
        origin = connection.scalar(select(Log.origin)) or ""
        leaves = connection.execute(select(Leaf).order_by(Leaf.leaf_index)).all()
        notes = dict(connection.execute(select(Checkpoint.size, Checkpoint.note)).all())
    assert max(notes) == len(leaves)
    for size, note in notes.items():
        first = leaves[:size]
        edge = Frontier().extend(leaf_hash(leaf_entry(x.kind, x.period, x.digest)) for x in first)
        assert note.startswith(checkpoint_text(origin, size, edge.root()))
