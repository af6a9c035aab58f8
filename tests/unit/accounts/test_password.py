# SPDX-License-Identifier: Apache-2.0
"""Passwords: hashing, checking, making, refusing."""

import unicodedata

import pytest

from cmp.accounts.password import fits, hash_password, one_time_password, verify


def test_a_hash_is_argon2id_and_checks() -> None:
    hashed = hash_password("en lang og god setning")
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert verify("en lang og god setning", hashed)
    assert not verify("en lang og god setninG", hashed)
    assert hash_password("en lang og god setning") != hashed


def test_nobodys_password_is_never_right() -> None:
    assert not verify("", None)
    assert not verify("en lang og god setning", "ikke et avtrykk")


def test_two_keyboards_write_one_password() -> None:
    hashed = hash_password(unicodedata.normalize("NFD", "blåbær på bjørketrær"))
    assert verify(unicodedata.normalize("NFC", "blåbær på bjørketrær"), hashed)


def test_a_lone_surrogate_is_no_fault() -> None:
    assert not verify("a\ud800b", hash_password("en lang og god setning"))


def test_the_end_of_a_long_password_counts() -> None:
    assert not verify("x" * 199 + "y", hash_password("x" * 200))


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("x" * 11, False),
        ("x" * 12, True),
        ("x" * 200, True),
        ("x" * 201, False),
        ("Kari@Example.no", False),
    ],
)
def test_length_counts_and_the_address_is_refused(password: str, good: bool) -> None:
    assert fits(password, "kari@example.no") is good


def test_one_time_passwords_fit_and_differ() -> None:
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50
    assert all(fits(password, "a@b.no") and len(password) == 23 for password in made)
    assert not set("".join(made)) & set("01iloIO")
