# SPDX-License-Identifier: Apache-2.0
"""What a verification says: findings, each with its class and what it means; counts of the rest."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["MEANINGS", "Finding", "Report", "Section"]

# A broken file can have a finding in each line; more of one class than this are only counted.
MOST_OF_ONE_CLASS = 20

# Class of finding -> what it means for whoever relies on the file.
MEANINGS: Mapping[str, str] = {
    "broken-line": "The line is not what the program wrote. It was changed or damaged.",
    "not-an-export": "Nothing in the file could be checked.",
    "truncated": "The end is missing: the download was cut off, or lines were taken away.",
    "header": "The header contradicts itself, so it was changed or put together from others.",
    "signature": "The log's key did not sign this checkpoint. Nothing vouches for what follows.",
    "unknown-key": "No key at hand belongs to this log, so nobody vouches for its checkpoint.",
    "order": "Leaves are missing, repeated or in another order than in the log.",
    "record-changed": "The log committed to another record: this one was changed afterwards.",
    "public-changed": "The log committed to another body: this one was changed afterwards.",
    "root": "The leaves are not those that were signed: something was changed, added or dropped.",
    "record": "The record says something that no record may say.",
    "wrong-log": "The record does not belong in this log.",
    "not-selected": "The record is not what the file says it was selected for.",
    "notice": "It cannot be shown which notice the visitor saw before this decision.",
    "duplicate": "One event stands in the log twice, or two were made to look like one.",
    "history": "The visitor's decisions are not linked in the order in which they were made.",
    "missing": "A record is gone and the log does not say that it was erased.",
    "erasure": "An erasure in the log does not fit what the file holds.",
    "public": "A public leaf breaks the rules of the log.",
    "sections": "The logs in the file do not follow one another.",
    "receipt": "The receipt is not one that this platform gave.",
    "proof": "The proof does not show that the record is in the log.",
    "frontier": "The log's head is not that of its leaves: rows were changed, added or dropped.",
    "checkpoint": "The log on disk is not the one that was signed.",
    "column": "Searches and counts do not show what the record says.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold. `what` says it in a sentence; the rest says where.

    `line` counts from 1. Members that do not apply are None or empty.
    """

    kind: str
    what: str
    line: int | None = None
    origin: str = ""
    index: int | None = None
    record_id: str = ""

    @property
    def means(self) -> str:
        """What a finding of this class means."""
        return MEANINGS[self.kind]

    def as_members(self) -> dict[str, Any]:
        """Return the finding for JSON, without what does not apply."""
        where = {
            "line": self.line,
            "origin": self.origin or None,
            "index": self.index,
            "record_id": self.record_id or None,
        }
        found = {"class": self.kind, "what": self.what, "means": self.means}
        return found | {name: value for name, value in where.items() if value is not None}


@dataclass(slots=True)
class Section:
    """What was checked of one log. `signed_by` is the verifier key that held, empty if none did;
    `key_given` says that the reader brought it, rather than the file. Only where `everything` was
    asked for can it be seen that nothing was left out."""

    origin: str
    size: int = 0
    signed_by: str = ""
    key_given: bool = False
    everything: bool = True
    root_holds: bool = False
    records: int = 0
    public: int = 0
    covered: int = 0
    notices: int = 0

    def as_members(self) -> dict[str, Any]:
        """Return the section for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Report:
    """The outcome of a verification. It holds if something was checked and nothing was found.

    `unsigned_too`: a log that nobody has signed yet holds as well (a database a second old).
    """

    what: str
    unsigned_too: bool = False
    sections: list[Section] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, finding: Finding) -> None:
        """Count a finding, and keep it unless there are many of its class already."""
        self.counts[finding.kind] += 1
        if self.counts[finding.kind] <= MOST_OF_ONE_CLASS:
            self.findings.append(finding)

    @property
    def holds(self) -> bool:
        """Whether everything that was checked is as it must be."""
        if not self.sections or self.counts:
            return False
        signed = self.unsigned_too or all(section.signed_by for section in self.sections)
        return signed and all(section.root_holds for section in self.sections)

    def as_members(self) -> dict[str, Any]:
        """Return the report for JSON."""
        return {
            "what": self.what,
            "holds": self.holds,
            "sections": [section.as_members() for section in self.sections],
            "counts": dict(self.counts),
            "findings": [finding.as_members() for finding in self.findings],
        }
