# SPDX-License-Identifier: Apache-2.0
"""The form of a storage item. A lifetime is typed as people write it and stored as ISO 8601."""

from collections.abc import Mapping

from cmp.catalog.item_rules import ItemFacts, Problem, check_item
from cmp.catalog.lifetime import parse_lifetime
from cmp.catalog.models import Service, StorageItem
from cmp.errors import Unprocessable
from cmp.i18n.duration import duration_in_words
from cmp.i18n.text import LANGUAGES
from cmp.web.marketing.typed import Typed, read_typed, typing_problems

__all__ = ["FIELDS", "decode", "empty", "shown"]

PLAIN = ("name", "technology", "party", "domain", "lifetime", "category", "source")
TRANSLATED = tuple(f"purpose.{lang}" for lang in LANGUAGES)
FIELDS = PLAIN + TRANSLATED
PROSE = ("name", "domain", "source", *TRANSLATED)

# Texts that say something about a lifetime, but not how long it is.
NOT_UNDERSTOOD = frozenset({"shifted", "event", "absolute-date"})


def empty(service: Service) -> dict[str, str]:
    """Return what the form of a new item shows."""
    known = {"technology": "cookie", "party": "third", "category": service.category}
    return dict.fromkeys(FIELDS, "") | known


def shown(row: StorageItem, lang: str) -> dict[str, str]:
    """Return what the form shows of a stored item, its lifetime in words where they read back."""
    values = {name: getattr(row, name) for name in PLAIN}
    values["lifetime"] = _typeable(row.lifetime, lang)
    return values | {f"purpose.{each}": row.purpose.get(each, "") for each in LANGUAGES}


def _typeable(lifetime: str, lang: str) -> str:
    words = duration_in_words(lifetime, lang) if lifetime else ""
    return words if words and _read(words) == lifetime else lifetime


def decode(form: Mapping[str, str]) -> tuple[ItemFacts, Typed]:
    """Return the facts in a form and how it was typed.

    The facts may only be stored when `Typed.problems` is empty.
    """
    values = read_typed(form, FIELDS)
    lifetime = _read(values["lifetime"])
    facts = ItemFacts(
        **{name: values[name] for name in PLAIN if name not in ("lifetime", "domain")},
        domain=values["domain"].lower(),
        lifetime=lifetime or "",
        purpose={
            lang: values[f"purpose.{lang}"] for lang in LANGUAGES if values[f"purpose.{lang}"]
        },
    )
    problems = [*typing_problems(values, PROSE), *check_item(facts)]
    if lifetime is None:
        problems.append(Problem("lifetime", "lifetime", values["lifetime"][:60]))
    return facts, Typed(values, problems)


def _read(text: str) -> str | None:
    """The stored form of a typed lifetime; None for what cannot be understood."""
    try:
        read = parse_lifetime(text)
    except Unprocessable:
        return None
    return None if read.kind in NOT_UNDERSTOOD else read.value
