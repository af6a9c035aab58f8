# SPDX-License-Identifier: Apache-2.0
"""Canonical JSON (RFC 8785) of the values that are hashed: NFC text, integers, no floats.

`json.dumps` with sorted keys gives the bytes of RFC 8785 as long as no key holds a character beyond
the basic plane, where sorting by code point and by UTF-16 unit differ; then `rfc8785` is used.
"""

import json
import unicodedata
from collections.abc import Sequence
from typing import Any

import rfc8785

__all__ = ["CanonicalError", "canonical", "parse_canonical"]

LARGEST = 2**53
# Nothing that is hashed is nested nearly so deeply; what is deeper is made to exhaust a reader.
DEEPEST = 32
# Digits of the largest number: what is longer is not even read.
LARGEST_DIGITS = len(str(LARGEST))
TOO_DEEP = "the JSON is nested too deeply"
_WRITER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class CanonicalError(ValueError):
    """The value has no canonical form here: not NFC, a float, too large a number, another type."""


def _check(value: Any) -> bool:
    """Raise CanonicalError for what may not be hashed; return whether a key needs the slow way."""
    if isinstance(value, str):
        _check_text(value)
        return False
    if value is None or isinstance(value, bool):
        return False
    if isinstance(value, int):
        if not -LARGEST < value < LARGEST:
            raise CanonicalError(f"{value} is beyond 2^53")
        return False
    if isinstance(value, list | tuple):
        return _check_list(value)
    if isinstance(value, dict):
        return _check_members(value)
    raise CanonicalError(f"{type(value).__name__} cannot be written canonically")


def _check_list(parts: Sequence[Any]) -> bool:
    slow = False
    for part in parts:
        slow = _check(part) or slow
    return slow


def _check_members(members: dict[Any, Any]) -> bool:
    slow = False
    for key, value in members.items():
        if not isinstance(key, str):
            raise CanonicalError(f"the key {key!r} is no text")
        _check_text(key)
        slow = _check(value) or slow or (not key.isascii() and max(key) > "\uffff")
    return slow


def _check_text(text: str) -> None:
    if text.isascii():
        return
    if not unicodedata.is_normalized("NFC", text):
        raise CanonicalError(f"{text!r} is not in NFC")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise CanonicalError("the text holds a lone surrogate")


def canonical(value: Any) -> bytes:
    """Return the canonical bytes of `value`: None, bool, int, str, list, dict with text keys.

    Raises CanonicalError for anything else.
    """
    try:
        slow = _check(value)
    except RecursionError as fault:
        raise CanonicalError(TOO_DEEP) from fault
    if slow:
        return rfc8785.dumps(value)
    return _WRITER.encode(value).encode()


def _no_float(text: str) -> Any:
    raise CanonicalError(f"{text[:40]} is no whole number")


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > LARGEST_DIGITS or not -LARGEST < int(text) < LARGEST:
        raise CanonicalError(f"{text[:40]} is beyond 2^53")
    return int(text)


def _fits(value: Any, levels: int) -> bool:
    """Whether `value` is nested at most `levels` deep."""
    if not isinstance(value, dict | list):
        return True
    parts = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_fits(part, levels - 1) for part in parts)


_READER = json.JSONDecoder(parse_float=_no_float, parse_int=_whole, parse_constant=_no_float)


def parse_canonical(written: bytes) -> Any:
    """Return the value whose canonical form is `written`, byte for byte.

    Raises CanonicalError if it is no JSON or written in another way: spaces, order of keys, a key
    twice, escapes, floats, text that is not NFC. Each byte then says one thing, in one way.
    """
    try:
        text = written.decode()
        value = _READER.decode(text)
        # In an NFC line every text is NFC: what stands around a text never combines with it.
        again = _WRITER.encode(value)
        if not text.isascii() and max(text) > "\uffff":
            again = canonical(value).decode()
    except RecursionError as fault:
        raise CanonicalError(TOO_DEEP) from fault
    except UnicodeDecodeError as fault:
        raise CanonicalError(f"byte {fault.start} is not UTF-8") from fault
    except json.JSONDecodeError as fault:
        raise CanonicalError(f"no JSON: {fault.msg} at character {fault.pos}") from fault
    if text.count("{") + text.count("[") > DEEPEST and not _fits(value, DEEPEST):
        raise CanonicalError(TOO_DEEP)
    if again != text:
        raise CanonicalError("the JSON is not written in its canonical form")
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        raise CanonicalError("the text is not in NFC")
    return value
