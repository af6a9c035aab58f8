# SPDX-License-Identifier: Apache-2.0
"""The workbench's words for stored values and for what is wrong with a field."""

from collections.abc import Iterable, Mapping, Sequence

from babel import Locale

from cmp.catalog.item_rules import CATEGORIES, PARTIES, ROLES, TECHNOLOGIES, Problem
from cmp.i18n.duration import duration_in_words
from cmp.i18n.text import texts
from cmp.rules.csp import MODES
from cmp.web.frame.pages import page_language, t

__all__ = ["choices", "country", "field_labels", "lifetime", "problem_words", "word"]

_WORDS: Mapping[str, Sequence[str]] = {
    "category": CATEGORIES,
    "mode": MODES,
    "party": PARTIES,
    "role": ROLES,
    "technology": TECHNOLOGIES,
}


def word(kind: str, value: str) -> str:
    """Return the word for a value of `kind`; a value without a word stands for itself."""
    if value not in _WORDS[kind]:
        return value
    # The purposes are called what visitors see them called.
    if kind == "category":
        return texts("banner", page_language())[f"category.{value}.name"]
    return t(f"{kind}.{value}")


def choices(kind: str) -> dict[str, str]:
    """Return each value of `kind` with its word, in order."""
    return {value: word(kind, value) for value in _WORDS[kind]}


def field_labels(form: str, names: Iterable[str]) -> dict[str, str]:
    """Return the label of each field of a form."""
    return {name: t(f"{form}.{name}") for name in names}


def lifetime(value: str) -> str:
    """Return a stored lifetime in words of the page's language."""
    return duration_in_words(value, page_language())


def country(code: str) -> str:
    """Return the name of a country by its ISO 3166-1 code; an unknown code stands for itself."""
    return str(Locale(page_language()).territories.get(code, code))


def problem_words(problems: Sequence[Problem]) -> dict[str, str]:
    """Return for each field the first thing that is wrong with it, in words."""
    found: dict[str, str] = {}
    for problem in problems:
        found.setdefault(problem.field, t(f"rule.{problem.key}", value=problem.value))
    return found
