# SPDX-License-Identifier: Apache-2.0
"""Trees of all sizes from 0 to 300: roots against pymerkle, every proof against the roots."""

from functools import cache

import pytest
from pymerkle import InmemoryTree

from cmp.proof.inclusion import (
    consistency_proof,
    inclusion_proof,
    root_of_consistency,
    root_of_inclusion,
    verify_consistency,
)
from cmp.proof.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash

LARGEST = 300
ENTRIES = [f"entry {n}\n".encode() for n in range(LARGEST)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


@cache
def subtree(level: int, number: int) -> bytes:
    if level == 0:
        return LEAVES[number]
    return node_hash(subtree(level - 1, 2 * number), subtree(level - 1, 2 * number + 1))


def roots() -> list[bytes]:
    edges = [Frontier()]
    for leaf in LEAVES:
        edges.append(edges[-1].extend([leaf]))
    return [edge.root() for edge in edges]


ROOTS = roots()


def test_roots_are_those_of_another_implementation() -> None:
    tree = InmemoryTree(algorithm="sha256")
    for entry in ENTRIES:
        tree.append_entry(entry)
    assert ROOTS[0] == EMPTY_ROOT
    assert [tree.get_root(size) for size in range(1, LARGEST + 1)] == ROOTS[1:]


def test_every_leaf_of_every_size_is_proved_and_nothing_else() -> None:
    for size in range(1, LARGEST + 1):
        for index in range(size):
            proof = inclusion_proof(index, size, subtree)
            assert root_of_inclusion(index, size, LEAVES[index], proof) == ROOTS[size]
            if size > 1:
                other = LEAVES[(index + 1) % size]
                assert root_of_inclusion(index, size, other, proof) != ROOTS[size]


def test_every_pair_of_sizes_is_consistent() -> None:
    for new in range(1, LARGEST + 1):
        for old in range(1, new):
            proof = consistency_proof(old, new, subtree)
            found = root_of_consistency(old, new, ROOTS[old], proof)
            assert found == (ROOTS[old], ROOTS[new])


@pytest.mark.parametrize(("old", "new"), [(1, 2), (3, 4), (4, 7), (6, 7), (128, 300), (255, 256)])
def test_a_consistency_proof_shows_nothing_else(old: int, new: int) -> None:
    proof = consistency_proof(old, new, subtree)
    assert verify_consistency(old, new, ROOTS[old], ROOTS[new], proof)
    assert not verify_consistency(old, new, ROOTS[old + 1], ROOTS[new], proof)
    assert not verify_consistency(old, new, ROOTS[old], ROOTS[new - 1], proof)
    assert not verify_consistency(old, new, ROOTS[old], ROOTS[new], proof[:-1])
    assert not verify_consistency(old, new, ROOTS[old], ROOTS[new], [*proof, ROOTS[1]])
    for place in range(len(proof)):
        changed = [*proof[:place], b"x" * 32, *proof[place + 1 :]]
        assert not verify_consistency(old, new, ROOTS[old], ROOTS[new], changed)


def test_the_edges_of_consistency() -> None:
    assert consistency_proof(0, 5, subtree) == consistency_proof(5, 5, subtree) == []
    assert verify_consistency(0, 5, EMPTY_ROOT, ROOTS[5], [])
    assert not verify_consistency(0, 5, EMPTY_ROOT, ROOTS[5], [ROOTS[1]])
    assert verify_consistency(5, 5, ROOTS[5], ROOTS[5], [])
    assert not verify_consistency(5, 5, ROOTS[5], ROOTS[4], [])
    assert not verify_consistency(5, 5, ROOTS[5], ROOTS[5], [ROOTS[1]])
    assert not verify_consistency(5, 4, ROOTS[5], ROOTS[4], [ROOTS[1]])
    assert not verify_consistency(3, 4, ROOTS[3], ROOTS[4], [])
    with pytest.raises(ValueError, match="does not continue"):
        consistency_proof(5, 4, subtree)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (5, 4), (-1, 4)])
def test_no_leaf_outside_the_tree_is_proved(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="not in a tree"):
        inclusion_proof(index, size, subtree)
    with pytest.raises(ValueError, match="not in a tree"):
        root_of_inclusion(index, size, LEAVES[0], [])


def test_a_proof_of_another_length_is_none() -> None:
    proof = inclusion_proof(2, 7, subtree)
    with pytest.raises(ValueError, match="too short"):
        root_of_inclusion(2, 7, LEAVES[2], proof[:-1])
    with pytest.raises(ValueError, match="too long"):
        root_of_inclusion(2, 7, LEAVES[2], [*proof, LEAVES[0]])
    longer = [*consistency_proof(3, 7, subtree), LEAVES[0]]
    with pytest.raises(ValueError, match="too long"):
        root_of_consistency(3, 7, ROOTS[3], longer)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 64, 255, 300])
def test_an_edge_survives_being_stored(size: int) -> None:
    edge = Frontier().extend(LEAVES[:size])
    assert Frontier.from_bytes(edge.to_bytes()) == edge
    for broken in (edge.to_bytes()[:-1], edge.to_bytes() + b"x" * 32, b""):
        with pytest.raises(ValueError, match="does not fit"):
            Frontier.from_bytes(broken)


def test_a_subtree_stands_for_its_leaves() -> None:
    edge = Frontier().extend(LEAVES[:8])
    assert edge.extend_subtree(3, subtree(3, 1)) == Frontier().extend(LEAVES[:16])
    assert edge.extend_subtree(1, subtree(1, 4)) == Frontier().extend(LEAVES[:10])
    with pytest.raises(ValueError, match="can begin at 8"):
        edge.extend_subtree(4, subtree(4, 0))
