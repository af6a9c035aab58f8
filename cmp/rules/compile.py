# SPDX-License-Identifier: Apache-2.0
"""From a notice to what the blocking script carries: the decision table, as short as it gets.

`banner/src/contract/config.ts` describes the same members; the keys are one letter because every
byte is sent to every visitor.
"""

import json
from collections.abc import Mapping
from typing import Any

from cmp.errors import EnvironmentFault
from cmp.rules.csp import sources

__all__ = [
    "NECESSARY",
    "PLACEHOLDER",
    "categories_of",
    "compile_config",
    "decision_rules",
    "embed",
    "material_of",
    "script",
]

PLACEHOLDER = '"__KVITT_CONFIG__"'
MATERIAL_DIGITS = 16
NECESSARY = -1
DAYS_PER_MONTH = 365 / 12


def compile_config(
    notice: Mapping[str, Any], *, sha256: str, base: str, ui: Mapping[str, tuple[str, str]]
) -> dict[str, Any]:
    """Return the configuration of the blocking script for `notice`, whose hash is `sha256`.

    `base` is the platform's address, `ui` the names of the first layer's and the dialog's chunk per
    language. Members: v(ersion), s(ite), u(rl), n(otice), m(aterial), d(efault language),
    l(anguages and their chunks), c(ategories), t(ime to live in days: granted, refused), r(ules:
    see `decision_rules`), and o, the mode.
    """
    return {
        "v": 1,
        "s": notice["site"],
        "u": base,
        "n": sha256,
        "m": material_of(notice),
        "d": notice["default_language"],
        "l": {lang: list(ui[lang]) for lang in notice["languages"]},
        "c": categories_of(notice),
        "t": [_days(notice["ttl"]["granted"]), _days(notice["ttl"]["refused"])],
        "r": decision_rules(notice),
        "o": notice["mode"],
    }


def categories_of(notice: Mapping[str, Any]) -> list[str]:
    """Return the categories that need consent, in the order they are shown."""
    return [p["id"] for p in notice["purposes"] if not p["exempt"]]


def material_of(notice: Mapping[str, Any]) -> str:
    """Return the first digits of the hash of what a consent to `notice` is about."""
    return str(notice["material_sha256"][:MATERIAL_DIGITS])


def decision_rules(notice: Mapping[str, Any]) -> list[list[Any]]:
    """Return the decision table: a rule for each service of `notice`, in its order.

    A rule is [service id, category's index or -1, CSP sources, storage names], the last two as
    words.
    """
    categories = categories_of(notice)
    return [_rule(notice, service, categories) for service in notice["services"]]


def _rule(
    notice: Mapping[str, Any], service: Mapping[str, Any], categories: list[str]
) -> list[Any]:
    names = {
        i["name"]
        for i in notice["storage"]
        if i["service"] == service["id"] and i["technology"] != "pixel"
    }
    purpose = service["purpose"]
    exempt = any(p["exempt"] for p in notice["purposes"] if p["id"] == purpose)
    place = NECESSARY if exempt else categories.index(purpose)
    return [service["id"], place, " ".join(sources(service)), " ".join(sorted(names))]


def _days(duration: str) -> int:
    return round(int(duration.strip("PM")) * DAYS_PER_MONTH)


def embed(source: str, placeholder: str, value: Any) -> str:
    """Return `source` with `placeholder` replaced by `value` as a JavaScript literal.

    JSON is JavaScript but for what would end a script element or, in old engines, a line.
    """
    if source.count(placeholder) != 1:
        raise EnvironmentFault(
            f"The built banner does not hold {placeholder} exactly once.",
            now="Install the wheel again or run dev.py banner.",
        )
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in ("<", "\u2028", "\u2029"):
        text = text.replace(character, f"\\u{ord(character):04x}")
    return source.replace(placeholder, text)


def script(loader_source: str, config: Mapping[str, Any]) -> str:
    """Return the blocking script: the built loader with `config` inside."""
    return embed(loader_source, PLACEHOLDER, config)
