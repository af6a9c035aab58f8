# SPDX-License-Identifier: Apache-2.0
"""A change between two notices, as a sentence."""

from collections.abc import Mapping
from typing import Any

from cmp.sites.difference import Change
from cmp.web.frame.pages import t
from cmp.web.marketing.words import country, lifetime, word

__all__ = ["change_words"]

_LONGEST = 200


def change_words(change: Change) -> str:
    """Return one sentence for `change` in the page's language."""
    return t(
        f"change.{change.kind}",
        subject=change.subject,
        service=change.service,
        field=_field(change),
        before=_value(change, change.before),
        after=_value(change, change.after),
    )


def _field(change: Change) -> str:
    if change.kind == "site.text":
        return t(f"language.{change.field}")
    after = _value(change, change.after)
    return t(f"change.of.{change.field}", after=after) if change.field else ""


def _value(change: Change, value: Any) -> str:
    """A value of a notice in words; long ones are cut, for the page shows that they differ."""
    if change.kind == "service.added" or change.field == "purpose":
        return word("category", value or "")
    if change.kind == "item.added" or change.field == "lifetime":
        return lifetime(value or "")
    if change.field in ("party", "role", "mode"):
        return word(change.field, value)
    if change.field == "country":
        return country(value) or t("nothing")
    return _plain(value)[:_LONGEST] or t("nothing")


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(_plain(part) for part in value.values() if part)
    if isinstance(value, (list, tuple)):
        return ", ".join(_plain(part) for part in value)
    return "" if value is None else str(value)
