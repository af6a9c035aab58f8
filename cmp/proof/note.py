# SPDX-License-Identifier: Apache-2.0
"""Signed notes: a text and lines that sign it (C2SP signed-note).

Example: text, blank line, one line for each signature.

    consent.example.no/cmp/butikk/2026
    4
    <base64 of the root>

    — consent.example.no/cmp/butikk/2026 <base64 of key id and signature>
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature

from cmp.proof.encoding import from_base64
from cmp.proof.keys import KEY_ID_BYTES, VerifierKey, is_key_name

__all__ = ["NoteError", "Signature", "SignedNote", "open_note", "parse_note"]

# What is more than this is no note of ours and is not worth the time.
MOST_SIGNATURES = 100
LARGEST_NOTE = 1_000_000
MARK = "— "


class NoteError(ValueError):
    """The text is no signed note, or it is not signed as it must be."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: `key_id` are the four bytes that point at a key of `name`."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class SignedNote:
    """`text` is what is signed, with its last newline."""

    text: str
    signatures: tuple[Signature, ...]


def parse_note(note: str) -> SignedNote:
    """Return the parts of a signed note; nothing is verified. Raises NoteError if it is none."""
    if len(note) > LARGEST_NOTE:
        raise NoteError("the note is too long")
    if any(character < " " and character != "\n" for character in note):
        raise NoteError("the note holds control characters")
    head, separator, tail = note.rpartition("\n\n")
    if not separator or not tail.endswith("\n"):
        raise NoteError("the note has no signature lines behind a blank line")
    lines = tail[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteError("the note has too many signatures")
    return SignedNote(head + "\n", tuple(_signature(line) for line in lines))


def _signature(line: str) -> Signature:
    name, separator, encoded = line.removeprefix(MARK).partition(" ")
    if not line.startswith(MARK) or not separator or not is_key_name(name):
        raise NoteError("a signature line is not dash, name and base64")
    try:
        content = from_base64(encoded)
    except ValueError as fault:
        raise NoteError(f"the signature of {name} is {fault}") from fault
    if len(content) <= KEY_ID_BYTES:
        raise NoteError(f"the signature of {name} is too short")
    return Signature(name, content[:KEY_ID_BYTES], content[KEY_ID_BYTES:])


def open_note(note: str, keys: Iterable[VerifierKey]) -> tuple[SignedNote, tuple[VerifierKey, ...]]:
    """Return the note and the keys among `keys` that signed it, at least one.

    Signatures of unknown keys are ignored, also those of another key with a known name. Raises
    NoteError if none of `keys` signed the note, or if a known key's signature does not hold.
    """
    parsed = parse_note(note)
    known = {(key.name, key.key_id): key for key in keys}
    signed: list[VerifierKey] = []
    for signature in parsed.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        try:
            key.public.verify(signature.signature, parsed.text.encode())
        except InvalidSignature as fault:
            raise NoteError(f"the signature of {key.name} does not hold") from fault
        if key not in signed:
            signed.append(key)
    if not signed:
        raise NoteError("none of the keys at hand signed the note")
    return parsed, tuple(signed)
