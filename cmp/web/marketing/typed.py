# SPDX-License-Identifier: Apache-2.0
"""What people typed into a form, made even, and what in it can be no honest text.

Stricter than the rules of the catalogue, which imports must pass too: markup and formulas are
refused here because whoever types them will read them back elsewhere, in a page or a spreadsheet.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from cmp.catalog.item_rules import Problem

__all__ = ["Typed", "lines_of", "read_typed", "searched", "typing_problems"]

LONGEST_SEARCH = 200

_MARKUP = re.compile(r"<[a-zA-Z/!?]")
_FORMULA = ("=", "+", "-", "@")
# What stands where bytes of a form could not be read as UTF-8: this sign, or the bytes escaped.
_UNREADABLE = "\ufffd"
_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of a form as they were typed, and what is wrong with each."""

    values: Mapping[str, str]
    problems: Sequence[Problem] = field(default=())


def read_typed(form: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Return the named fields: NFC, one kind of line end, no blanks around. Missing ones are empty.

    Macs send decomposed letters and browsers CRLF; neither is an edit.
    """
    return {name: _even(form.get(name, "")) for name in names}


def _even(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").strip(" \n"))


def searched(text: str) -> str:
    """Return the words of a search without characters that cannot be shown, and not too many."""
    return "".join(c for c in _even(text) if c.isprintable())[:LONGEST_SEARCH]


def lines_of(text: str) -> list[str]:
    """Return the lines of `text` that hold something, without blanks around."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def typing_problems(values: Mapping[str, str], prose: Iterable[str]) -> Iterator[Problem]:
    """Yield what is wrong with the way the fields were typed; `prose` names those people read."""
    for name, text in values.items():
        if not _readable(text):
            yield Problem(name, "unreadable")
    for name in prose:
        if _MARKUP.search(values[name]):
            yield Problem(name, "markup")
        if values[name].startswith(_FORMULA):
            yield Problem(name, "formula", values[name][0])


def _readable(text: str) -> bool:
    try:
        for escaped in _ESCAPED.findall(text):
            unquote_to_bytes(escaped).decode()
    except UnicodeDecodeError:
        return False
    return _UNREADABLE not in text
