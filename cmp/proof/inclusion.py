# SPDX-License-Identifier: Apache-2.0
"""Which hashes prove that a leaf is in a tree, and that one tree continues another (RFC 6962 2.1).

A proof names subtrees, so that whoever holds the tree can look their hashes up: `Subtree(level,
number)` is the perfect subtree over leaves [number * 2^level, (number + 1) * 2^level). What is not
perfect is folded from such subtrees, right to left.
"""

from collections.abc import Callable, Sequence

from cmp.proof.merkle import node_hash

__all__ = [
    "SubtreeHash",
    "consistency_proof",
    "inclusion_proof",
    "root_of_consistency",
    "root_of_inclusion",
    "verify_consistency",
]

# (level, number) -> hash of that perfect subtree.
SubtreeHash = Callable[[int, int], bytes]


def _split(size: int) -> int:
    """The largest power of two below `size` (RFC 6962: k < n <= 2k)."""
    return 1 << ((size - 1).bit_length() - 1)


def _range_hash(begin: int, end: int, hash_of: SubtreeHash) -> bytes:
    """The hash over leaves [begin, end), where begin is a multiple of the largest subtree in it."""
    size = end - begin
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return hash_of(level, begin >> level)
    middle = begin + _split(size)
    return node_hash(_range_hash(begin, middle, hash_of), _range_hash(middle, end, hash_of))


def inclusion_proof(index: int, size: int, hash_of: SubtreeHash) -> list[bytes]:
    """Return the hashes that prove leaf `index` in the tree of `size` leaves, its sibling first.

    Raises ValueError unless 0 <= index < size (RFC 6962 section 2.1.1).
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    proof: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            proof.append(_range_hash(middle, end, hash_of))
            end = middle
        else:
            proof.append(_range_hash(begin, middle, hash_of))
            begin = middle
    return proof[::-1]


def root_of_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """Return the root that `proof` leads to from leaf hash `leaf` (RFC 9162 section 2.1.3.2).

    Raises ValueError if the proof has not the length that index and size ask for.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    at, last, root = index, size - 1, leaf
    for part in proof:
        if not last:
            raise ValueError("the proof is too long")
        if at & 1 or at == last:
            root = node_hash(part, root)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            root = node_hash(root, part)
        at, last = at >> 1, last >> 1
    if last:
        raise ValueError("the proof is too short")
    return root


def consistency_proof(old: int, new: int, hash_of: SubtreeHash) -> list[bytes]:
    """Return the hashes that prove the tree of `old` leaves to be the start of that of `new`.

    Empty for old = 0 and old = new. Raises ValueError unless 0 <= old <= new (RFC 6962 2.1.2).
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} does not continue one of {old}")
    if old in (0, new):
        return []
    proof: list[bytes] = []
    begin, end, complete = 0, new, True
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            proof.append(_range_hash(middle, end, hash_of))
            end = middle
        else:
            proof.append(_range_hash(begin, middle, hash_of))
            begin, complete = middle, False
    if not complete:
        proof.append(_range_hash(begin, end, hash_of))
    return proof[::-1]


def root_of_consistency(
    old: int, new: int, old_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Return the two roots that `proof` leads to, for 0 < old < new (RFC 9162 section 2.1.4.2).

    Raises ValueError if the proof has not the length that the sizes ask for.
    """
    if not 0 < old < new:
        raise ValueError(f"nothing to prove between trees of {old} and {new}")
    parts = list(proof)
    if old & (old - 1) == 0:
        parts.insert(0, old_root)
    if not parts:
        raise ValueError("the proof is empty")
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = parts[0]
    for part in parts[1:]:
        if not last:
            raise ValueError("the proof is too long")
        if at & 1 or at == last:
            first, second = node_hash(part, first), node_hash(part, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, part)
        at, last = at >> 1, last >> 1
    if last:
        raise ValueError("the proof is too short")
    return first, second


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Return whether `proof` shows that the tree of `new` leaves continues that of `old`."""
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof
    try:
        return root_of_consistency(old, new, old_root, proof) == (old_root, new_root)
    except ValueError:
        return False
