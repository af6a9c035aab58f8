# SPDX-License-Identifier: Apache-2.0
"""Writing a site's catalogue. Each verb checks, changes and notes who did it, in one transaction.

`session` must be in a write transaction; the caller commits. Bad facts raise `BadFacts` before
anything is changed; an edit of a row that somebody else has changed meanwhile raises Conflict.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from cmp.catalog.item_rules import ItemFacts, Problem, ServiceFacts, check_item, check_service
from cmp.catalog.models import Service, StorageItem
from cmp.errors import Conflict, Unprocessable
from cmp.trail import Activity

__all__ = [
    "BadFacts",
    "Imported",
    "add_item",
    "add_service",
    "edit_item",
    "edit_service",
    "import_library",
    "import_plan",
    "remove_item",
    "remove_service",
]


class BadFacts(Unprocessable):
    """Facts that may not be stored; `problems` says for each field why."""

    kind = "bad-facts"

    def __init__(self, problems: Sequence[Problem]) -> None:
        fields = ", ".join(sorted({problem.field for problem in problems}))
        super().__init__(f"These fields do not fit: {fields}.", now="Mend them and try again.")
        self.problems = tuple(problems)


class Imported(msgspec.Struct, frozen=True):
    """How much an import has added, and how many items were there before."""

    services: int
    items: int
    unchanged: int


def add_service(
    session: Session, site: str, facts: ServiceFacts, *, at: datetime, actor: str
) -> Service:
    """Add a service to a site's catalogue."""
    _refuse(check_service(facts))
    known = select(Service).where(Service.site == site, Service.service_id == facts.service_id)
    if session.scalar(known) is not None:
        raise BadFacts([Problem("service_id", "in_use", facts.service_id)])
    row = Service(site=site, revision=1, changed_at=at, changed_by=actor, **_service(facts))
    session.add(row)
    session.flush()
    _note(session, "service.add", row, facts.service_id, {}, at=at, actor=actor)
    return row


def edit_service(
    session: Session,
    row: Service,
    facts: ServiceFacts,
    *,
    revision: int,
    at: datetime,
    actor: str,
) -> None:
    """Replace what is known of a service, whose `service_id` stays what it was."""
    _refuse(check_service(facts))
    _still(row, revision)
    changed = _change(row, _service(facts), at, actor)
    _note(session, "service.edit", row, row.service_id, changed, at=at, actor=actor)


def remove_service(session: Session, row: Service, *, at: datetime, actor: str) -> None:
    """Remove a service and its storage items from the catalogue; notices keep what they said."""
    _note(session, "service.remove", row, row.service_id, {}, at=at, actor=actor)
    session.delete(row)
    session.flush()


def add_item(
    session: Session, service: Service, facts: ItemFacts, *, at: datetime, actor: str
) -> StorageItem:
    """Add a storage item to a service."""
    _refuse(check_item(facts))
    _refuse(_twin(service, facts, None))
    return _insert_item(session, service, facts, at=at, actor=actor)


def _insert_item(
    session: Session, service: Service, facts: ItemFacts, *, at: datetime, actor: str
) -> StorageItem:
    row = StorageItem(service=service, revision=1, changed_at=at, changed_by=actor, **_item(facts))
    session.add(row)
    session.flush()
    _note(session, "item.add", service, facts.name, {}, at=at, actor=actor)
    return row


def edit_item(
    session: Session,
    row: StorageItem,
    facts: ItemFacts,
    *,
    revision: int,
    at: datetime,
    actor: str,
) -> None:
    """Replace what is known of a storage item."""
    _refuse(check_item(facts))
    _refuse(_twin(row.service, facts, row))
    _still(row, revision)
    changed = _change(row, _item(facts), at, actor)
    _note(session, "item.edit", row.service, row.name, changed, at=at, actor=actor)


def remove_item(session: Session, row: StorageItem, *, at: datetime, actor: str) -> None:
    """Remove a storage item from the catalogue."""
    _note(session, "item.remove", row.service, row.name, {}, at=at, actor=actor)
    session.delete(row)
    session.flush()


def import_library(
    session: Session,
    site: str,
    service: ServiceFacts,
    items: Sequence[ItemFacts],
    *,
    at: datetime,
    actor: str,
) -> Imported:
    """Add a service of the shipped library, or what of it the catalogue lacks."""
    return import_plan(session, site, [(service, items)], at=at, actor=actor)


def import_plan(
    session: Session,
    site: str,
    plan: Iterable[tuple[ServiceFacts, Sequence[ItemFacts]]],
    *,
    at: datetime,
    actor: str,
) -> Imported:
    """Add what is missing; leave alone what is there, for somebody may have corrected it.

    A second import of the same plan changes nothing. Raises BadFacts at the first entry that may
    not be stored; the caller rolls back.
    """
    known = {row.service_id: row for row in session.scalars(_of_site(site))}
    services = items = unchanged = 0
    for facts, stored in plan:
        row = known.get(facts.service_id)
        if row is None:
            row = known[facts.service_id] = add_service(session, site, facts, at=at, actor=actor)
            services += 1
        there = {_place(item) for item in row.items}
        for item in stored:
            if _place(item) in there:
                unchanged += 1
                continue
            _refuse(check_item(item))
            _insert_item(session, row, item, at=at, actor=actor)
            there.add(_place(item))
            items += 1
    return Imported(services, items, unchanged)


def _of_site(site: str) -> Select[Service]:
    return select(Service).where(Service.site == site).options(selectinload(Service.items))


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise BadFacts(problems)


def _place(item: StorageItem | ItemFacts) -> tuple[str, str, str]:
    """What may stand only once in a service."""
    return item.name, item.technology, item.domain


def _twin(service: Service, facts: ItemFacts, but: StorageItem | None) -> list[Problem]:
    twins = [i for i in service.items if i is not but and _place(i) == _place(facts)]
    return [Problem("name", "in_use", facts.name)] if twins else []


def _still(row: Service | StorageItem, revision: int) -> None:
    if row.revision != revision:
        raise Conflict(
            f"{row.changed_by} has changed this meanwhile.",
            now="Look at the new state, then save again.",
            kind="changed-meanwhile",
        )


def _change(
    row: Service | StorageItem, values: dict[str, Any], at: datetime, actor: str
) -> dict[str, Any]:
    """Set `values`; return what changed as `{field: [before, after]}`."""
    changed = {
        name: [getattr(row, name), value]
        for name, value in values.items()
        if getattr(row, name) != value
    }
    for name, (_, value) in changed.items():
        setattr(row, name, value)
    if changed:
        row.revision += 1
        row.changed_at, row.changed_by = at, actor
    return changed


def _service(facts: ServiceFacts) -> dict[str, Any]:
    values = msgspec.to_builtins(facts)
    del values["aliases"]
    return {**values, "hosts": list(facts.hosts), "paths": list(facts.paths)}


def _item(facts: ItemFacts) -> dict[str, Any]:
    return dict(msgspec.to_builtins(facts))


def _note(
    session: Session,
    verb: str,
    service: Service,
    subject: str,
    details: dict[str, Any],
    *,
    at: datetime,
    actor: str,
) -> None:
    session.add(
        Activity(
            at=at,
            actor=actor,
            verb=verb,
            site=service.site,
            subject=subject,
            details={"service": service.service_id, "changed": details},
        )
    )
