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

from cmp.errors import EnvironmentFault
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


_NEWEST = (
    select(Log.log_id, Log.origin, Log.site, Log.year, Log.frontier, Log.sealed_at)
    .where(Log.site == bindparam("site"))
    .order_by(Log.year.desc())
    .limit(1)
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
    """Lock the head of the newest log of `site`; if `at` is in a later year, seal it and open that.

    Must run in a write transaction. A new year's log begins with a genesis leaf that names the last
    size and root of the year before, whose own last leaf is then a seal. Nothing follows a seal:
    what a slow clock dates before New Year goes to the log that is open. Raises EnvironmentFault if
    none is.
    """
    head = _newest_open(connection, site)
    if head is not None and head.year >= at.year:
        return head
    opened = _open_log(connection, site, head, at=at, public_url=public_url, keys=keys)
    # None: another process opened the first log while we waited; its genesis is already there.
    return opened or lock_head(connection, site, at=at, public_url=public_url, keys=keys)


def _newest_open(connection: Connection, site: str) -> Head | None:
    """Lock the newest log. One that was sealed while we waited for it has a successor by then."""
    for _ in range(2):
        row = connection.execute(_NEWEST, {"site": site}).one_or_none()
        if row is None:
            return None
        if row.sealed_at is None:
            edge = Frontier.from_bytes(row.frontier)
            return Head(row.log_id, row.origin, row.site, row.year, edge)
    raise EnvironmentFault(
        f"The newest log of {site} is sealed and has no successor.",
        now="Rows were changed or a backup is torn. Restore a whole one.",
    )


def _open_log(
    connection: Connection,
    site: str,
    last: Head | None,
    *,
    at: datetime,
    public_url: str,
    keys: KeyStore,
) -> Head | None:
    """Open the log of the year of `at` behind the locked `last`; None if somebody else has."""
    origin = log_origin(public_url, site, at.year)
    build = pg_insert if connection.dialect.name == "postgresql" else sqlite_insert
    new = {"origin": origin, "site": site, "year": at.year, "size": 0}
    made = connection.execute(
        build(Log)
        .values(**new, frontier=Frontier().to_bytes())
        .on_conflict_do_nothing()
        .returning(Log.log_id)
    ).scalar()
    if made is None:
        return None
    genesis = {
        "kind": "genesis",
        "origin": origin,
        "prev": None if last is None else _seal(connection, last, at=at, keys=keys),
        "schema": "cmp-log/v1",
    }
    return append_public(connection, Head(made, origin, site, at.year, Frontier()), genesis, at=at)


def _seal(connection: Connection, head: Head, *, at: datetime, keys: KeyStore) -> dict[str, Any]:
    """Append the seal to the locked log `head` and return what the next genesis says of it."""
    seal = {
        "kind": "seal",
        "origin": head.origin,
        "root": head.frontier.root().hex(),
        "size": head.frontier.size,
    }
    sealed = append_public(connection, head, seal, at=at)
    connection.execute(update(Log).where(Log.log_id == head.log_id).values(sealed_at=at))
    edge, key = sealed.frontier, keys.log_key(head.site, head.year)
    note = store_checkpoint(connection, head.log_id, head.origin, edge, key=key, at=at)
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
