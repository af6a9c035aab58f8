# SPDX-License-Identifier: Apache-2.0
"""The Merkle tree of RFC 6962 section 2.1: hashes, and the right edge that lets it grow.

The edge of a tree of n leaves holds one hash for each bit set in n: the roots of the perfect
subtrees it falls into, largest first. Appending folds equal ones together; the root folds all.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["EMPTY_ROOT", "HASH_BYTES", "Frontier", "leaf_hash", "node_hash"]

HASH_BYTES = 32
SIZE_BYTES = 8
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return SHA-256(0x00 || entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree's size and edge. Immutable: `extend` returns a new one."""

    size: int = 0
    edge: tuple[bytes, ...] = ()

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """Return the frontier after appending the leaf hashes in `leaves`."""
        size, edge = self.size, list(self.edge)
        for leaf in leaves:
            tail, bits = leaf, size
            while bits & 1:
                tail = node_hash(edge.pop(), tail)
                bits >>= 1
            edge.append(tail)
            size += 1
        return Frontier(size, tuple(edge))

    def extend_subtree(self, level: int, root: bytes) -> "Frontier":
        """Return the frontier after appending a perfect subtree of 2^level leaves by its root.

        Raises ValueError unless the tree's size is a multiple of 2^level, where such a tree fits.
        """
        if self.size & ((1 << level) - 1):
            raise ValueError(f"no subtree of 2^{level} leaves can begin at {self.size}")
        edge, tail, bits = list(self.edge), root, self.size >> level
        while bits & 1:
            tail = node_hash(edge.pop(), tail)
            bits >>= 1
        return Frontier(self.size + (1 << level), (*edge, tail))

    def root(self) -> bytes:
        """Return the tree's root hash."""
        if not self.edge:
            return EMPTY_ROOT
        *larger, root = self.edge
        for subtree in reversed(larger):
            root = node_hash(subtree, root)
        return root

    def to_bytes(self) -> bytes:
        """Return size (8 bytes, big endian) and edge as one string."""
        return self.size.to_bytes(SIZE_BYTES, "big") + b"".join(self.edge)

    @staticmethod
    def from_bytes(stored: bytes) -> "Frontier":
        """Return the frontier that `to_bytes` wrote. Raises ValueError if it is none."""
        size, rest = int.from_bytes(stored[:SIZE_BYTES], "big"), stored[SIZE_BYTES:]
        if len(stored) < SIZE_BYTES or len(rest) != size.bit_count() * HASH_BYTES:
            raise ValueError("the stored edge does not fit its size")
        edge = tuple(rest[i : i + HASH_BYTES] for i in range(0, len(rest), HASH_BYTES))
        return Frontier(size, edge)
