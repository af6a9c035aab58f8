# SPDX-License-Identifier: Apache-2.0
"""Which records somebody asks for: a site, a period, a method, a category that was granted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement

from cmp.ledger.models import Record

__all__ = ["Selection", "conditions"]


@dataclass(frozen=True, slots=True)
class Selection:
    """Records of `site` decided in [since, until), aware UTC; empty members select everything.

    `method` is one of A.2 `event.method`; `category` keeps the records that granted it.
    """

    site: str
    since: datetime | None = None
    until: datetime | None = None
    method: str = ""
    category: str = ""


def conditions(selection: Selection) -> list[ColumnElement[bool]]:
    """Return the conditions on `Record` that `selection` stands for."""
    found = [Record.site == selection.site]
    if selection.since is not None:
        found.append(Record.decided_at >= selection.since)
    if selection.until is not None:
        found.append(Record.decided_at < selection.until)
    if selection.method:
        found.append(Record.method == selection.method)
    if selection.category:
        # The column has a space on both sides of each name.
        found.append(Record.granted.contains(f" {selection.category} ", autoescape=True))
    return found
