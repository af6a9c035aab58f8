# SPDX-License-Identifier: Apache-2.0
"""Appending: dense indexes, an edge that belongs to the leaves, years that are chained."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from cmp.errors import EnvironmentFault
from cmp.ledger.append import NewLeaf, append, lock_head
from cmp.ledger.checkpoints import publish
from cmp.ledger.keys import KeyStore
from cmp.ledger.models import Checkpoint, Leaf, Log, PublicBody
from cmp.proof.leaf import leaf_entry
from cmp.proof.merkle import Frontier, leaf_hash
from cmp.store.transaction import write_transaction

AT = datetime(2026, 11, 24, tzinfo=UTC)
URL = "https://consent.example.no"


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "keys")


def add(engine: Engine, keys: KeyStore, count: int, at: datetime = AT) -> int:
    with write_transaction(engine) as connection:
        head = lock_head(connection, "butikk", at=at, public_url=URL, keys=keys)
        leaves = [NewLeaf("consent", "2026-11", bytes([n % 256]) * 32) for n in range(count)]
        head = append(connection, head, leaves)
    return head.log_id


def add_and_fail(engine: Engine, keys: KeyStore) -> None:
    with write_transaction(engine) as connection:
        head = lock_head(connection, "butikk", at=AT, public_url=URL, keys=keys)
        append(connection, head, [NewLeaf("consent", "2026-11", b"x" * 32)])
        raise ZeroDivisionError


def test_a_new_log_begins_with_its_genesis(engine: Engine, keys: KeyStore) -> None:
    add(engine, keys, 1)
    with engine.connect() as connection:
        kinds = connection.scalars(select(Leaf.kind).order_by(Leaf.leaf_index)).all()
        body = json.loads(connection.scalar(select(PublicBody.body)) or "")
    assert kinds == ["genesis", "consent"]
    assert body == {
        "kind": "genesis",
        "origin": "consent.example.no/cmp/butikk/2026",
        "prev": None,
        "schema": "cmp-log/v1",
    }


def test_the_edge_on_disk_belongs_to_the_leaves_on_disk(engine: Engine, keys: KeyStore) -> None:
    for count in (1, 7, 300, 2):
        add(engine, keys, count)
    with engine.connect() as connection:
        rows = connection.execute(select(Leaf).order_by(Leaf.leaf_index)).all()
        log = connection.execute(select(Log)).one()
    assert [row.leaf_index for row in rows] == list(range(311))
    edge = Frontier().extend(leaf_hash(leaf_entry(r.kind, r.period, r.digest)) for r in rows)
    assert Frontier.from_bytes(log.frontier).root() == edge.root()
    assert log.size == 311


def test_a_failed_transaction_leaves_nothing(engine: Engine, keys: KeyStore) -> None:
    add(engine, keys, 3)
    with pytest.raises(ZeroDivisionError):
        add_and_fail(engine, keys)
    with engine.connect() as connection:
        assert connection.scalar(select(Log.size)) == 4
        assert len(connection.execute(select(Leaf)).all()) == 4


def test_a_new_year_is_chained_to_the_last(engine: Engine, keys: KeyStore) -> None:
    old = add(engine, keys, 2)
    add(engine, keys, 1, AT.replace(year=2027))
    with engine.connect() as connection:
        kinds = connection.execute(
            select(Leaf.log_id, Leaf.kind).order_by(Leaf.log_id, Leaf.leaf_index)
        ).all()
        sealed = connection.execute(select(Log).where(Log.log_id == old)).one()
        note = connection.execute(select(Checkpoint).where(Checkpoint.log_id == old)).one()
        bodies = connection.scalars(select(PublicBody.body).order_by(PublicBody.log_id)).all()
    assert [kind for log, kind in kinds if log == old] == ["genesis", "consent", "consent", "seal"]
    assert [kind for log, kind in kinds if log != old] == ["genesis", "consent"]
    assert sealed.sealed_at is not None
    genesis = json.loads(bodies[-1])
    assert genesis["prev"] == {
        "origin": "consent.example.no/cmp/butikk/2026",
        "size": 4,
        "root": note.root.hex(),
        "checkpoint_sha256": hashlib.sha256(note.note.encode()).hexdigest(),
    }


def test_a_checkpoint_is_signed_once_for_each_size(engine: Engine, keys: KeyStore) -> None:
    log = add(engine, keys, 2)
    assert publish(engine, log, keys=keys, at=AT)
    assert publish(engine, log, keys=keys, at=AT) is None
    add(engine, keys, 1)
    assert "\n4\n" in (publish(engine, log, keys=keys, at=AT) or "")


def test_a_smaller_or_other_tree_is_never_signed(engine: Engine, keys: KeyStore) -> None:
    log = add(engine, keys, 5)
    publish(engine, log, keys=keys, at=AT)
    for edge in (Frontier().extend([b"a" * 32]), Frontier().extend([b"a" * 32] * 6)):
        with write_transaction(engine) as connection:
            connection.execute(
                Log.__table__.update().values(size=edge.size, frontier=edge.to_bytes())
            )
        with pytest.raises(EnvironmentFault, match="signed"):
            publish(engine, log, keys=keys, at=AT)
