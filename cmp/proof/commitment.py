# SPDX-License-Identifier: Apache-2.0
"""What a leaf says of its body: a salted commitment for records, a hash for public bodies."""

import hashlib
import hmac
from typing import Any

from cmp.proof.canonical import canonical

__all__ = ["SALT_BYTES", "commitment", "public_hash"]

SALT_BYTES = 32
_RECORD = b"cmp.consent-record/v1\x00"
_PUBLIC = b"cmp.public/v1\x00"


def commitment(record: bytes, salt: bytes) -> bytes:
    """Return HMAC-SHA-256 of the canonical `record` under its salt (specification B.2).

    Raises ValueError unless the salt has 32 bytes: HMAC keys of other lengths could collide.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return hmac.digest(salt, _RECORD + record, "sha256")


def public_hash(body: Any) -> bytes:
    """Return the SHA-256 of a public body's canonical form with its domain prefix (B.2)."""
    return hashlib.sha256(_PUBLIC + canonical(body)).digest()
