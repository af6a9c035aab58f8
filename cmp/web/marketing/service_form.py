# SPDX-License-Identifier: Apache-2.0
"""The form of a service: from a row to what the fields show, and back to facts."""

import re
from collections.abc import Mapping

from cmp.catalog.item_rules import ServiceFacts, check_service
from cmp.catalog.models import Service
from cmp.i18n.text import LANGUAGES
from cmp.web.marketing.typed import Typed, lines_of, read_typed, typing_problems

__all__ = ["FIELDS", "decode", "empty", "shown"]

PLAIN = (
    "service_id",
    "name",
    "provider",
    "country",
    "role",
    "category",
    "hosts",
    "paths",
    "policy_url",
)
TRANSLATED = tuple(f"{name}.{lang}" for name in ("description", "necessity") for lang in LANGUAGES)
FIELDS = PLAIN + TRANSLATED
PROSE = ("name", "provider", *TRANSLATED)

_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ö": "o", "ä": "a", "é": "e", "ü": "u"})


def empty() -> dict[str, str]:
    """Return what the form of a new service shows."""
    return dict.fromkeys(FIELDS, "") | {"role": "processor", "category": "marketing"}


def shown(row: Service) -> dict[str, str]:
    """Return what the form shows of a stored service."""
    values = {name: getattr(row, name) for name in PLAIN if name not in ("hosts", "paths")}
    values |= {"hosts": "\n".join(row.hosts), "paths": "\n".join(row.paths)}
    for lang in LANGUAGES:
        values[f"description.{lang}"] = row.description.get(lang, "")
        values[f"necessity.{lang}"] = row.necessity.get(lang, "")
    return values


def decode(form: Mapping[str, str], service_id: str | None = None) -> tuple[ServiceFacts, Typed]:
    """Return the facts in a form and how it was typed. `service_id` is given when it stands fast.

    The facts may only be stored when `Typed.problems` is empty.
    """
    values = read_typed(form, FIELDS)
    values["country"] = values["country"].upper()
    values["service_id"] = service_id or values["service_id"].lower() or _key(values["name"])
    facts = _facts(values)
    problems = [*typing_problems(values, PROSE), *check_service(facts)]
    return facts, Typed(values, problems)


def _facts(values: Mapping[str, str]) -> ServiceFacts:
    necessary = values["category"] == "necessary"
    return ServiceFacts(
        **{name: values[name] for name in PLAIN if name not in ("hosts", "paths")},
        # Follows from the purpose; there is nothing for a person to choose.
        legal_basis="exempt" if necessary else "consent",
        hosts=[host.lower() for host in lines_of(values["hosts"])],
        paths=lines_of(values["paths"]),
        description=_by_language(values, "description"),
        necessity=_by_language(values, "necessity") if necessary else {},
    )


def _by_language(values: Mapping[str, str], name: str) -> dict[str, str]:
    return {lang: values[f"{name}.{lang}"] for lang in LANGUAGES if values[f"{name}.{lang}"]}


def _key(name: str) -> str:
    """A key made of a name: `Meta Pixel` becomes `meta-pixel`."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower().translate(_LETTERS))
    return plain.strip("-")[:60]
