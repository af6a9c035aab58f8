# SPDX-License-Identifier: Apache-2.0
"""Checkpoints: a log's name, size and root as a signed note (C2SP tlog-checkpoint)."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cmp.proof.encoding import from_base64
from cmp.proof.keys import VerifierKey, key_id
from cmp.proof.merkle import HASH_BYTES
from cmp.proof.note import NoteError, open_note, parse_note

__all__ = [
    "SignedRoot",
    "checkpoint_text",
    "open_checkpoint",
    "parse_checkpoint",
    "sign_checkpoint",
]

# More leaves than a log can ever have; keeps arithmetic on hostile sizes small.
LARGEST_SIZE = 2**62


@dataclass(frozen=True, slots=True)
class SignedRoot:
    """What a checkpoint says: the log `origin` has `size` leaves under `root` (32 bytes)."""

    origin: str
    size: int
    root: bytes


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """Return the three lines that are signed. No extension lines."""
    return f"{origin}\n{size}\n{b64encode(root).decode()}\n"


def sign_checkpoint(origin: str, size: int, root: bytes, key: Ed25519PrivateKey) -> str:
    """Return the signed note of a checkpoint; the key's name is the log's origin."""
    text = checkpoint_text(origin, size, root)
    signature = key_id(origin, key.public_key()) + key.sign(text.encode())
    return f"{text}\n— {origin} {b64encode(signature).decode()}\n"


def parse_checkpoint(note: str) -> SignedRoot:
    """Return what the signed note `note` says; no signature is verified.

    Raises NoteError if it is no note of origin, size and root without extension lines.
    """
    return _signed_root(parse_note(note).text)


def open_checkpoint(note: str, keys: Iterable[VerifierKey]) -> SignedRoot:
    """Return what `note` says, signed by the log itself: by a key among `keys` named its origin.

    Raises NoteError as `open_note` does, or if only keys of other names signed it.
    """
    parsed, signers = open_note(note, keys)
    said = _signed_root(parsed.text)
    if said.origin not in {key.name for key in signers}:
        raise NoteError(f"{said.origin} is not signed by a key of that name")
    return said


def _signed_root(text: str) -> SignedRoot:
    lines = text.split("\n")
    if len(lines) != 4 or not lines[0]:
        raise NoteError("a checkpoint has three lines: origin, size, root")
    origin, size, encoded, _ = lines
    if not (size.isascii() and size.isdecimal()) or len(size) > 19 or str(int(size)) != size:
        raise NoteError("the checkpoint's size is no decimal number")
    try:
        root = from_base64(encoded)
    except ValueError as fault:
        raise NoteError(f"the checkpoint's root is {fault}") from fault
    if len(root) != HASH_BYTES or int(size) > LARGEST_SIZE:
        raise NoteError("the checkpoint's root or size is out of bounds")
    return SignedRoot(origin, int(size), root)
