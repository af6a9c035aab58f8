# SPDX-License-Identifier: Apache-2.0
"""Verification without the operator: a download, a receipt, a record's proof.

Nothing is raised for what is wrong with the file: it becomes a finding. A report without findings
says that every record in the file is, byte for byte, one that the log committed to, under a root
that the log's key signed.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cmp.proof.commitment import SALT_BYTES, commitment
from cmp.proof.encoding import from_base64
from cmp.proof.export_lines import (
    Cover,
    End,
    Header,
    Line,
    LineError,
    PublicLine,
    RecordLine,
    parse_line,
    record_id_in,
)
from cmp.proof.finding import Finding, Report, Section
from cmp.proof.history import Histories
from cmp.proof.keys import VerifierKey, vkey
from cmp.proof.leaf import leaf_entry
from cmp.proof.log_rules import LogRules
from cmp.proof.merkle import leaf_hash
from cmp.proof.note import NoteError
from cmp.proof.receipt import ReceiptError, open_receipt
from cmp.proof.record_schema import record_problem
from cmp.proof.spans import Span, common, grow, without
from cmp.proof.tlog_proof import ProofError, open_proof, parse_proof

__all__ = ["verify_lines", "verify_proof", "verify_receipt"]

LINES_BETWEEN_REPORTS = 5000


def verify_lines(
    lines: Iterable[bytes],
    *,
    vkeys: Sequence[VerifierKey] = (),
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Return what is wrong with a download `kvitt-export/1`, and what was checked.

    `lines` as `read_lines` gives them. `vkeys` are the keys that the reader trusts; without any,
    each section is checked with the key it brings, and the report says so. `progress` is told the
    number of lines now and then.
    """
    reading = _Reading(vkeys)
    for number, line in enumerate(lines, 1):
        reading.take(number, line)
        if progress is not None and number % LINES_BETWEEN_REPORTS == 0:
            progress(number)
    return reading.finish()


class _Reading:
    """Sorts lines into sections, and checks at the end what shows only across them."""

    def __init__(self, vkeys: Sequence[VerifierKey]) -> None:
        self._vkeys = vkeys
        self._report = Report("export")
        self._histories = Histories()
        self._logs: list[LogRules] = []
        self._open: LogRules | None = None
        self._lines = 0

    def take(self, number: int, line: bytes) -> None:
        """Take the next line of the file."""
        self._lines = number
        try:
            parsed = parse_line(line)
        except LineError as fault:
            self._broken(number, line, str(fault))
            return
        if isinstance(parsed, Header):
            self._begin(number, parsed)
        elif self._open is None:
            self._stray(number)
        else:
            self._take_in(self._open, number, parsed)

    def _begin(self, number: int, header: Header) -> None:
        if self._open is not None:
            self._cut(number)
        self._open = LogRules(
            header, number, keys=self._vkeys, report=self._report, histories=self._histories
        )
        self._logs.append(self._open)

    def _take_in(self, log: LogRules, number: int, parsed: Line) -> None:
        if isinstance(parsed, RecordLine):
            log.record(number, parsed)
        elif isinstance(parsed, PublicLine):
            log.public_leaf(number, parsed)
        elif isinstance(parsed, Cover):
            log.cover(number, parsed)
        elif isinstance(parsed, End):
            log.end(number, parsed)
            self._open = None

    def _broken(self, number: int, line: bytes, why: str) -> None:
        if self._open is None and not self._logs:
            self._stray(number)
            return
        record_id = record_id_in(line)
        named = f", record {record_id}" if record_id else ""
        due, origin = None, ""
        if self._open is not None:
            due, origin = self._open.due, self._open.section.origin
            named += f" (leaf {due} is due here)"
            self._open.lost()
        what = f"Line {number}{named}: {why}."
        self._report.add(Finding("broken-line", what, number, origin, due, record_id))

    def _stray(self, number: int) -> None:
        if self._logs:
            what = f"Line {number} stands behind the end of a log."
            self._report.add(Finding("order", what, number))
        elif not self._report.counts["not-an-export"]:
            what = f"Line {number} is not the header of an export."
            self._report.add(Finding("not-an-export", what, number))

    def _cut(self, number: int) -> None:
        if self._open is not None:
            origin, due = self._open.section.origin, self._open.due
            what = f"{origin} has no end: leaf {due} is due at line {number}."
            self._report.add(Finding("truncated", what, number, origin, due))

    def finish(self) -> Report:
        """Return the report of the whole file."""
        if not self._lines:
            self._report.add(Finding("not-an-export", "The file is empty."))
        self._cut(self._lines + 1)
        if self._open is None:
            for finding in self._across():
                self._report.add(finding)
        for finding in self._histories.findings():
            self._report.add(finding)
        return self._report

    def _across(self) -> Iterator[Finding]:
        yield from _chain(self._logs)
        erased = _erased(self._logs)
        for log in self._logs:
            yield from _erasures(log, erased.get(log.section.origin, []))


def _chain(logs: Sequence[LogRules]) -> Iterator[Finding]:
    """Each log names the one before; none that the selection asks for is left out."""
    for before, log in pairwise(logs):
        origin = log.section.origin
        if (before.host, before.site) != (log.host, log.site) or before.year > log.year:
            yield Finding("sections", f"{origin} does not follow {before.section.origin}.")
        elif before.header.selection != log.header.selection:
            yield Finding("sections", f"{origin} was selected in another way.", origin=origin)
        elif log.genesis is not None and not _continues(before, log.genesis.get("prev")):
            what = f"{origin} does not continue {before.section.origin} as it is in this file."
            yield Finding("sections", what, origin=origin, index=0)
    if not logs:
        return
    first, last = logs[0], logs[-1]
    since, until = first.header.selection["since"], last.header.selection["until"]
    prev = first.genesis.get("prev") if first.genesis is not None else None
    if prev is not None and (since is None or since[:4] < first.year):
        what = f"The log before {first.section.origin} is not in the file."
        yield Finding("sections", what, origin=first.section.origin, index=0)
    new_year = f"{int(last.year or 0) + 1:04}-01-01T00:00:00.000Z"
    if last.sealed and (until is None or until > new_year):
        what = f"The log after {last.section.origin} is not in the file."
        yield Finding("sections", what, origin=last.section.origin)


def _continues(before: LogRules, prev: Any) -> bool:
    if not isinstance(prev, dict) or not before.sealed:
        return False
    named = (prev.get("origin"), prev.get("size"), prev.get("root"))
    return named == (before.section.origin, before.section.size, before.root_hex)


def _erased(logs: Sequence[LogRules]) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = {}
    for log in logs:
        for origin, span in log.erased:
            found.setdefault(origin, []).append(span)
    return {origin: sorted(spans) for origin, spans in found.items()}


def _erasures(log: LogRules, erased: Sequence[Span]) -> Iterator[Finding]:
    """What is gone was erased, once; what was erased is gone."""
    origin, merged = log.section.origin, list[Span]()
    for begin, end in erased:
        if merged and begin < merged[-1][1]:
            what = f"Leaf {begin} of {origin} is erased twice."
            yield Finding("erasure", what, origin=origin, index=begin)
        if not merged or end > merged[-1][1]:
            grow(merged, max(begin, merged[-1][1] if merged else 0), end)
    for begin, _ in common(merged, log.public):
        what = f"Leaf {begin} of {origin} is public and cannot be erased."
        yield Finding("erasure", what, origin=origin, index=begin)
    for begin, _ in common(merged, log.present):
        what = f"Leaf {begin} of {origin} was erased, but its record is here."
        yield Finding("erasure", what, origin=origin, index=begin)
    if log.section.everything:
        for begin, end in without(log.covered, merged):
            leaves = f"Leaf {begin}" if end == begin + 1 else f"Leaves {begin} to {end - 1}"
            what = f"{leaves} of {origin}: neither a record nor an erasure of it."
            yield Finding("missing", what, origin=origin, index=begin)


def verify_receipt(token: str, keys: Iterable[Ed25519PublicKey]) -> Report:
    """Return what is wrong with a receipt (compact JWS) under the platform's receipt `keys`."""
    report = Report("receipt")
    try:
        receipt = open_receipt(token.strip(), keys)
    except ReceiptError as fault:
        report.add(Finding("receipt", f"The receipt does not hold: {fault}."))
        return report
    origin, index, record = receipt["log"], receipt["index"], receipt["record"]
    if problem := record_problem(record):
        what = f"Leaf {index}: {problem}."
        report.add(Finding("record", what, None, origin, index, str(record.get("record_id", ""))))
    report.sections.append(
        Section(origin, signed_by="the receipt key", key_given=True, root_holds=True, records=1)
    )
    return report


def verify_proof(text: str, vkeys: Sequence[VerifierKey]) -> Report:
    """Return what is wrong with a record's proof (C2SP tlog-proof) under the logs' `vkeys`."""
    report = Report("proof")
    try:
        proof = parse_proof(text)
        record, salt = _proved(proof.extra)
        period = record["event"]["time"][:7]
        entry = leaf_entry("consent", period, commitment(proof.record_bytes, salt))
        signed = open_proof(proof, leaf_hash(entry), vkeys)
    except NoteError as fault:
        report.add(Finding("signature", f"The checkpoint is not signed: {fault}."))
    except ProofError as fault:
        report.add(Finding("proof", f"The proof does not hold: {fault}."))
    else:
        key = next(k for k in vkeys if k.name == signed.origin)
        by = vkey(key.name, key.public)
        report.sections.append(
            Section(signed.origin, signed.size, by, key_given=True, root_holds=True, records=1)
        )
    return report


def _proved(extra: Any) -> tuple[dict[str, Any], bytes]:
    """The record and salt that a proof carries."""
    if tuple(extra) != ("record", "salt"):
        raise ProofError("extra has not the members record and salt")
    if problem := record_problem(extra["record"]):
        raise ProofError(problem)
    try:
        salt = from_base64(str(extra["salt"]))
    except ValueError as fault:
        raise ProofError(f"the salt is {fault}") from fault
    if len(salt) != SALT_BYTES:
        raise ProofError(f"the salt has {len(salt)} bytes, not {SALT_BYTES}")
    return extra["record"], salt
