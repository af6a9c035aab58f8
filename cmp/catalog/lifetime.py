# SPDX-License-Identifier: Apache-2.0
"""Lifetimes as people write them, read to ISO 8601, `session`, `persistent` or nothing.

A range, a condition or an open end is read as its longest value and keeps the written text: a
visitor is never told less than what may happen. "1 year and 6 months" is one length; a fraction is
read in the next smaller unit: 1,5 år is P18M.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cmp.errors import Unprocessable

__all__ = ["Lifetime", "is_lifetime", "parse_lifetime", "same_lifetime", "seconds"]

LONGEST_TEXT = 200
LONGEST_SECONDS = 100 * 365 * 86_400 + 25 * 86_400
TOLERANCE = 0.03

# Seconds in each unit; a month is a twelfth of 365 days.
_SECONDS: Mapping[str, float] = {
    "Y": 365 * 86_400,
    "M": 365 * 86_400 / 12,
    "W": 7 * 86_400,
    "D": 86_400,
    "TH": 3600,
    "TM": 60,
    "TS": 1,
}
_ORDER = tuple(_SECONDS)
_UNIT_WORDS: Mapping[str, str] = {
    "Y": "years? yrs? yr y år",
    "M": "months? mos? måneder måned månader månad mnd",
    "W": "weeks? w uker uke veker veke",
    "D": "days? d dager dag dagar døgn",
    "TH": "hours? hrs? hr h timer time timar t",
    "TM": "minutes? mins? min minutter minutt m",
    "TS": "seconds? secs? sec s sekunder sekund",
}
_NUMBER_WORDS = dict.fromkeys(("one", "a", "an", "en", "et", "ett", "ein", "eit", "eitt"), 1)
_ISO = re.compile(
    r"P(?!$)(?:(?P<Y>\d{1,4})Y)?(?:(?P<M>\d{1,4})M)?(?:(?P<W>\d{1,4})W)?(?:(?P<D>\d{1,5})D)?"
    r"(?:T(?!$)(?:(?P<TH>\d{1,6})H)?(?:(?P<TM>\d{1,8})M)?(?:(?P<TS>\d{1,10})S)?)?",
    re.ASCII,
)
# What a fraction of a unit is counted in.
_SMALLER: Mapping[str, tuple[str, float]] = {
    "Y": ("M", 12),
    "M": ("D", 365 / 12),
    "W": ("D", 7),
    "D": ("TH", 24),
    "TH": ("TM", 60),
    "TM": ("TS", 60),
    "TS": ("TS", 1),
}
_UNITS = {
    word: unit
    for unit, words in _UNIT_WORDS.items()
    for pattern in words.split()
    for word in ({pattern.rstrip("?"), pattern.rstrip("?")[:-1]} if "?" in pattern else {pattern})
}
_ANY_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_ANY_NUMBER = (
    rf"\d+(?:[.,]\d{{1,2}})?(?=\s*(?:{_ANY_UNIT})(?!\w))|(?:{'|'.join(_NUMBER_WORDS)})(?=\s)"
)
_AMOUNT = re.compile(rf"(?<![\w.,-])({_ANY_NUMBER})\s*({_ANY_UNIT})(?!\w)", re.IGNORECASE)
_SUM = re.compile(
    rf"{_AMOUNT.pattern}(?:(?:\s*,)?(?:\s+(?:and|og))?\s+{_AMOUNT.pattern})+", re.IGNORECASE
)
_SPAN = re.compile(rf"(\d+)\s*[-–−]\s*(\d+)\s*({_ANY_UNIT})(?!\w)", re.IGNORECASE)
_SESSION = re.compile(
    r"se+s+ions?|se+esion|session cookies?|session storage|end of session.*|(nettleser|nettlesar)?"
    r"(økt|sesjon)(en|a)?|(until|when) (the )?browser (is )?closed|until you close the browser|"
    r"(slettes |til |når )+(nettleseren lukkes|du lukker nettleseren|du lukkar nettlesaren)",
    re.IGNORECASE,
)
_PERSISTENT = re.compile(
    r"forever|unlimited|persistent|permanent|no expiration|never|for alltid|evig|ubegrenset|"
    r"uavgrensa|til du sletter det|til du slettar det|until you delete it",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(r"(|unknown|varies|various|undefined|ukjent|varierer|ukjend)", re.IGNORECASE)
_AT_ONCE = re.compile(r"(immediately( removed)?|straks|slettes straks)", re.IGNORECASE)
_STORAGE = re.compile(
    r"(local storage|html5|lokal lagring)",  # codespell:ignore lokal
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{1,2} \w{3,9} \d{4}|\d{4}-\d\d-\d\d")

# Words around an amount that tell how it is meant; the first that is found counts.
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("conditional", re.compile(r"\b(if|when|depending|unless|some countries|otherwise)\b", re.I)),
    ("sliding", re.compile(r"\b(after last|from set|since last|etter siste)\b", re.I)),
    ("default", re.compile(r"\b(default|modifiable)\b", re.I)),
    ("open-ended", re.compile(r"\bor (longer|more)\b", re.I)),
    ("range", re.compile(r"\b(to|till|until|til)\b|–", re.I)),
)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """`value` is what is stored; `kind` how the text was read; `text` what stood there."""

    value: str
    kind: str
    text: str


def parse_lifetime(text: str) -> Lifetime:
    """Return the lifetime that `text` means, in English, Norwegian or ISO 8601.

    A text without a known meaning has value `""` and kind `unknown`, `event`, `absolute-date` or
    `shifted`. Raises Unprocessable for what no lifetime can be: negative, over a hundred years,
    over 200 characters, control characters.
    """
    _refuse(text)
    plain = " ".join(text.split())
    for pattern, value, kind in _WHOLE:
        if pattern.fullmatch(plain):
            return Lifetime(value, kind, text)
    if _ISO.fullmatch(plain.upper()):
        return Lifetime(_checked(plain.upper(), text), "fixed", text)
    plain = _SPAN.sub(r"\1 \3 to \2 \3", plain.replace("½", ",5"))
    amounts = [_iso(number, unit) for number, unit in _AMOUNT.findall(plain)]
    if _SUM.fullmatch(plain) and _falling(amounts):
        return Lifetime(_checked(_sum(amounts), text), "fixed", text)
    if not amounts:
        return Lifetime("", _of_no_amount(plain), text)
    longest = max((_checked(value, text) for value in amounts), key=lambda v: seconds(v) or 0)
    return Lifetime(longest, _kind(plain, len(amounts)), text)


_WHOLE: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (_UNKNOWN, "", "unknown"),
    (_SESSION, "session", "session"),
    (_PERSISTENT, "persistent", "persistent"),
    (_STORAGE, "persistent", "storage-type"),
    (_AT_ONCE, "PT0S", "fixed"),
    (_DATE, "", "absolute-date"),
)


def _refuse(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise _bad("The lifetime is too long a text.")
    if any(c < " " or "\ud800" <= c <= "\udfff" for c in text if c not in "\t\n\r"):
        raise _bad("The lifetime holds characters that cannot be stored.")
    if re.search(r"(?<!\w)[-−]\s*\d", text) and not re.search(r"\d\s*[-−–]\s*\d", text):
        raise _bad(f"{text!r} is negative.")


def _bad(what: str) -> Unprocessable:
    return Unprocessable(what, now="Write for example 13 months, 2 år, session or P1Y.")


def _iso(number: str, unit: str) -> str:
    count = float(_NUMBER_WORDS.get(number.lower()) or number.replace(",", "."))
    code = _UNITS[unit.lower()]
    if not count:
        return "PT0S"
    if not count.is_integer():
        code, factor = _SMALLER[code]
        count = math.ceil(round(count * factor, 6))
    return f"PT{count:.0f}{code[1]}" if code.startswith("T") else f"P{count:.0f}{code}"


def _falling(amounts: Sequence[str]) -> bool:
    """Whether each amount is of a smaller unit than the one before, as in 1 year 6 months."""
    units = [_ORDER.index(re.sub(r"[P\d]", "", value)) for value in amounts]
    return all(one < other for one, other in pairwise(units))


def _sum(amounts: Sequence[str]) -> str:
    date = "".join(v.removeprefix("P") for v in amounts if not v.startswith("PT"))
    time = "".join(v.removeprefix("PT") for v in amounts if v.startswith("PT"))
    return f"P{date}T{time}" if time else f"P{date}"


def _checked(value: str, text: str) -> str:
    if not is_lifetime(value):
        raise _bad(f"{text!r} is more than a hundred years.")
    return value


def _of_no_amount(plain: str) -> str:
    return "event" if re.search(r"\b(when|deleted|until|når)\b", plain, re.I) else "shifted"


def _kind(plain: str, amounts: int) -> str:
    for kind, pattern in _KINDS:
        if pattern.search(plain):
            return kind
    return "conditional" if amounts > 1 else "fixed"


def is_lifetime(value: str) -> bool:
    """Return whether `value` is in the form that is stored, and not over a hundred years."""
    if value in ("", "session", "persistent"):
        return True
    length = seconds(value)
    return length is not None and length <= LONGEST_SECONDS


def seconds(value: str) -> int | None:
    """Return the length of a stored lifetime in seconds; None for session, persistent, unknown."""
    found = _ISO.fullmatch(value)
    if found is None:
        return None
    parts = found.groupdict()
    return round(sum(int(parts[u]) * per for u, per in _SECONDS.items() if parts[u]))


def same_lifetime(one: str, other: str) -> bool:
    """Return whether two stored lifetimes are the same to a person: 12 months and 365 days are."""
    first, second = seconds(one), seconds(other)
    if first is None or second is None:
        return one == other
    return abs(first - second) <= TOLERANCE * max(first, second)
