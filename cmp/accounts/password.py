# SPDX-License-Identifier: Apache-2.0
"""Passwords: how they are hashed, checked, made and refused. Needs no request and no application.

Argon2id with the parameters of the OWASP Password Storage Cheat Sheet (19 MiB, 2 passes, 1 lane).
"""

import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

__all__ = ["LONGEST", "SHORTEST", "fits", "hash_password", "one_time_password", "verify"]

# NIST SP 800-63B section 3.1.1.2: length counts, composition rules do not.
SHORTEST, LONGEST = 12, 200

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# No letter or digit that is taken for another when read from a screen or a sheet of paper.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 5

# What an unknown account is checked against, so that its answer takes as long as a known one's.
_NOBODY = _HASHER.hash(secrets.token_urlsafe())


def one_time_password() -> str:
    """Return a new random password of 99 bits, in groups that can be typed."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def hash_password(password: str) -> str:
    """Return the hash of `password` in PHC string format, to be stored."""
    return _HASHER.hash(_normal(password))


def verify(password: str, hashed: str | None) -> bool:
    """Say whether `password` belongs to `hashed`. None costs the same time and is never right."""
    try:
        right = _HASHER.verify(hashed or _NOBODY, _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return right and hashed is not None


def fits(password: str, email: str) -> bool:
    """Say whether `password` may be chosen: long enough, not too long, not the address itself."""
    normal = _normal(password)
    return SHORTEST <= len(normal) <= LONGEST and normal.casefold() != email.casefold()


def _normal(password: str) -> str:
    """One form for what keyboards write in several. What cannot be encoded can never be right."""
    return (
        unicodedata.normalize("NFKC", password[: LONGEST + 1]).encode("utf-8", "replace").decode()
    )
