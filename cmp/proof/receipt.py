# SPDX-License-Identifier: Apache-2.0
"""Instant receipts: compact JWS (RFC 7515) with `alg: Ed25519` (RFC 9864)."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cmp.proof.canonical import canonical
from cmp.proof.keys import thumbprint

__all__ = ["sign_receipt"]

TYPE = "cmp-receipt+jws"


def _unpadded(content: bytes) -> bytes:
    return urlsafe_b64encode(content).rstrip(b"=")


@lru_cache(maxsize=16)
def _header(key: Ed25519PrivateKey) -> bytes:
    header = {"alg": "Ed25519", "kid": thumbprint(key.public_key()), "typ": TYPE}
    return _unpadded(canonical(header))


def sign_receipt(payload: Mapping[str, Any], key: Ed25519PrivateKey) -> str:
    """Return the receipt for `payload` (specification B.2): header.payload.signature."""
    signed = _header(key) + b"." + _unpadded(canonical(dict(payload)))
    return (signed + b"." + _unpadded(key.sign(signed))).decode()
