# SPDX-License-Identifier: Apache-2.0
"""Proofs out of the leaves on disk: hashes of subtrees, the self-contained proof of a record."""

from base64 import b64encode
from collections.abc import Iterable, Iterator

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from cmp.ledger.models import Checkpoint, Leaf, Record
from cmp.proof.inclusion import inclusion_proof
from cmp.proof.leaf import leaf_entry
from cmp.proof.merkle import leaf_hash, node_hash
from cmp.proof.tlog_proof import tlog_proof

__all__ = ["record_proof", "subtree_hashes"]


def _leaf_hashes(session: Session, log_id: int, first: int, count: int) -> Iterator[bytes]:
    rows = session.execute(
        select(Leaf.kind, Leaf.period, Leaf.digest)
        .where(Leaf.log_id == log_id, Leaf.leaf_index.between(first, first + count - 1))
        .order_by(Leaf.leaf_index)
        .execution_options(yield_per=10_000)
    )
    return (leaf_hash(leaf_entry(row.kind, row.period, row.digest)) for row in rows)


def _fold(hashes: Iterable[bytes]) -> list[bytes]:
    pairs = iter(hashes)
    return [node_hash(left, right) for left, right in zip(pairs, pairs, strict=True)]


def subtree_hashes(
    session: Session, log_id: int, level: int, first: int, count: int
) -> list[bytes]:
    """Return the hashes of `count` perfect subtrees of 2^level leaves each, from number `first`.

    All their leaves must be on disk.
    """
    width = 1 << level
    found: list[bytes] = []
    for number in range(first, first + count):
        hashes = list(_leaf_hashes(session, log_id, number * width, width))
        while len(hashes) > 1:
            hashes = _fold(hashes)
        found += hashes
    return found


def record_proof(session: Session, record_id: str) -> str | None:
    """Return the tlog-proof of a record under the newest checkpoint, None if none covers it yet.

    The record must exist. Self-contained: it holds record and salt beside the proof.
    """
    record = session.get_one(Record, record_id)
    note = session.scalar(
        select(Checkpoint)
        .where(Checkpoint.log_id == record.log_id, Checkpoint.size > record.leaf_index)
        .order_by(Checkpoint.size.desc())
        .limit(1)
    )
    if note is None:
        return None
    path = inclusion_proof(
        record.leaf_index,
        note.size,
        lambda level, number: subtree_hashes(session, record.log_id, level, number, 1)[0],
    )
    extra = {
        "record": msgspec.json.decode(record.body),
        "salt": b64encode(record.salt).decode(),
    }
    return tlog_proof(record.leaf_index, path, note.note, extra)
