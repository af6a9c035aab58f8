# SPDX-License-Identifier: Apache-2.0
"""A record's proof in one file (C2SP tlog-proof): extra, index, hashes, checkpoint."""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cmp.proof.canonical import CanonicalError, canonical, parse_canonical
from cmp.proof.checkpoint import LARGEST_SIZE, SignedRoot, open_checkpoint
from cmp.proof.encoding import from_base64
from cmp.proof.inclusion import root_of_inclusion
from cmp.proof.keys import VerifierKey
from cmp.proof.merkle import HASH_BYTES

__all__ = ["ProofError", "TlogProof", "open_proof", "parse_proof", "tlog_proof"]

HEADER = "c2sp.org/tlog-proof@v1"
LARGEST_PROOF = 1 << 20
MOST_HASHES = 63


class ProofError(ValueError):
    """The text is no proof, or it does not lead to the signed root."""


@dataclass(frozen=True, slots=True)
class TlogProof:
    """A parsed proof: `path` from the leaf's sibling up, `checkpoint` a whole signed note."""

    extra: Mapping[str, Any]
    index: int
    path: tuple[bytes, ...]
    checkpoint: str

    @property
    def record_bytes(self) -> bytes:
        """The canonical bytes of the record that is proved."""
        return canonical(self.extra["record"])


def tlog_proof(index: int, path: Sequence[bytes], checkpoint: str, extra: Mapping[str, Any]) -> str:
    """Return the proof of leaf `index` under `checkpoint` (a whole signed note), sibling first.

    `extra` is what a verifier needs to compute the leaf: `{"record", "salt"}` (specification B.2).
    """
    return "\n".join(
        [
            HEADER,
            f"extra {b64encode(canonical(dict(extra))).decode()}",
            f"index {index}",
            *(b64encode(part).decode() for part in path),
            "",
            checkpoint,
        ]
    )


def parse_proof(text: str) -> TlogProof:
    """Return the parts of a proof; nothing is verified. Raises ProofError if it is none."""
    head, separator, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if len(text) > LARGEST_PROOF or not separator or lines[0] != HEADER:
        raise ProofError(f"the file is not {HEADER}")
    if len(lines) < 3 or len(lines) > 3 + MOST_HASHES:
        raise ProofError("it lacks extra or index, or has too many hashes")
    return TlogProof(_extra(lines[1]), _index(lines[2]), tuple(map(_hash, lines[3:])), checkpoint)


def _extra(line: str) -> Mapping[str, Any]:
    try:
        extra = parse_canonical(from_base64(line.removeprefix("extra ")))
    except (CanonicalError, ValueError) as fault:
        raise ProofError(f"extra: {fault}") from fault
    if not line.startswith("extra ") or not isinstance(extra, dict):
        raise ProofError("its second line is not extra")
    return extra


def _index(line: str) -> int:
    digits = line.removeprefix("index ")
    if not line.startswith("index ") or not (digits.isascii() and digits.isdecimal()):
        raise ProofError("its third line is not index")
    if len(digits) > len(str(LARGEST_SIZE)) or str(int(digits)) != digits:
        raise ProofError("its index is no decimal number")
    return int(digits)


def _hash(line: str) -> bytes:
    try:
        content = from_base64(line)
    except ValueError as fault:
        raise ProofError(f"a hash is {fault}") from fault
    if len(content) != HASH_BYTES:
        raise ProofError(f"a hash has {len(content)} bytes, not {HASH_BYTES}")
    return content


def open_proof(proof: TlogProof, leaf: bytes, keys: Iterable[VerifierKey]) -> SignedRoot:
    """Return the signed root that `proof` leads to from leaf hash `leaf`.

    Raises NoteError if the checkpoint is not signed by its log, ProofError if the hashes lead to
    another root.
    """
    signed = open_checkpoint(proof.checkpoint, keys)
    try:
        root = root_of_inclusion(proof.index, signed.size, leaf, proof.path)
    except ValueError as fault:
        raise ProofError(str(fault)) from fault
    if root != signed.root:
        raise ProofError("the hashes do not lead to the root that was signed")
    return signed
