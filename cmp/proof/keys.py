# SPDX-License-Identifier: Apache-2.0
"""Ed25519 keys as this program, C2SP signed notes and JWS name them."""

import hashlib
from base64 import b64encode, urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cmp.proof.canonical import canonical

__all__ = ["from_seed", "key_id", "public_jwk", "thumbprint", "vkey"]

ED25519 = b"\x01"


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


def _unpadded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _bare_jwk(public: Ed25519PublicKey) -> dict[str, str]:
    return {"crv": "Ed25519", "kty": "OKP", "x": _unpadded(public.public_bytes_raw())}


def thumbprint(public: Ed25519PublicKey) -> str:
    """Return the JWK thumbprint, base64url of SHA-256 (RFC 7638, RFC 8037 appendix A.3)."""
    return _unpadded(hashlib.sha256(canonical(_bare_jwk(public))).digest())


def public_jwk(public: Ed25519PublicKey) -> dict[str, str]:
    """Return the key as a JSON Web Key (RFC 8037) with `kid`, for a key set."""
    return {**_bare_jwk(public), "alg": "Ed25519", "kid": thumbprint(public), "use": "sig"}
