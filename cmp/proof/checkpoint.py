# SPDX-License-Identifier: Apache-2.0
"""Checkpoints: a log's name, size and root as a signed note (C2SP tlog-checkpoint)."""

from base64 import b64encode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cmp.proof.keys import key_id

__all__ = ["checkpoint_text", "sign_checkpoint"]


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """Return the three lines that are signed. No extension lines."""
    return f"{origin}\n{size}\n{b64encode(root).decode()}\n"


def sign_checkpoint(origin: str, size: int, root: bytes, key: Ed25519PrivateKey) -> str:
    """Return the signed note of a checkpoint; the key's name is the log's origin."""
    text = checkpoint_text(origin, size, root)
    signature = key_id(origin, key.public_key()) + key.sign(text.encode())
    return f"{text}\n— {origin} {b64encode(signature).decode()}\n"
