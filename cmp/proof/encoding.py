# SPDX-License-Identifier: Apache-2.0
"""Base64 with one spelling for each value (RFC 4648): what is signed must not be malleable."""

import binascii
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode

__all__ = ["from_base64", "from_base64url", "to_base64url"]


def from_base64(text: str) -> bytes:
    """Return the bytes of standard base64 with padding (section 4).

    Raises ValueError unless `text` is the one way to write them.
    """
    try:
        content = b64decode(text, validate=True)
    except binascii.Error as fault:
        raise ValueError(f"not base64: {fault}") from fault
    if b64encode(content).decode() != text:
        raise ValueError("base64 with stray bits at its end")
    return content


def to_base64url(content: bytes) -> str:
    """Return `content` as base64url without padding (section 5, RFC 7515 section 2)."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Return the bytes of base64url without padding.

    Raises ValueError unless `text` is the one way to write them.
    """
    try:
        content = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as fault:
        raise ValueError(f"not base64url: {fault}") from fault
    if to_base64url(content) != text:
        raise ValueError("base64url with other characters, padding or stray bits")
    return content
