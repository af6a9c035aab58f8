# SPDX-License-Identifier: Apache-2.0
"""A log made by hand, without a database: its leaves, and the download that shows them."""

import hashlib
import uuid
from base64 import b64encode
from collections.abc import Collection
from typing import Any

from cmp.proof.canonical import canonical
from cmp.proof.checkpoint import sign_checkpoint
from cmp.proof.commitment import commitment, public_hash
from cmp.proof.inclusion import inclusion_proof
from cmp.proof.keys import from_seed, public_jwk, vkey
from cmp.proof.leaf import leaf_entry
from cmp.proof.merkle import Frontier, leaf_hash, node_hash

__all__ = ["EVERYTHING", "KEY", "NOTICE", "ORIGIN", "RECEIPT_KEY", "MadeLog", "consent", "some_log"]

KEY = from_seed(bytes(range(32)))
RECEIPT_KEY = from_seed(bytes(range(64, 96)))
ORIGIN = "consent.example.no/cmp/prove-butikk/2026"
NOTICE = {"kind": "notice", "lang": ["nb"], "sha256": "b" * 64, "version": "2026.11-1"}
EVERYTHING = {"category": "", "method": "", "since": None, "site": "prove-butikk", "until": None}


def consent(number: int, **changes: Any) -> dict[str, Any]:
    """Return a record that A.2 allows; `changes` replaces members, `None` for a name removes it.

    A name with a double underscore reaches inside: `event__method`.
    """
    made: dict[str, Any] = {
        "schema": "cmp-consent-record/1",
        "record_id": str(uuid.UUID(int=(0x7 << 76) | (0x8 << 60) | number)),
        "prev": None,
        "site": "prove-butikk",
        "subject": {"key": f"{number:022}", "kind": "device"},
        "event": {
            "type": "expressed",
            "state": "refused",
            "method": "reject_all",
            "layer": 1,
            "time": "2026-11-24T09:00:00.000Z",
            "valid_until": "2027-11-24T09:00:00.000Z",
            "ttl_rule": "NO/default/P12M",
        },
        "jurisdiction": "NO/ekomloven-3-15",
        "lang": "nb",
        "notice": {"version": "2026.11-1", "sha256": "b" * 64, "log_index": 1},
        "policy": {"sha256": "a" * 64},
        "ui": {
            "bundle": f"sha384-{'A' * 64}",
            "config_sha256": "c" * 64,
            "text_sha256": "d" * 64,
        },
        "decision": {"categories": {"analytics": "denied"}, "services": {"maling": "denied"}},
        "signals": {"gpc": False},
        "context": {"origin": "https://www.example.no", "device": "phone", "ip": {"mode": "none"}},
        "controller": "prove-butikk",
        "retention_until": "2029-11-24",
        "operator": "kvitt/0.1.0",
    }
    for name, value in changes.items():
        *parents, last = name.split("__")
        inside = made
        for parent in parents:
            inside = inside.setdefault(parent, {})
        if value is None and last != "prev":
            del inside[last]
        else:
            inside[last] = value
    return made


class MadeLog:
    """Leaves in order; a genesis stands first unless asked otherwise."""

    def __init__(self, origin: str = ORIGIN, *, prev: Any = None, genesis: bool = True) -> None:
        self.origin = origin
        self.leaves: list[tuple[bytes, bytes]] = []
        if genesis:
            self.public({"kind": "genesis", "origin": origin, "prev": prev, "schema": "cmp-log/v1"})

    @property
    def year(self) -> str:
        return self.origin[-4:]

    def public(self, body: dict[str, Any], period: str = "") -> int:
        """Append a public leaf; return its index."""
        month = period or f"{self.year}-11"
        leaf = leaf_hash(leaf_entry(body["kind"], month, public_hash(body)))
        line = {
            "index": len(self.leaves),
            "leaf_hash": b64encode(leaf).decode(),
            "period": month,
            "public": body,
        }
        self.leaves.append((leaf, canonical(line) + b"\n"))
        return len(self.leaves) - 1

    def consent(self, record: dict[str, Any], salt: bytes | None = None) -> int:
        """Append a record; return its index. The salt follows from the index unless given."""
        index = len(self.leaves)
        salt = salt or hashlib.sha256(f"{self.origin} {index}".encode()).digest()
        digest = commitment(canonical(record), salt)
        line = {
            "index": index,
            "leaf": b64encode(digest).decode(),
            "record": record,
            "salt": b64encode(salt).decode(),
        }
        leaf = leaf_hash(leaf_entry("consent", record["event"]["time"][:7], digest))
        self.leaves.append((leaf, canonical(line) + b"\n"))
        return index

    def subtree(self, level: int, number: int) -> bytes:
        """Return the hash of a perfect subtree."""
        if level == 0:
            return self.leaves[number][0]
        return node_hash(
            self.subtree(level - 1, 2 * number), self.subtree(level - 1, 2 * number + 1)
        )

    def root(self, size: int | None = None) -> bytes:
        """Return the root of the first `size` leaves."""
        return Frontier().extend(leaf for leaf, _ in self.leaves[:size]).root()

    def note(self) -> str:
        """Return the checkpoint of all leaves."""
        return sign_checkpoint(self.origin, len(self.leaves), self.root(), KEY)

    def path(self, index: int) -> list[bytes]:
        """Return the inclusion proof of a leaf."""
        return inclusion_proof(index, len(self.leaves), self.subtree)

    def header(self, selection: dict[str, Any]) -> bytes:
        """Return the first line."""
        header = {
            "schema": "kvitt-export/1",
            "origin": self.origin,
            "checkpoint": self.note(),
            "vkey": vkey(self.origin, KEY.public_key()),
            "receipt_key": public_jwk(RECEIPT_KEY.public_key()),
            "selection": selection,
            "made_at": "2026-11-25T09:00:00.000Z",
        }
        return canonical(header) + b"\n"

    def lines(
        self, *, hide: Collection[int] = (), selection: dict[str, Any] = EVERYTHING
    ) -> list[bytes]:
        """Return the download of all leaves but those in `hide`, which are covered."""
        shown = [self.header(selection)]
        at, records = 0, 0
        while at < len(self.leaves):
            if at not in hide:
                line = self.leaves[at][1]
                records += b'"record":' in line
                shown.append(line)
                at += 1
                continue
            level = 0
            while at % (2 << level) == 0 and set(range(at, at + (2 << level))) <= set(hide):
                level += 1
            root = b64encode(self.subtree(level, at >> level)).decode()
            shown.append(canonical({"cover": [level, at >> level, root]}) + b"\n")
            at += 1 << level
        end = {"leaves": len(self.leaves), "origin": self.origin, "records": records}
        return [*shown, canonical({"end": end}) + b"\n"]


def some_log(records: int = 9) -> MadeLog:
    """Return a log of genesis, notice and `records` records of as many visitors."""
    log = MadeLog()
    log.public(NOTICE)
    for number in range(records):
        log.consent(consent(number))
    return log
