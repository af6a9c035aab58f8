# SPDX-License-Identifier: Apache-2.0
"""What came out of a file that is to be imported: a plan, and every entry that is not in it.

Whatever is refused is quoted in a form that is safe to print: a hostile file speaks to the terminal
of whoever imports it too.
"""

from collections.abc import Sequence

import msgspec

from cmp.catalog.item_rules import ItemFacts, Problem, ServiceFacts, check_item, check_service
from cmp.i18n.text import text

__all__ = [
    "Merge",
    "Plan",
    "Reading",
    "Refusal",
    "item_problems",
    "merge",
    "problem_words",
    "refusal",
    "service_problems",
    "unknown_lifetimes",
]

LONGEST_QUOTE, LONGEST_VALUE = 60, 200
LONGEST_DOMAIN = 253  # RFC 1035, section 2.3.4, without the final dot

Plan = Sequence[tuple[ServiceFacts, Sequence[ItemFacts]]]

_REASONS = {
    "quote": "A quotation mark is not closed or stands in the wrong place.",
    "columns": "The row has another number of columns than the heading.",
    "encoding": "Some bytes are not UTF-8.",
    "no_platform": "No platform and no controller is named, so there is no service to put it in.",
    "unknown_category": "The category {value} is not one we know.",
    "wildcard_flag": "The wildcard column says {value}; it must be 0 or 1.",
    "shifted": "The columns are shifted: the retention period stands under controller.",
    "unreadable": "The file cannot be read: {value}",
    "not_an_entry": "The entry cannot be read: {value}.",
    "unknown_kind": "The first column says {value}; it must be service or item.",
    "cell_of_other_kind": "The column {value} is not for such a row.",
    "no_service": "Its service {value} is not in the file, or was refused.",
    "second_service": "The service {value} stands in the file already.",
    "second_item": "The service has an item of this name, technology and domain already.",
    "language": "{value} is no code of a language.",
    "long_domain": "The domain is longer than {value} characters.",
}


class Refusal(msgspec.Struct, frozen=True):
    """An entry that is not imported. `line` counts from 1; 0 where a file has no lines (JSON)."""

    line: int
    entry: str
    reason: str
    text: str


class Merge(msgspec.Struct, frozen=True):
    """A row that describes what the row on line `into` has described already."""

    line: int
    entry: str
    into: int


class Reading(msgspec.Struct, frozen=True):
    """`rows` = `imported` + as many as are `merged` and `refused`: all of them are accounted for.

    `unknown_lifetimes` counts the stored items of the plan whose lifetime nobody has stated.
    """

    format: str
    plan: Plan
    rows: int
    imported: int
    merged: Sequence[Merge]
    unknown_lifetimes: int
    refused: Sequence[Refusal]


def refusal(line: int, entry: str, problem: Problem) -> Refusal:
    """Return the refusal of `entry` for what is wrong with it, in words."""
    return Refusal(line, _quoted(entry), problem.key, problem_words(problem))


def problem_words(problem: Problem) -> str:
    """Return what is wrong in English words, the field first where it is one of the catalogue's."""
    value = _quoted(problem.value, LONGEST_VALUE)
    if words := _REASONS.get(problem.key):
        return words.format(value=value or "nothing")
    try:
        words = text("admin", "en", f"rule.{problem.key}", value=value)
    except KeyError:
        words = f"{problem.key} {value}".strip()
    return f"{problem.field}: {words}"


def merge(line: int, entry: str, into: int) -> Merge:
    """Return that `entry` on `line` is part of the item on line `into`."""
    return Merge(line, _quoted(entry), into)


def _quoted(raw: str, longest: int = LONGEST_QUOTE) -> str:
    short = raw if len(raw) <= longest else f"{raw[: longest - 1]}…"
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in short
    )


def service_problems(facts: ServiceFacts) -> list[Problem]:
    """Return what keeps a service out of an import; more than `check_service` asks of a form."""
    return [
        *check_service(facts),
        *_language_problems([*facts.necessity, *facts.description]),
    ]


def item_problems(facts: ItemFacts) -> list[Problem]:
    """Return what keeps an item out of an import; more than `check_item` asks of a form."""
    long = len(facts.domain) > LONGEST_DOMAIN
    return [
        *check_item(facts),
        *([Problem("domain", "long_domain", str(LONGEST_DOMAIN))] if long else []),
        *_language_problems(list(facts.purpose)),
    ]


def unknown_lifetimes(plan: Plan) -> int:
    """Return how many items want a lifetime; a pixel stores nothing and has none."""
    return sum(
        not item.lifetime for _, items in plan for item in items if item.technology != "pixel"
    )


def _language_problems(codes: Sequence[str]) -> list[Problem]:
    return [Problem("language", "language", code) for code in codes if not _is_language(code)]


def _is_language(code: str) -> bool:
    return code.isascii() and code.isalpha() and code.islower() and len(code) in (2, 3)
