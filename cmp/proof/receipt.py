# SPDX-License-Identifier: Apache-2.0
"""Instant receipts: compact JWS (RFC 7515) with `alg: Ed25519` (RFC 9864)."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cmp.proof.canonical import CanonicalError, canonical, parse_canonical
from cmp.proof.commitment import commitment
from cmp.proof.encoding import from_base64, from_base64url, to_base64url
from cmp.proof.keys import thumbprint
from cmp.proof.leaf import leaf_entry

__all__ = ["LARGEST_RECEIPT", "ReceiptError", "open_receipt", "sign_receipt"]

TYPE = "cmp-receipt+jws"
LARGEST_RECEIPT = 1 << 20
_MEMBERS = ("entry", "index", "iss", "log", "record", "salt")


class ReceiptError(ValueError):
    """The text is no receipt, or not one that these keys signed, or it contradicts itself."""


def _header_text(public: Ed25519PublicKey) -> str:
    header = {"alg": "Ed25519", "kid": thumbprint(public), "typ": TYPE}
    return to_base64url(canonical(header))


@lru_cache(maxsize=16)
def _header(key: Ed25519PrivateKey) -> bytes:
    return _header_text(key.public_key()).encode()


def sign_receipt(payload: Mapping[str, Any], key: Ed25519PrivateKey) -> str:
    """Return the receipt for `payload` (specification B.2): header.payload.signature."""
    signed = _header(key) + b"." + to_base64url(canonical(dict(payload))).encode()
    return f"{signed.decode()}.{to_base64url(key.sign(signed))}"


def open_receipt(token: str, keys: Iterable[Ed25519PublicKey]) -> dict[str, Any]:
    """Return the payload of a receipt that one of `keys` signed and whose leaf fits its record.

    The header must be exactly ours: no algorithm is taken from it. Raises ReceiptError otherwise.
    """
    parts = token.split(".")
    if len(token) > LARGEST_RECEIPT or len(parts) != 3:
        raise ReceiptError("a receipt is header, payload and signature, with dots between")
    key = next((key for key in keys if _header_text(key) == parts[0]), None)
    if key is None:
        raise ReceiptError("its header names none of the keys at hand")
    try:
        signature, payload = from_base64url(parts[2]), from_base64url(parts[1])
        key.verify(signature, f"{parts[0]}.{parts[1]}".encode())
        said = parse_canonical(payload)
    except InvalidSignature as fault:
        raise ReceiptError("its signature does not hold") from fault
    except (CanonicalError, ValueError) as fault:
        raise ReceiptError(str(fault)) from fault
    if not isinstance(said, dict) or tuple(said) != _MEMBERS:
        raise ReceiptError(f"its payload has not the members {', '.join(_MEMBERS)}")
    _check_leaf(said)
    return said


def _check_leaf(said: Mapping[str, Any]) -> None:
    """The leaf entry is that of record and salt, and the log one of the issuer (B.2)."""
    try:
        salt = from_base64(said["salt"])
        digest = commitment(canonical(said["record"]), salt)
        entry = leaf_entry("consent", said["record"]["event"]["time"][:7], digest)
        fits = from_base64(said["entry"]) == entry
    except (ValueError, TypeError, KeyError) as fault:
        raise ReceiptError(f"record and salt give no leaf: {fault}") from fault
    if not fits:
        raise ReceiptError("record and salt do not give the leaf in it")
    if type(said["index"]) is not int or said["index"] < 0:
        raise ReceiptError("its index is no whole number")
    if not isinstance(said["log"], str) or said["log"].partition("/")[0] != said["iss"]:
        raise ReceiptError("its log is not one of its issuer")
