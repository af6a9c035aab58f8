# SPDX-License-Identifier: Apache-2.0
"""The audit room's words for stored values."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date

from cmp.clock import from_rfc3339
from cmp.i18n.date import date_in_words
from cmp.i18n.text import texts
from cmp.web.frame.pages import page_language, t

__all__ = ["audit_choices", "audit_word", "day", "name_in", "period"]


def audit_word(kind: str, value: object) -> str:
    """Return the word for a value of `kind`; a value without a word stands for itself."""
    lang = page_language()
    # The purposes are called what visitors see them called.
    if kind == "category":
        return texts("banner", lang).get(f"category.{value}.name", str(value))
    key = f"{kind}.{value}"
    return t(key) if key in texts("audit", lang) else str(value)


def audit_choices(kind: str, values: Iterable[str]) -> dict[str, str]:
    """Return the options of a filter: all of them, then each value with its word."""
    return {"": t(f"filter.any.{kind}"), **{value: audit_word(kind, value) for value in values}}


def day(written: str) -> str:
    """Return a date `YYYY-MM-DD` as people write it."""
    return format_date(date.fromisoformat(written), format="long", locale=page_language())


def name_in(translations: Mapping[str, Mapping[str, Any]], lang: str) -> str:
    """Return the name that a notice gives a purpose: in the page's language, else as it was shown.

    `lang` is the language of the record.
    """
    for each in (page_language(), lang.partition("-")[0], *translations):
        if each in translations:
            return str(translations[each]["name"])
    return ""


def period(details: Mapping[str, str | None]) -> str:
    """Return in words the period of a download that the trail tells of, by its days in Oslo.

    `since` and `until` are instants (RFC 3339) or None; the second is the end of the last day.
    """
    since, until = details["since"], details["until"]
    lang = page_language()
    begin = date_in_words(from_rfc3339(since), lang) if since else ""
    last = date_in_words(from_rfc3339(until) - timedelta(milliseconds=1), lang) if until else ""
    key = {(False, False): "all", (True, False): "since", (False, True): "until"}.get(
        (bool(begin), bool(last)), "both"
    )
    return t(f"period.{key}", since=begin, until=last)
