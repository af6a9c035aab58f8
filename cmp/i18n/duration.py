# SPDX-License-Identifier: Apache-2.0
"""Lifetimes in words: «13 måneder», «til du lukker nettleseren»."""

import re
from collections.abc import Mapping

__all__ = ["duration_in_words"]

_ISO = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?"
)

# One and many of: years, months, weeks, days, hours, minutes, seconds.
_UNITS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "nb": (
        ("år", "år"),
        ("måned", "måneder"),
        ("uke", "uker"),
        ("dag", "dager"),
        ("time", "timer"),
        ("minutt", "minutter"),
        ("sekund", "sekunder"),
    ),
    "nn": (
        ("år", "år"),
        ("månad", "månader"),
        ("veke", "veker"),
        ("dag", "dagar"),
        ("time", "timar"),
        ("minutt", "minutt"),
        ("sekund", "sekund"),
    ),
    "en": (
        ("year", "years"),
        ("month", "months"),
        ("week", "weeks"),
        ("day", "days"),
        ("hour", "hours"),
        ("minute", "minutes"),
        ("second", "seconds"),
    ),
}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "nb": {
        "session": "til du lukker nettleseren",
        "persistent": "til du sletter det",
        "": "ikke oppgitt",
        "zero": "slettes med en gang",
        "and": " og ",
    },
    "nn": {
        "session": "til du lukkar nettlesaren",
        "persistent": "til du slettar det",
        "": "ikkje oppgjeve",
        "zero": "blir sletta med ein gong",
        "and": " og ",
    },
    "en": {
        "session": "until you close the browser",
        "persistent": "until you delete it",
        "": "not stated",
        "zero": "deleted at once",
        "and": " and ",
    },
}


def duration_in_words(lifetime: str, lang: str) -> str:
    """Return `lifetime` (ISO 8601 duration, `session`, `persistent` or empty) in words of `lang`.

    Raises ValueError for anything else.
    """
    words = _WORDS[lang]
    if lifetime in words:
        return words[lifetime]
    found = _ISO.fullmatch(lifetime)
    if found is None or lifetime.endswith(("P", "T")):
        raise ValueError(f"{lifetime!r} is no lifetime")
    parts = [
        f"{int(count)} {one if int(count) == 1 else many}"
        for count, (one, many) in zip(found.groups(), _UNITS[lang], strict=True)
        if count and int(count)
    ]
    if not parts:
        return words["zero"]
    return ", ".join(parts[:-1]) + (words["and"] if len(parts) > 1 else "") + parts[-1]
