# SPDX-License-Identifier: Apache-2.0
"""Adding leaves to a log: the single-writer transaction of the specification (B.2).

Everything here runs inside a transaction that has locked the log's head: on PostgreSQL by its row,
on SQLite because there is one writer. So indexes are dense and final, and the tree's right edge on
disk always belongs to exactly the leaves on disk.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cmp.ledger.checkpoints import store_checkpoint
from cmp.ledger.keys import KeyStore
from cmp.ledger.models import Leaf, Log, NoticeLeaf, PublicBody
from cmp.proof.canonical import canonical
from cmp.proof.commitment import public_hash
from cmp.proof.leaf import leaf_entry
from cmp.proof.merkle import Frontier, leaf_hash

__all__ = [
    "Head",
    "NewLeaf",
    "append",
    "append_public",
    "lock_head",
    "log_notice",
    "log_origin",
    "period_of",
]


@dataclass(frozen=True, slots=True)
class Head:
    """The locked head of a log: its next index is `frontier.size`."""

    log_id: int
    origin: str
    site: str
    year: int
    frontier: Frontier


@dataclass(frozen=True, slots=True)
class NewLeaf:
    """A leaf to be: `digest` is the commitment or public hash, `period` its month `YYYY-MM`."""

    kind: str
    period: str
    digest: bytes


_HEAD = (
    select(Log.log_id, Log.origin, Log.site, Log.year, Log.frontier)
    .where(Log.site == bindparam("site"), Log.year == bindparam("year"))
    .with_for_update()
)
_ADVANCE = (
    update(Log)
    .where(Log.log_id == bindparam("of"))
    .values(size=bindparam("next"), frontier=bindparam("edge"))
)
_INSERT_LEAF = insert(Leaf)
_NOTICE = select(NoticeLeaf.leaf_index).where(
    NoticeLeaf.log_id == bindparam("log"), NoticeLeaf.notice_sha256 == bindparam("sha256")
)


def log_origin(public_url: str, site: str, year: int) -> str:
    """Return the log's name: `<public host>/cmp/<site>/<year>`."""
    return f"{urlsplit(public_url).netloc}/cmp/{site}/{year}"


def period_of(at: datetime) -> str:
    """Return the month of `at` (aware UTC): coarse, so that a bare leaf does not time a person."""
    return f"{at.year:04}-{at.month:02}"


def lock_head(
    connection: Connection, site: str, *, at: datetime, public_url: str, keys: KeyStore
) -> Head:
    """Lock the head of the log of `site` for the year of `at`; open that log if it is new.

    Must run in a write transaction. A new year's log begins with a genesis leaf that names the last
    size and root of the year before, whose own last leaf is then a seal.
    """
    row = connection.execute(_HEAD, {"site": site, "year": at.year}).one_or_none()
    if row is not None:
        return Head(row.log_id, row.origin, row.site, row.year, Frontier.from_bytes(row.frontier))
    return _open_log(connection, site, at=at, public_url=public_url, keys=keys)


def _open_log(
    connection: Connection, site: str, *, at: datetime, public_url: str, keys: KeyStore
) -> Head:
    origin = log_origin(public_url, site, at.year)
    build = pg_insert if connection.dialect.name == "postgresql" else sqlite_insert
    new = {"origin": origin, "site": site, "year": at.year, "size": 0}
    made = connection.execute(
        build(Log).values(**new, frontier=Frontier().to_bytes()).on_conflict_do_nothing()
    )
    row = connection.execute(_HEAD, {"site": site, "year": at.year}).one()
    head = Head(row.log_id, row.origin, row.site, row.year, Frontier.from_bytes(row.frontier))
    if not made.rowcount:
        # Another process opened it while we waited; its genesis is already there.
        return head
    genesis = {
        "kind": "genesis",
        "origin": origin,
        "prev": _seal_last_year(connection, site, at=at, keys=keys),
        "schema": "cmp-log/v1",
    }
    return append_public(connection, head, genesis, at=at)


def _seal_last_year(
    connection: Connection, site: str, *, at: datetime, keys: KeyStore
) -> dict[str, Any] | None:
    """Append the seal to the newest older log and return what the next genesis says of it."""
    year = connection.scalar(
        select(Log.year)
        .where(Log.site == site, Log.year < at.year)
        .order_by(Log.year.desc())
        .limit(1)
    )
    if year is None:
        return None
    row = connection.execute(_HEAD, {"site": site, "year": year}).one()
    head = Head(row.log_id, row.origin, row.site, row.year, Frontier.from_bytes(row.frontier))
    seal = {
        "kind": "seal",
        "origin": head.origin,
        "root": head.frontier.root().hex(),
        "size": head.frontier.size,
    }
    sealed = append_public(connection, head, seal, at=at)
    connection.execute(update(Log).where(Log.log_id == head.log_id).values(sealed_at=at))
    edge = sealed.frontier
    note = store_checkpoint(
        connection, head.log_id, head.origin, edge, key=keys.log_key(site, year), at=at
    )
    if note is None:
        raise AssertionError(f"a seal was appended to {head.origin}, so its head must be new")
    return {
        "checkpoint_sha256": hashlib.sha256(note.encode()).hexdigest(),
        "origin": head.origin,
        "root": edge.root().hex(),
        "size": edge.size,
    }


def append(connection: Connection, head: Head, leaves: Sequence[NewLeaf]) -> Head:
    """Append `leaves` in order behind a locked `head`; return the new head.

    The first of them gets index `head.frontier.size`. Nothing counts before the caller's commit.
    """
    first, edge = head.frontier.size, head.frontier
    rows = [
        {
            "log_id": head.log_id,
            "leaf_index": first + offset,
            "kind": leaf.kind,
            "period": leaf.period,
            "digest": leaf.digest,
        }
        for offset, leaf in enumerate(leaves)
    ]
    edge = edge.extend(leaf_hash(leaf_entry(x.kind, x.period, x.digest)) for x in leaves)
    connection.execute(_INSERT_LEAF, rows)
    connection.execute(_ADVANCE, {"of": head.log_id, "next": edge.size, "edge": edge.to_bytes()})
    return replace(head, frontier=edge)


def append_public(
    connection: Connection, head: Head, body: Mapping[str, Any], *, at: datetime
) -> Head:
    """Append the public leaf of `body` (its member `kind` names it) and keep the body."""
    index = head.frontier.size
    leaf = NewLeaf(str(body["kind"]), period_of(at), public_hash(body))
    text = canonical(body).decode()
    connection.execute(
        insert(PublicBody), {"log_id": head.log_id, "leaf_index": index, "body": text}
    )
    return append(connection, head, [leaf])


def log_notice(
    connection: Connection, head: Head, notice: Mapping[str, Any], sha256: str, *, at: datetime
) -> tuple[Head, int]:
    """Return the index of the notice's leaf in this log, appending it if it is not there yet.

    A consent leaf may only name a notice with a lower index in the same log; a notice in force at
    New Year is therefore logged again in the new log before its first record.
    """
    found = connection.scalar(_NOTICE, {"log": head.log_id, "sha256": sha256})
    if found is not None:
        return head, int(found)
    body = {
        "kind": "notice",
        "lang": list(notice["languages"]),
        "sha256": sha256,
        "version": notice["version"],
    }
    index = head.frontier.size
    head = append_public(connection, head, body, at=at)
    connection.execute(
        insert(NoticeLeaf),
        {"log_id": head.log_id, "notice_sha256": sha256, "leaf_index": index},
    )
    return head, index
