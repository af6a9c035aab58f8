# SPDX-License-Identifier: Apache-2.0
"""From a notice to what the blocking script carries: the decision table, as short as it gets.

`banner/src/contract/config.ts` describes the same members; the keys are one letter because every
byte is sent to every visitor.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from cmp.errors import EnvironmentFault
from cmp.rules.csp import sources
from cmp.rules.pattern import name_matches

__all__ = [
    "NECESSARY",
    "PLACEHOLDER",
    "categories_of",
    "compile_config",
    "decision_rules",
    "embed",
    "inlined",
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
    language. Members: s(ite), u(rl), n(otice), m(aterial), d(efault language), l(anguages and their
    chunks), c(ategories), t(ime to live in days: granted, refused), r(ules: see `decision_rules`).
    """
    return {
        "s": notice["site"],
        "u": base,
        "n": sha256,
        "m": material_of(notice),
        "d": notice["default_language"],
        "l": {lang: list(ui[lang]) for lang in notice["languages"]},
        "c": categories_of(notice),
        "t": [_days(notice["ttl"]["granted"]), _days(notice["ttl"]["refused"])],
        "r": decision_rules(notice),
    }


def categories_of(notice: Mapping[str, Any]) -> list[str]:
    """Return the categories that need consent, in the order they are shown."""
    return [p["id"] for p in notice["purposes"] if not p["exempt"]]


def material_of(notice: Mapping[str, Any]) -> str:
    """Return the first digits of the hash of what a consent to `notice` is about."""
    return str(notice["material_sha256"][:MATERIAL_DIGITS])


def decision_rules(notice: Mapping[str, Any]) -> list[list[Any]]:
    """Return the decision table: a rule for each service of `notice`, in its order.

    A rule is [service id, category's index or -1, CSP sources, storage names].
    """
    categories = categories_of(notice)
    return [_rule(notice, service, categories) for service in notice["services"]]


def _rule(
    notice: Mapping[str, Any], service: Mapping[str, Any], categories: list[str]
) -> list[Any]:
    names = _names(notice, service)
    purpose = service["purpose"]
    exempt = any(p["exempt"] for p in notice["purposes"] if p["id"] == purpose)
    place = NECESSARY if exempt else categories.index(purpose)
    return [service["id"], place, sources(service), sorted(names)]


def _names(notice: Mapping[str, Any], service: Mapping[str, Any]) -> set[str]:
    """What the service stores. Of a necessary one only what a pattern of another would refuse: what
    nobody declares is the page's own affair and needs no line."""
    stored = [i for i in notice["storage"] if i["technology"] != "pixel"]
    names = {i["name"] for i in stored if i["service"] == service["id"]}
    exempt = {p["id"] for p in notice["purposes"] if p["exempt"]}
    if service["purpose"] not in exempt:
        return names
    asked = {s["id"] for s in notice["services"] if s["purpose"] not in exempt}
    others = [i["name"] for i in stored if i["service"] in asked]
    return {name for name in names if any(name_matches(o, name) for o in others)}


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


def inlined(source: str) -> str:
    """Return a script's source such that it may stand inside a script element of any page.

    What would end the element, or hide its end, is written otherwise (HTML Standard, section
    4.12.1.3); so is what is not ASCII, for pages of another encoding. Both occur in strings alone.
    """
    safe = re.sub(r"<(?=!--|/?script)", r"\\x3c", source, flags=re.IGNORECASE)
    return re.sub(r"[^\x00-\x7f]", lambda found: json.dumps(found[0])[1:-1], safe)
