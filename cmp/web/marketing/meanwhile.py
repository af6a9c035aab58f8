# SPDX-License-Identifier: Apache-2.0
"""What somebody else has stored while a form was open, beside what was typed into it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cmp.catalog.models import Service, StorageItem

__all__ = ["Difference", "Meanwhile", "differences", "meanwhile"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field whose stored text is not the typed one."""

    field: str
    stored: str
    typed: str


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """Who changed the row, when, and the fields that differ from what was typed."""

    by: str
    at: datetime
    differences: Sequence[Difference]


def meanwhile(
    row: Service | StorageItem, stored: Mapping[str, str], typed: Mapping[str, str]
) -> Meanwhile:
    """Return what to show of `row`: `stored` and `typed` are the form's texts by field."""
    return Meanwhile(row.changed_by, row.changed_at, differences(stored, typed))


def differences(stored: Mapping[str, str], typed: Mapping[str, str]) -> list[Difference]:
    """Return the fields whose stored text is not the typed one."""
    return [
        Difference(name, stored[name], text)
        for name, text in typed.items()
        if stored.get(name, text) != text
    ]
