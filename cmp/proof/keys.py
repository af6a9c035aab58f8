# SPDX-License-Identifier: Apache-2.0
"""Ed25519 keys as this program, C2SP signed notes and JWS name them."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cmp.proof.canonical import canonical
from cmp.proof.encoding import from_base64, from_base64url, to_base64url

__all__ = [
    "KEY_ID_BYTES",
    "VerifierKey",
    "from_seed",
    "is_key_name",
    "key_id",
    "parse_jwk",
    "parse_vkey",
    "public_jwk",
    "thumbprint",
    "vkey",
]

ED25519 = b"\x01"
KEY_ID_BYTES = 4
PUBLIC_BYTES = 32


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half of a key that signs notes, under the name it signs with."""

    name: str
    key_id: bytes
    public: Ed25519PublicKey


def from_seed(seed: bytes) -> Ed25519PrivateKey:
    """Return the key whose private half is the 32 bytes `seed` (RFC 8032)."""
    return Ed25519PrivateKey.from_private_bytes(seed)


def key_id(name: str, public: Ed25519PublicKey) -> bytes:
    """Return the four bytes that point at a key in a signed note (C2SP signed-note)."""
    named = name.encode() + b"\n" + ED25519 + public.public_bytes_raw()
    return hashlib.sha256(named).digest()[:4]


def vkey(name: str, public: Ed25519PublicKey) -> str:
    """Return the verifier key `name+id+base64` (C2SP signed-note)."""
    encoded = b64encode(ED25519 + public.public_bytes_raw()).decode()
    return f"{name}+{key_id(name, public).hex()}+{encoded}"


def is_key_name(name: str) -> bool:
    """Return whether a key may be called `name`: not empty, no space, no plus."""
    return bool(name) and "+" not in name and not any(c.isspace() for c in name)


def parse_vkey(text: str) -> VerifierKey:
    """Return the verifier key written as `name+id+base64` (C2SP signed-note).

    Raises ValueError if it is not an Ed25519 key written that way, or its id is not its own.
    """
    parts = text.split("+", 2)
    if len(parts) != 3 or not is_key_name(parts[0]):
        raise ValueError("a verifier key is written name+id+base64")
    content = from_base64(parts[2])
    if len(content) != 1 + PUBLIC_BYTES or content[:1] != ED25519:
        raise ValueError("the verifier key is not an Ed25519 key")
    public = Ed25519PublicKey.from_public_bytes(content[1:])
    if parts[1] != key_id(parts[0], public).hex():
        raise ValueError("the id in the verifier key is not that of its name and key")
    return VerifierKey(parts[0], key_id(parts[0], public), public)


def _bare_jwk(public: Ed25519PublicKey) -> dict[str, str]:
    return {"crv": "Ed25519", "kty": "OKP", "x": to_base64url(public.public_bytes_raw())}


def thumbprint(public: Ed25519PublicKey) -> str:
    """Return the JWK thumbprint, base64url of SHA-256 (RFC 7638, RFC 8037 appendix A.3)."""
    return to_base64url(hashlib.sha256(canonical(_bare_jwk(public))).digest())


def public_jwk(public: Ed25519PublicKey) -> dict[str, str]:
    """Return the key as a JSON Web Key (RFC 8037) with `kid`, for a key set."""
    return {**_bare_jwk(public), "alg": "Ed25519", "kid": thumbprint(public), "use": "sig"}


def parse_jwk(jwk: Mapping[str, Any]) -> Ed25519PublicKey:
    """Return the key that `public_jwk` wrote. Raises ValueError if it is none, or not its own."""
    encoded = jwk.get("x")
    if not isinstance(encoded, str):
        raise ValueError("the JSON Web Key has no public half")
    content = from_base64url(encoded)
    if len(content) != PUBLIC_BYTES:
        raise ValueError("the JSON Web Key is not an Ed25519 key")
    public = Ed25519PublicKey.from_public_bytes(content)
    if dict(jwk) != public_jwk(public):
        raise ValueError("the members of the JSON Web Key do not fit one another")
    return public
