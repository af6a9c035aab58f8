# SPDX-License-Identifier: Apache-2.0
"""Finding records: newest first, a page at a time; how many; and everything known about one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from cmp.ledger.models import Checkpoint, Leaf, Log, Record
from cmp.ledger.selection import Selection, conditions
from cmp.proof.commitment import commitment
from cmp.proof.leaf import leaf_entry

__all__ = [
    "METHODS",
    "PAGE",
    "STATES",
    "Facts",
    "Found",
    "Page",
    "Position",
    "Totals",
    "count",
    "facts",
    "find",
    "newest_covering",
    "totals",
]

PAGE = 50

# A.2 `event.method` and `event.state`, in the order people ask about them.
METHODS: tuple[str, ...] = (
    "accept_all",
    "reject_all",
    "save_custom",
    "close_x",
    "withdraw_all",
    "withdraw_partial",
    "embed_grant",
    "gpc",
    "account_sync",
    "expiry",
    "notice_change",
    "import",
)
STATES: tuple[str, ...] = (
    "given",
    "partial",
    "refused",
    "withdrawn",
    "expired",
    "renewed",
    "invalidated",
)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the order of records: when it was decided (aware UTC), and its leaf index.

    One instant lies in one year and so in one log, where the index tells records apart.
    """

    decided_at: datetime
    leaf_index: int


@dataclass(frozen=True, slots=True)
class Found:
    """One line of a list: a record without its body. `granted` names categories."""

    record_id: str
    decided_at: datetime
    valid_until: datetime
    method: str
    state: str
    granted: tuple[str, ...]
    leaf_index: int

    @property
    def position(self) -> Position:
        """Where it stands in the order."""
        return Position(self.decided_at, self.leaf_index)


@dataclass(frozen=True, slots=True)
class Page:
    """At most `PAGE` records, newest first; `older` and `newer` say that there are more."""

    records: Sequence[Found]
    older: Position | None
    newer: Position | None


@dataclass(frozen=True, slots=True)
class Totals:
    """How many records a selection has, in all and by method and state."""

    records: int
    by_method: dict[str, int]
    by_state: dict[str, int]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known about one record.

    `body` is the canonical JSON, `record` the same parsed; `entry` its leaf as the tree holds it
    (B.2), `digest` the commitment in that leaf, and `matches` whether body and salt give it.
    `checkpoint` is the newest that covers the leaf, None while none does.
    """

    record_id: str
    site: str
    body: str
    record: dict[str, Any]
    origin: str
    year: int
    leaf_index: int
    notice_index: int
    entry: str
    digest: bytes
    matches: bool
    checkpoint: Checkpoint | None


_COLUMNS = (
    Record.record_id,
    Record.decided_at,
    Record.valid_until,
    Record.method,
    Record.state,
    Record.granted,
    Record.leaf_index,
)
_NEWEST_FIRST = (Record.decided_at.desc(), Record.leaf_index.desc())
_OLDEST_FIRST = (Record.decided_at, Record.leaf_index)


def _older_than(place: Position) -> ColumnElement[bool]:
    # The first condition looks redundant; it is the one that an index can begin from.
    return and_(
        Record.decided_at <= place.decided_at,
        or_(Record.decided_at < place.decided_at, Record.leaf_index < place.leaf_index),
    )


def _newer_than(place: Position) -> ColumnElement[bool]:
    return and_(
        Record.decided_at >= place.decided_at,
        or_(Record.decided_at > place.decided_at, Record.leaf_index > place.leaf_index),
    )


def find(
    session: Session,
    selection: Selection,
    *,
    older_than: Position | None = None,
    newer_than: Position | None = None,
) -> Page:
    """Return a page of the records of `selection`, newest first.

    Without a place it is the newest page; with one, the page that ends or begins next to it.
    """
    query = select(*_COLUMNS).where(*conditions(selection)).limit(PAGE + 1)
    if newer_than is not None:
        query = query.where(_newer_than(newer_than)).order_by(*_OLDEST_FIRST)
    elif older_than is not None:
        query = query.where(_older_than(older_than)).order_by(*_NEWEST_FIRST)
    else:
        query = query.order_by(*_NEWEST_FIRST)
    found = [_found(row) for row in session.execute(query)]
    more, records = len(found) > PAGE, found[:PAGE]
    if not records:
        return Page((), None, None)
    if newer_than is not None:
        records.reverse()
        return Page(records, records[-1].position, records[0].position if more else None)
    newer = records[0].position if older_than is not None else None
    return Page(records, records[-1].position if more else None, newer)


def _found(row: Any) -> Found:
    return Found(
        record_id=row.record_id,
        decided_at=row.decided_at,
        valid_until=row.valid_until,
        method=row.method,
        state=row.state,
        granted=tuple(row.granted.split()),
        leaf_index=row.leaf_index,
    )


def count(session: Session, selection: Selection) -> int:
    """Return how many records `selection` has."""
    return session.scalar(select(func.count()).where(*conditions(selection))) or 0


def totals(session: Session, selection: Selection) -> Totals:
    """Return how many records `selection` has, by method and by state, in the order of A.2."""
    rows = session.execute(
        select(Record.method, Record.state, func.count())
        .where(*conditions(selection))
        .group_by(Record.method, Record.state)
    )
    methods: Counter[str] = Counter()
    states: Counter[str] = Counter()
    for method, state, number in rows:
        methods[method] += number
        states[state] += number
    return Totals(states.total(), _ordered(methods, METHODS), _ordered(states, STATES))


def _ordered(counted: Counter[str], order: Sequence[str]) -> dict[str, int]:
    """The counts in the order given; what is not in it comes last, so that sums stay right."""
    names = [*(name for name in order if name in counted), *sorted(counted.keys() - set(order))]
    return {name: counted[name] for name in names}


def facts(session: Session, site: str, record_id: str) -> Facts | None:
    """Return the facts of a record of `site`; None for unknown and erased ones."""
    row = session.execute(
        select(Record, Log, Leaf)
        .join(Log, Log.log_id == Record.log_id)
        .join(Leaf, and_(Leaf.log_id == Record.log_id, Leaf.leaf_index == Record.leaf_index))
        .where(Record.record_id == record_id, Record.site == site)
    ).one_or_none()
    if row is None:
        return None
    kept, log, leaf = row
    record = msgspec.json.decode(kept.body)
    return Facts(
        record_id=kept.record_id,
        site=kept.site,
        body=kept.body,
        record=record,
        origin=log.origin,
        year=log.year,
        leaf_index=kept.leaf_index,
        notice_index=record["notice"]["log_index"],
        entry=leaf_entry(leaf.kind, leaf.period, leaf.digest).decode(),
        digest=leaf.digest,
        matches=commitment(kept.body.encode(), kept.salt) == leaf.digest,
        checkpoint=newest_covering(session, kept.log_id, kept.leaf_index),
    )


def newest_covering(session: Session, log_id: int, leaf_index: int) -> Checkpoint | None:
    """Return the newest checkpoint of a log whose tree holds `leaf_index`, if there is one."""
    return session.scalar(
        select(Checkpoint)
        .where(Checkpoint.log_id == log_id, Checkpoint.size > leaf_index)
        .order_by(Checkpoint.size.desc())
        .limit(1)
    )
