# SPDX-License-Identifier: Apache-2.0
"""What a leaf gives away: nothing that can be guessed, unless the salt is known."""

import hashlib

import pytest

from cmp.proof.canonical import canonical
from cmp.proof.commitment import commitment, public_hash
from tests.unit.proof.made_log import consent


def guesses() -> list[bytes]:
    """Every record that this visitor can have made at that time, as an attacker would list them."""
    return [
        canonical(consent(1, event__method=method, event__state=state))
        for method in ("accept_all", "reject_all", "save_custom")
        for state in ("given", "partial", "refused")
    ]


def test_a_guess_without_the_salt_matches_nothing() -> None:
    record = guesses()[4]
    leaf = commitment(record, hashlib.sha256(b"a salt that is gone").digest())
    tried = {commitment(guess, salt) for guess in guesses() for salt in (b"\x00" * 32, b"x" * 32)}
    assert leaf not in tried
    assert leaf not in {hashlib.sha256(guess).digest() for guess in guesses()}


def test_an_unsalted_hash_would_have_been_guessed() -> None:
    unsalted = hashlib.sha256(guesses()[4]).digest()
    assert [n for n, g in enumerate(guesses()) if hashlib.sha256(g).digest() == unsalted] == [4]


@pytest.mark.parametrize("size", [0, 16, 31, 33, 64])
def test_a_salt_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(b"{}", b"s" * size)


def test_records_and_public_bodies_never_share_a_hash() -> None:
    assert public_hash({}) == hashlib.sha256(b"cmp.public/v1\x00{}").digest()
    assert commitment(b"{}", b"s" * 32) != public_hash({})
