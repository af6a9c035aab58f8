# SPDX-License-Identifier: Apache-2.0
"""The choice a visitor's browser keeps: cookie `kvitt`, read so that anything odd means no consent.

1.<material>.<decided>.<until>.<categories>.<services>.<subject>.<record>

Times are seconds since 1970 in base 36; categories and services one digit each (1 granted), in the
order of the notice. `banner/src/state/choice.ts` writes and reads the same text; both are held to
`tests/vectors/choices.json`.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

__all__ = ["COOKIE", "Choice", "read_choice", "stored_choice"]

COOKIE = "kvitt"
_FORM = re.compile(
    r"1\.([0-9a-f]{16})\.([0-9a-z]{1,9})\.([0-9a-z]{1,9})\.([01]*)\.([01]*)"
    r"\.(?:[A-Za-z0-9_-]{22})?\.(?:[0-9a-f-]{36})?"
)
_BASE = 36
_CLOCK_SKEW = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Choice:
    """Answers in the order of the notice, and when they were given and end (Unix seconds)."""

    decided: int
    until: int
    categories: tuple[bool, ...]
    services: tuple[bool, ...]


def read_choice(
    text: str, *, material: str, categories: int, services: int, now: datetime
) -> Choice | None:
    """Return the choice written in `text`, or None unless it is whole, fits and is in force.

    `material` is the first digits of the notice's material hash; `categories` and `services` say
    how many answers there must be; `now` is aware.
    """
    found = _FORM.fullmatch(text)
    if found is None or found[1] != material:
        return None
    choice = Choice(
        int(found[2], _BASE), int(found[3], _BASE), _answers(found[4]), _answers(found[5])
    )
    asked = (len(choice.categories), len(choice.services)) == (categories, services)
    return choice if asked and _in_force(choice, now.astimezone(UTC)) else None


def _answers(digits: str) -> tuple[bool, ...]:
    return tuple(digit == "1" for digit in digits)


def _in_force(choice: Choice, now: datetime) -> bool:
    return choice.until > int(now.timestamp()) and choice.decided <= int(
        (now + _CLOCK_SKEW).timestamp()
    )


def stored_choice(cookies: str) -> str:
    """Return the text kept in a `Cookie` header; empty if there is none.

    Of several the first counts, as in the browser: it has the longest path (RFC 6265 section 5.4).
    """
    for pair in cookies.split(";"):
        name, equals, value = pair.strip(" \t").partition("=")
        if name == COOKIE and equals:
            return value
    return ""
