# SPDX-License-Identifier: Apache-2.0
"""One way to write each value, and refusal of what has none."""

import json
import unicodedata
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from cmp.proof.canonical import CanonicalError, canonical, parse_canonical

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(
    lambda text: unicodedata.normalize("NFC", text)
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_it_is_rfc_8785_and_can_be_read_back(value: Any) -> None:
    written = canonical(value)
    assert written == rfc8785.dumps(value)
    assert parse_canonical(written) == value


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"b": 1, "a": 2}, '{"a":2,"b":1}'),
        ("\u2028 <>&/", '"\u2028 <>&/"'),
        ('\x00\x1f\x7f\n"\\', '"\\u0000\\u001f\x7f\\n\\"\\\\"'),
        ({"🍪": 1, "ﬀ": 2}, '{"🍪":1,"ﬀ":2}'),
        (2**53 - 1, "9007199254740991"),
        ([None, True, False, 0, -1], "[null,true,false,0,-1]"),
    ],
)
def test_what_is_written(value: Any, written: str) -> None:
    assert canonical(value) == written.encode()


def test_emoji_keys_sort_by_utf_16_unit() -> None:
    # U+1F36A is D83C DF6A in UTF-16, before U+FB00; by code point it would come after.
    assert list(json.loads(canonical({"\ufb00": 1, "\U0001f36a": 2}))) == ["\U0001f36a", "\ufb00"]


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        2**53,
        -(2**53),
        "e\u0301",
        {"e\u0301": 1},
        "\ud800",
        {"a": ["\udfff"]},
        {1: 2},
        b"bytes",
        {1, 2},
        {"a": {"b": [0.5]}},
    ],
)
def test_what_cannot_be_written(value: Any) -> None:
    with pytest.raises(CanonicalError):
        canonical(value)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (b'{"a": 1}', "canonical form"),
        (b'{"b":1,"a":2}', "canonical form"),
        (b'{"a":1,"a":1}', "canonical form"),
        (b'{"a":1}\n', "canonical form"),
        (b'"\\u00e6"', "canonical form"),
        (b'"\\ud800"', "canonical form"),
        ('"e\u0301"'.encode(), "NFC"),
        (b"-0", "canonical form"),
        (b"1.0", "whole number"),
        (b"1e3", "whole number"),
        (b"NaN", "whole number"),
        (b"9007199254740992", "beyond"),
        (b"-" + b"9" * 5000, "beyond"),
        (b'{"a":', "no JSON"),
        (b"", "no JSON"),
        (b'"\xff"', "UTF-8"),
        (b'"\xed\xa0\x80"', "UTF-8"),
        (b"\xef\xbb\xbf1", "no JSON"),
        (b"[" * 100_000, "nested"),
        (b'{"a":' * 100_000, "nested"),
        (b"[" * 33 + b"]" * 33, "nested"),
        (b"[" * 500 + b"]" * 500, "nested"),
    ],
)
def test_what_is_no_canonical_form(written: bytes, why: str) -> None:
    with pytest.raises(CanonicalError, match=why):
        parse_canonical(written)


def test_depth_has_a_limit_and_braces_in_texts_do_not_count() -> None:
    assert parse_canonical(b"[" * 32 + b"]" * 32)
    assert parse_canonical(b'"' + b"[{" * 100 + b'"') == "[{" * 100
    deep: Any = 1
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(CanonicalError, match="nested"):
        canonical(deep)


def test_emoji_keys_in_the_wrong_order_are_no_canonical_form() -> None:
    right = canonical({"\ufb00": 1, "\U0001f36a": 2})
    assert parse_canonical(right) == {"\ufb00": 1, "\U0001f36a": 2}
    with pytest.raises(CanonicalError):
        parse_canonical('{"\ufb00":1,"\U0001f36a":2}'.encode())
