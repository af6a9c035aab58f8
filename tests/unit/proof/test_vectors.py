# SPDX-License-Identifier: Apache-2.0
"""The vectors of the specification (B.3), byte for byte; other code computed the same."""

from base64 import b64decode, b64encode

import pytest

from cmp.proof.canonical import canonical
from cmp.proof.checkpoint import open_checkpoint, sign_checkpoint
from cmp.proof.commitment import commitment, public_hash
from cmp.proof.inclusion import (
    consistency_proof,
    inclusion_proof,
    root_of_consistency,
    root_of_inclusion,
)
from cmp.proof.keys import from_seed, parse_vkey, vkey
from cmp.proof.leaf import leaf_entry
from cmp.proof.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash

ORIGIN = "consent.example.no/cmp/amoi-no/2026"
LOG_KEY = from_seed(bytes(range(32)))
SALT = b"\xa5" * 32
RECORD = {
    "schema": "cmp-consent-record/1",
    "record_id": "0193a000-0000-7000-8000-000000000001",
    "lang": "nb-NO",
    "event": {"state": "refused", "method": "reject_all", "time": "2026-11-22T21:34:25.123Z"},
    "decision": {"necessary": "exempt", "marketing": "denied", "analytics": "denied"},
}
BODIES = (
    (
        "2026-11",
        {"kind": "genesis", "origin": ORIGIN, "prev": None, "schema": "cmp-log/v1"},
    ),
    (
        "2026-11",
        {"kind": "notice", "lang": ["nb-NO"], "sha256": "0" * 64, "version": "2026.11-a"},
    ),
    (
        "2026-12",
        {"kind": "erasure", "reason": "art17", "target": 2, "time": "2026-12-01"},
    ),
)


def leaves() -> list[bytes]:
    genesis, notice, erasure = (
        leaf_hash(leaf_entry(str(body["kind"]), period, public_hash(body)))
        for period, body in BODIES
    )
    record = commitment(canonical(RECORD), SALT)
    return [genesis, notice, leaf_hash(leaf_entry("consent", "2026-11", record)), erasure]


def subtree(level: int, number: int) -> bytes:
    if level == 0:
        return leaves()[number]
    return node_hash(subtree(level - 1, 2 * number), subtree(level - 1, 2 * number + 1))


def in_base64(*hashes: bytes) -> list[str]:
    return [b64encode(part).decode() for part in hashes]


def test_the_record_in_canonical_form() -> None:
    assert canonical(RECORD) == (
        b'{"decision":{"analytics":"denied","marketing":"denied","necessary":"exempt"},'
        b'"event":{"method":"reject_all","state":"refused","time":"2026-11-22T21:34:25.123Z"},'
        b'"lang":"nb-NO","record_id":"0193a000-0000-7000-8000-000000000001",'
        b'"schema":"cmp-consent-record/1"}'
    )


def test_commitment_entry_and_leaf() -> None:
    digest = commitment(canonical(RECORD), SALT)
    entry = leaf_entry("consent", "2026-11", digest)
    assert digest.hex() == "d39612f9d8b3148f0592d95acc84ed7a5720b6fbff3c4c3de90549fdab177581"
    assert entry == (
        b"cmp.leaf/v1\nconsent\n2026-11\n05YS+dizFI8FktlazITtelcgtvv/PEw96QVJ/asXdYE=\n"
    )
    assert leaf_hash(entry).hex() == (
        "37077da03c847af182606da058acf9df990eb44715113edfa86ff7e6f1e34589"
    )


@pytest.mark.parametrize(
    ("size", "root"),
    [
        (1, "WrNrTWQ+dMcgY0xHAY0/H7yoPS6E/JmN6INZlCxuKQA="),
        (3, "OfFAp1jt+NDpwSgRDAdH6VnomjQGDRUUBAUDxpgJd1A="),
        (4, "rIjxoxe5u3QEtraZu8732yDnSpr9laR6JjRwW58lu7E="),
    ],
)
def test_roots(size: int, root: str) -> None:
    assert in_base64(Frontier().extend(leaves()[:size]).root()) == [root]


def test_the_empty_root() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert Frontier().root() == EMPTY_ROOT


def test_the_inclusion_proof() -> None:
    proof = inclusion_proof(2, 4, subtree)
    assert in_base64(*proof) == [
        "pZ8LPyGe5jISa8tQ0OkcI3nXFg9lf0TdUwf8P5MYC68=",
        "KJiFQO7Op+B37lU1GklN0+PuVXUkz2xsmybJRQ85EXc=",
    ]
    root = Frontier().extend(leaves()).root()
    assert root_of_inclusion(2, 4, leaves()[2], proof) == root


def test_the_consistency_proof() -> None:
    proof = consistency_proof(3, 4, subtree)
    assert in_base64(*proof) == [
        "Nwd9oDyEevGCYG2gWKz535kOtEcVET7fqG/35vHjRYk=",
        "pZ8LPyGe5jISa8tQ0OkcI3nXFg9lf0TdUwf8P5MYC68=",
        "KJiFQO7Op+B37lU1GklN0+PuVXUkz2xsmybJRQ85EXc=",
    ]
    old, new = (Frontier().extend(leaves()[:size]).root() for size in (3, 4))
    assert root_of_consistency(3, 4, old, proof) == (old, new)


def test_the_verifier_key() -> None:
    written = f"{ORIGIN}+a9a3a21f+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    assert vkey(ORIGIN, LOG_KEY.public_key()) == written
    assert parse_vkey(written).public == LOG_KEY.public_key()


def test_the_verifier_key_of_a_log_that_others_run() -> None:
    written = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    assert vkey("sum.golang.org", parse_vkey(written).public) == written


def test_the_signature() -> None:
    root = b64decode("rIjxoxe5u3QEtraZu8732yDnSpr9laR6JjRwW58lu7E=")
    note = sign_checkpoint(ORIGIN, 4, root, LOG_KEY)
    assert note == (
        f"{ORIGIN}\n4\nrIjxoxe5u3QEtraZu8732yDnSpr9laR6JjRwW58lu7E=\n\n"
        f"— {ORIGIN} qaOiHzSCmNNzru1nCqZYLB2Ngo/TYrRzrvngikKS5bcLR3A4GYNBb0mdd7aQlGDGNOXm7O/1"
        "0Fc8aol9Jz/yFBxB2Qc=\n"
    )
    signed = open_checkpoint(note, [parse_vkey(vkey(ORIGIN, LOG_KEY.public_key()))])
    assert (signed.origin, signed.size, signed.root) == (ORIGIN, 4, root)
