# SPDX-License-Identifier: Apache-2.0
"""What stands on disk: rows and heads, and whether the log belongs to the records."""

import json
from collections import Counter
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    ScalarSelect,
    Table,
    func,
    literal,
    select,
    union_all,
)

from cmp.ledger.models import Leaf, Log, NoticeLeaf, PublicBody, Record
from cmp.proof.commitment import commitment, public_hash
from cmp.proof.leaf import leaf_entry
from cmp.proof.merkle import Frontier, leaf_hash
from cmp.store.base import Base

__all__ = ["half_stored", "snapshot"]

# A checkpoint may be signed at any moment by a thread; it changes no record and no head.
LATER = {"checkpoint"}


def snapshot(engine: Engine) -> dict[str, Any]:
    """Return the number of rows of every table, and size and edge of every log."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in LATER]
    counts = union_all(*(select(literal(t.name), _count(t)) for t in tables))
    with engine.connect() as connection:
        heads = connection.execute(select(Log.origin, Log.size, Log.frontier, Log.sealed_at))
        return {
            "heads": sorted(tuple(row) for row in heads),
            **dict(connection.execute(counts).all()),
        }


def _count(table: Table) -> ScalarSelect[int]:
    return select(func.count()).select_from(table).scalar_subquery()


def half_stored(engine: Engine) -> list[str]:
    """Return what is only half there, one sentence each; an empty list for a whole database.

    Slow and plain on purpose: every log is rebuilt from its leaves.
    """
    with engine.connect() as connection:
        found = _records(connection)
        for log in connection.execute(select(Log)).all():
            found += [f"{log.origin}: {what}" for what in _log(connection, log)]
    return found


def _log(connection: Connection, log: Any) -> list[str]:
    leaves = connection.execute(
        select(Leaf).where(Leaf.log_id == log.log_id).order_by(Leaf.leaf_index)
    ).all()
    edge = Frontier().extend(leaf_hash(leaf_entry(x.kind, x.period, x.digest)) for x in leaves)
    kinds = [leaf.kind for leaf in leaves]
    facts = {
        "indexes have gaps": [x.leaf_index for x in leaves] == list(range(len(leaves))),
        "size is not the number of leaves": log.size == len(leaves),
        "edge is not that of the leaves": Frontier.from_bytes(log.frontier) == edge,
        "genesis is not the first leaf, or not alone": kinds[:1] == ["genesis"]
        and kinds.count("genesis") == 1,
        "something follows the seal": "seal" not in kinds[:-1],
        "sealed without a seal": (log.sealed_at is not None) == (kinds[-1:] == ["seal"]),
        "public bodies are not those of the public leaves": _bodies(connection, log.log_id)
        == {x.leaf_index: x.digest for x in leaves if x.kind != "consent"},
        "notice leaves are not those listed": _notices(connection, log.log_id)
        == {x.leaf_index for x in leaves if x.kind == "notice"},
        "consent leaves are not those of the records": _commitments(connection, log.log_id)
        == {x.leaf_index: x.digest for x in leaves if x.kind == "consent"},
    }
    return [what for what, holds in facts.items() if not holds]


def _bodies(connection: Connection, log_id: int) -> dict[int, bytes]:
    rows = connection.execute(select(PublicBody).where(PublicBody.log_id == log_id))
    return {row.leaf_index: public_hash(json.loads(row.body)) for row in rows}


def _notices(connection: Connection, log_id: int) -> set[int]:
    return set(connection.scalars(select(NoticeLeaf.leaf_index).where(NoticeLeaf.log_id == log_id)))


def _commitments(connection: Connection, log_id: int) -> dict[int, bytes]:
    rows = connection.execute(select(Record).where(Record.log_id == log_id))
    return {row.leaf_index: commitment(row.body.encode(), row.salt) for row in rows}


def _records(connection: Connection) -> list[str]:
    found = []
    for row in connection.execute(select(Record)):
        body = json.loads(row.body)
        listed = (row.record_id, row.site, row.subject_key, row.notice_sha256, row.state)
        said = (
            body["record_id"],
            body["site"],
            body["subject"]["key"],
            body["notice"]["sha256"],
            body["event"]["state"],
        )
        if listed != said:
            found.append(f"the columns of record {row.record_id} say other than its body")
        if body["notice"]["log_index"] >= row.leaf_index:
            found.append(f"record {row.record_id} stands before its notice")
    keys = Counter(connection.execute(select(Record.site, Record.idempotency_key)).all())
    found += [f"{key} is stored {count} times" for key, count in keys.items() if count > 1]
    return found
