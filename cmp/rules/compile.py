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
from cmp.rules.pattern import name_matches

__all__ = ["PLACEHOLDER", "compile_config", "embed", "script"]

PLACEHOLDER = '"__KVITT_CONFIG__"'
MATERIAL_DIGITS = 16
NECESSARY = -1
DAYS_PER_MONTH = 365 / 12


def compile_config(
    notice: Mapping[str, Any], *, sha256: str, base: str, ui: Mapping[str, tuple[str, str]]
) -> dict[str, Any]:
    """Return the configuration of the blocking script for `notice`, whose hash is `sha256`.

    `base` is the platform's address, `ui` the names of the first layer's and the dialog's chunk per
    language. Members: s(ite), u(rl), n(otice), m(aterial), d(efault language),
    l(anguages and their chunks), c(ategories), t(ime to live in days: granted, refused), r(ules).
    A rule is
    [service id, category's index or -1, CSP sources, storage names].
    """
    categories = [p["id"] for p in notice["purposes"] if not p["exempt"]]
    return {
        "s": notice["site"],
        "u": base,
        "n": sha256,
        "m": notice["material_sha256"][:MATERIAL_DIGITS],
        "d": notice["default_language"],
        "l": {lang: list(ui[lang]) for lang in notice["languages"]},
        "c": categories,
        "t": [_days(notice["ttl"]["granted"]), _days(notice["ttl"]["refused"])],
        "r": [_rule(notice, service, categories) for service in notice["services"]],
    }


def _rule(
    notice: Mapping[str, Any], service: Mapping[str, Any], categories: list[str]
) -> list[Any]:
    names = _names(notice, service)
    purpose = service["purpose"]
    place = categories.index(purpose) if purpose in categories else NECESSARY
    return [service["id"], place, sources(service), sorted(names)]


def _names(notice: Mapping[str, Any], service: Mapping[str, Any]) -> set[str]:
    """What the service stores. Of a necessary one only what a pattern of another would refuse: what
    nobody declares is the page's own affair and needs no line."""
    stored = [i for i in notice["storage"] if i["technology"] != "pixel"]
    names = {i["name"] for i in stored if i["service"] == service["id"]}
    exempt = {p["id"] for p in notice["purposes"] if p["exempt"]}
    if service["purpose"] not in exempt:
        return names
    others = [i["name"] for i in stored if i["purpose"] not in exempt]
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
