# SPDX-License-Identifier: Apache-2.0
"""Identifiers minted on the server: record ids (UUIDv7, RFC 9562) and visitors' pseudonyms."""

import os
import secrets
from datetime import datetime

__all__ = ["new_record_id", "new_subject_key"]


def new_record_id(at: datetime) -> str:
    """Return a UUIDv7: 48 bits of milliseconds since 1970, then random (RFC 9562 section 5.7)."""
    milliseconds = int(at.timestamp() * 1000)
    value = milliseconds << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def new_subject_key() -> str:
    """Return a visitor's pseudonym: 128 random bits, base64url, derived from nothing."""
    return secrets.token_urlsafe(16)
