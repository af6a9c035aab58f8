# SPDX-License-Identifier: Apache-2.0
"""From what somebody asks for in an address or a form to a selection, or what is wrong with it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from cmp.i18n.date import ZONE
from cmp.ledger.records import METHODS, Position
from cmp.ledger.selection import Selection

__all__ = ["FIELDS", "Wanted", "place_in", "place_of", "wanted"]

FIELDS = ("since", "until", "method", "category")

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# No log is older than the law it serves; a year beyond leaves no room for a time zone.
YEARS = range(2000, 2200)
LONGEST = 40
_PLACE = re.compile(r"(\d{1,16})-(\d{1,15})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The fields as they were given, the key of a text for each that is wrong, and what they mean.

    `selection` is None when something is wrong.
    """

    values: Mapping[str, str]
    problems: Mapping[str, str]
    selection: Selection | None


def wanted(form: Mapping[str, str], site: str, categories: Collection[str]) -> Wanted:
    """Return what `form` asks for among the records of `site`.

    `since` and `until` are days in Oslo, both included. `categories` are those one may consent to.
    """
    values = {name: form.get(name, "").strip()[:LONGEST] for name in FIELDS}
    problems = dict(_problems(values, categories))
    if problems:
        return Wanted(values, problems, None)
    until = _day(values["until"])
    selection = Selection(
        site=site,
        since=_midnight(_day(values["since"])),
        until=_midnight(until + timedelta(days=1) if until else None),
        method=values["method"],
        category=values["category"],
    )
    return Wanted(values, {}, selection)


def _problems(values: Mapping[str, str], categories: Collection[str]) -> list[tuple[str, str]]:
    found = [
        (name, "problem.date")
        for name in ("since", "until")
        if values[name] and _day(values[name]) is None
    ]
    since, until = _day(values["since"]), _day(values["until"])
    if since and until and since > until:
        found.append(("until", "problem.order"))
    if values["method"] and values["method"] not in METHODS:
        found.append(("method", "problem.method"))
    if values["category"] and values["category"] not in categories:
        found.append(("category", "problem.category"))
    return found


def _day(text: str) -> date | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _midnight(day: date | None) -> datetime | None:
    """The instant at which `day` begins in Oslo, in UTC."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC) if day else None


def place_of(place: Position | None) -> str:
    """Return a place in the order of records for an address: microseconds since 1970, leaf index.

    Not the record's id, which opens its receipt and so has no business in an address's query.
    """
    if place is None:
        return ""
    return f"{(place.decided_at - _EPOCH) // timedelta(microseconds=1)}-{place.leaf_index}"


def place_in(text: str) -> Position | None:
    """Return the place that `place_of` wrote, None for anything else."""
    found = _PLACE.fullmatch(text)
    if found is None:
        return None
    return Position(_EPOCH + timedelta(microseconds=int(found[1])), int(found[2]))
