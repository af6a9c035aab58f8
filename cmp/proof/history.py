# SPDX-License-Identifier: Apache-2.0
"""What only shows across records: one id or salt used twice, and each visitor's chain of decisions.

Ids, pseudonyms and salts are random, so 64 bits of a hash tell them apart; kept in arrays they take
40 bytes a record, and a million records fit in the memory of a laptop many times over.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any

from cmp.proof.finding import Finding

__all__ = ["Histories"]

NONE = 0


class Histories:
    """Gathers records in the order of the log, then says what does not fit."""

    def __init__(self) -> None:
        self._records, self._before = array("q"), array("q")
        self._subjects, self._salts = array("q"), array("q")
        self._indexes = array("Q")
        self._logs: list[tuple[int, str]] = []

    def begin(self, origin: str) -> None:
        """Say that the following records are of the log `origin`."""
        self._logs.append((len(self._records), origin))

    def add(self, index: int, record: Mapping[str, Any], salt: bytes) -> None:
        """Add a record that fits the schema."""
        before = record["prev"]
        self._records.append(hash(record["record_id"]))
        self._before.append(NONE if before is None else hash(before))
        self._subjects.append(hash(record["subject"]["key"]))
        self._salts.append(hash(salt))
        self._indexes.append(index)

    def findings(self) -> Iterator[Finding]:
        """Yield what does not fit."""
        for position in _repeated(self._salts):
            yield self._finding("duplicate", position, "its salt is that of another record")
        for position in _repeated(self._records):
            yield self._finding("duplicate", position, "its record id is that of another record")
        yield from self._chains()

    def _chains(self) -> Iterator[Finding]:
        """A record names the visitor's last one before it, if that is in the file (A.2 `prev`)."""
        elsewhere: dict[int, list[int]] = {}
        order = sorted(range(len(self._subjects)), key=self._subjects.__getitem__)
        for _, group in groupby(order, key=self._subjects.__getitem__):
            positions = list(group)
            own = {self._records[p] for p in positions}
            for last, position in zip([None, *positions], positions, strict=False):
                before = self._before[position]
                if before == (NONE if last is None else self._records[last]):
                    continue
                if before == NONE or before in own:
                    what = "prev is not the visitor's last record before it"
                    yield self._finding("history", position, what)
                else:
                    elsewhere.setdefault(before, []).append(position)
        for position, record in enumerate(self._records):
            for naming in elsewhere.get(record, ()):
                what = f"prev is the record of another visitor, {self._name(position)}"
                yield self._finding("history", naming, what)

    def _finding(self, kind: str, position: int, what: str) -> Finding:
        origin, index = self._where(position)
        return Finding(kind, f"Leaf {index}: {what}.", origin=origin, index=index)

    def _where(self, position: int) -> tuple[str, int]:
        origin = next(name for first, name in reversed(self._logs) if first <= position)
        return origin, self._indexes[position]

    def _name(self, position: int) -> str:
        origin, index = self._where(position)
        return f"leaf {index} of {origin}"


def _repeated(values: Sequence[int]) -> list[int]:
    """The positions of values that stand more than once."""
    twice = {one for one, other in pairwise(sorted(values)) if one == other}
    return [p for p, value in enumerate(values) if value in twice] if twice else []
