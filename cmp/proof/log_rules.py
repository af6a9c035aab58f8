# SPDX-License-Identifier: Apache-2.0
"""The rules of one log in a download, leaf by leaf (specification B.2, what an auditor checks)."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cmp.proof.checkpoint import SignedRoot, open_checkpoint, parse_checkpoint
from cmp.proof.commitment import commitment, public_hash
from cmp.proof.export_lines import Cover, End, Header, PublicLine, RecordLine
from cmp.proof.finding import Finding, Report, Section
from cmp.proof.history import Histories
from cmp.proof.keys import VerifierKey, parse_jwk, parse_vkey, vkey
from cmp.proof.leaf import leaf_entry
from cmp.proof.merkle import Frontier, leaf_hash
from cmp.proof.note import NoteError
from cmp.proof.record_schema import record_problem
from cmp.proof.spans import Span, grow

__all__ = ["ERASURE_REASONS", "LogRules", "spans_of_target"]

ERASURE_REASONS = ("art17", "retention", "art7_3_request", "error")
_ORIGIN = re.compile(r"([^/\s+]+)/cmp/([a-z0-9-]+)/((\d{4})[a-z]?)", re.ASCII).fullmatch
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII).fullmatch
LEAVES_FOLDED_AT_ONCE = 4096
MOST_COVERS_NAMED = 5


class LogRules:
    """Takes the lines of one section in order; what does not hold goes into the report.

    After the end, `present`, `covered` and `public` say which leaves were shown and how, `erased`
    which indexes of which log the erasures name.
    """

    def __init__(
        self,
        header: Header,
        line: int,
        *,
        keys: Sequence[VerifierKey],
        report: Report,
        histories: Histories,
    ) -> None:
        self.header, self.section = header, Section(header.origin)
        self.present: list[Span] = []
        self.covered: list[Span] = []
        self.public: list[Span] = []
        self.erased: list[tuple[str, Span]] = []
        self.genesis: Mapping[str, Any] | None = None
        self.sealed = False
        self._report, self._histories = report, histories
        self._due, self._edge = 0, Frontier()
        self._waiting: list[bytes] = []
        # False once a line is lost: then the tree cannot be folded, and that was found already.
        self._whole = True
        self._may_skip = False
        self._notices: dict[int, tuple[str, str]] = {}
        self._cover_lines: list[int] = []
        self._rules: Mapping[str, Callable[[int, Mapping[str, Any]], str]] = {
            "genesis": self._genesis,
            "notice": self._notice,
            "erasure": self._erasure,
            "key": self._key,
            "seal": self._seal,
        }
        found = _ORIGIN(header.origin)
        self.host, self.site, self.year = found.group(1, 2, 4) if found else ("", "", "")
        report.sections.append(self.section)
        histories.begin(header.origin)
        self._signed = self._check_header(header, line, keys)
        self.section.size = self._signed.size if self._signed else 0
        narrowing = ("since", "until", "method", "category")
        self.section.everything = not any(header.selection[name] for name in narrowing)

    def _found(
        self, kind: str, what: str, line: int, index: int | None = None, record_id: str = ""
    ) -> None:
        self._report.add(Finding(kind, what, line, self.section.origin, index, record_id))

    def _check_header(
        self, header: Header, line: int, keys: Sequence[VerifierKey]
    ) -> SignedRoot | None:
        if not self.site:
            self._found("header", f"{header.origin!r} is not how a log is named.", line)
        if self.site != header.selection["site"]:
            self._found("header", "The selection is of another site than the log.", line)
        try:
            parse_jwk(header.receipt_key)
        except ValueError as fault:
            self._found("header", f"The receipt key is wrong: {fault}.", line)
        chosen = self._choose_keys(header, line, keys)
        try:
            signed = open_checkpoint(header.checkpoint, chosen)
        except NoteError as fault:
            if chosen:
                self._found("signature", f"The checkpoint is not signed: {fault}.", line)
            return self._unsigned(header)
        if signed.origin != header.origin:
            self._found("header", f"The checkpoint is of another log, {signed.origin}.", line)
            return signed
        self.section.signed_by = header.vkey if not keys else vkey(chosen[0].name, chosen[0].public)
        self.section.key_given = bool(keys)
        return signed

    def _unsigned(self, header: Header) -> SignedRoot | None:
        """What the checkpoint says although nobody signed it: the rest can still be compared."""
        try:
            return parse_checkpoint(header.checkpoint)
        except NoteError:
            self._whole = False
            return None

    def _choose_keys(
        self, header: Header, line: int, keys: Sequence[VerifierKey]
    ) -> list[VerifierKey]:
        """The reader's keys of this log if there are any at all, else the file's own."""
        try:
            own = parse_vkey(header.vkey)
        except ValueError as fault:
            self._found("header", f"The verifier key is wrong: {fault}.", line)
            own = None
        if own and own.name != header.origin:
            self._found("header", f"The verifier key is of another log, {own.name}.", line)
        if not keys:
            return [own] if own else []
        chosen = [key for key in keys if key.name == header.origin]
        if not chosen:
            self._found("unknown-key", f"None of the given keys is of {header.origin}.", line)
        elif own and own not in chosen:
            self._found("header", "The file names another key than the one that was given.", line)
        return chosen

    @property
    def due(self) -> int:
        """The index of the leaf that comes next."""
        return self._due

    @property
    def root_hex(self) -> str:
        """The root that the checkpoint says, in hex; empty if it says none."""
        return self._signed.root.hex() if self._signed else ""

    def record(self, line: int, taken: RecordLine) -> None:
        """Check a record, its anchor, and what it says of itself."""
        record, index = taken.record, taken.index
        record_id = str(record.get("record_id", ""))[:36]
        self._place(line, index, index + 1, record_id)
        _grow_unless_lost(self.present, index)
        self.section.records += 1
        changed = commitment(taken.body, taken.salt) != taken.leaf
        problem = record_problem(record)
        period = _period_of(record)
        self._fold(leaf_hash(leaf_entry("consent", period, taken.leaf)))
        if changed:
            what = f"Leaf {index}, record {record_id}: record and salt do not give its leaf."
            self._found("record-changed", what, line, index, record_id)
        elif problem:
            what = f"Leaf {index}, record {record_id}: {problem}."
            self._found("record", what, line, index, record_id)
        else:
            for kind, what in self._misfits(index, record):
                what = f"Leaf {index}, record {record_id}: {what}."
                self._found(kind, what, line, index, record_id)
            self._histories.add(index, record, taken.salt)

    def _misfits(self, index: int, record: Mapping[str, Any]) -> list[tuple[str, str]]:
        """How a record that fits the schema does not fit its log, its notice or the selection."""
        found: list[tuple[str, str]] = []
        time, named = record["event"]["time"], record["notice"]
        if record["site"] != self.site:
            found.append(("wrong-log", f"it is of the site {record['site']}"))
        if time[:4] != self.year:
            found.append(("wrong-log", f"it was decided at {time}, not in {self.year}"))
        if problem := _outside(self.header.selection, record):
            found.append(("not-selected", problem))
        at = named["log_index"]
        if at >= index:
            found.append(("notice", f"its notice is leaf {at}, which comes after it"))
        elif at not in self._notices:
            found.append(("notice", f"leaf {at} is not a notice"))
        elif self._notices[at] != (named["sha256"], named["version"]):
            found.append(("notice", f"leaf {at} is another notice than the one it names"))
        return found

    def public_leaf(self, line: int, taken: PublicLine) -> None:
        """Check a public leaf, its anchor, and the rules of its kind."""
        index, body = taken.index, taken.body
        kind = body.get("kind")
        self._place(line, index, index + 1, "", genesis=kind == "genesis")
        _grow_unless_lost(self.public, index)
        self.section.public += 1
        self._fold(taken.leaf_hash)
        if not isinstance(kind, str) or kind not in self._rules:
            self._found("public", f"Leaf {index} is of no public kind.", line, index)
            return
        if leaf_hash(leaf_entry(kind, taken.period, public_hash(body))) != taken.leaf_hash:
            what = f"Leaf {index}, {kind}: body and month do not give its leaf."
            self._found("public-changed", what, line, index)
            return
        # A seal is written in the year after.
        if kind != "seal" and taken.period[:4] != self.year:
            self._found("public", f"Leaf {index} is of {taken.period}.", line, index)
        if problem := self._rules[kind](index, body):
            self._found("public", f"Leaf {index}, {kind}: {problem}.", line, index)

    def _genesis(self, index: int, body: Mapping[str, Any]) -> str:
        if index:
            return "a log has one genesis, leaf 0"
        self.genesis = body
        return "" if body.get("origin") == self.section.origin else "it is of another log"

    def _notice(self, index: int, body: Mapping[str, Any]) -> str:
        sha256, version = body.get("sha256"), body.get("version")
        if not isinstance(sha256, str) or not _SHA256(sha256) or not isinstance(version, str):
            return "it names no notice"
        self._notices[index] = (sha256, version)
        self.section.notices += 1
        return ""

    def _erasure(self, index: int, body: Mapping[str, Any]) -> str:
        origin, spans = body.get("log", self.section.origin), spans_of_target(body.get("target"))
        if not spans or not isinstance(origin, str):
            return "it names no leaf that is erased"
        if body.get("reason") not in ERASURE_REASONS:
            return f"its reason is none of {', '.join(ERASURE_REASONS)}"
        if origin == self.section.origin and spans[-1][1] > index:
            return "it names a leaf that comes after it"
        self.erased += [(origin, span) for span in spans]
        return ""

    def _key(self, _index: int, body: Mapping[str, Any]) -> str:
        try:
            named = parse_vkey(str(body.get("vkey"))).name
        except ValueError as fault:
            return f"{fault}"
        return "" if named == self.section.origin else "it announces a key of another log"

    def _seal(self, index: int, body: Mapping[str, Any]) -> str:
        self.sealed = True
        if body.get("origin") != self.section.origin or body.get("size") != index:
            return "it seals another log or another size"
        # The seal itself is folded already; what it seals is the tree before it.
        self._flush(but=1)
        if self._whole and body.get("root") != self._edge.root().hex():
            return "its root is not that of the leaves before it"
        return ""

    def cover(self, line: int, taken: Cover) -> None:
        """Take the root of leaves that are not shown."""
        last = self.covered[-1] if self.covered else (0, 0)
        if last == (taken.begin - (1 << taken.level), taken.begin) and taken.number & 1:
            what = f"Leaves {last[0]} to {taken.end - 1} are covered in two where one would do."
            self._found("order", what, line, taken.begin)
        self._place(line, taken.begin, taken.end, "")
        self.covered.append((taken.begin, taken.end))
        self._cover_lines.append(line)
        self.section.covered += taken.end - taken.begin
        self._flush()
        if self._whole:
            self._edge = self._edge.extend_subtree(taken.level, taken.root)

    def lost(self) -> None:
        """Say that a line could not be read: which leaves it held is unknown."""
        self._whole, self._may_skip = False, True

    def _place(
        self, line: int, begin: int, end: int, record_id: str, *, genesis: bool = False
    ) -> None:
        """Check that leaves [begin, end) are those that are due."""
        if begin != self._due:
            self._misplaced(line, begin, record_id)
        if begin == 0 and not genesis:
            self._found("public", "Leaf 0 is not a genesis.", line, 0, record_id)
        if self.sealed:
            what = f"Leaf {begin} comes after the seal."
            self._found("public", what, line, begin, record_id)
        if self._signed and end > self._signed.size:
            what = f"Leaf {end - 1} is beyond the {self._signed.size} that were signed."
            self._found("order", what, line, begin, record_id)
            self._whole = False
        self._due, self._may_skip = max(self._due, end), False

    def _misplaced(self, line: int, begin: int, record_id: str) -> None:
        if begin > self._due:
            # A line that could not be read held what is missing here.
            if not self._may_skip:
                what = f"Leaf {begin} stands where leaf {self._due} is due: something is missing."
                self._found("order", what, line, begin, record_id)
        else:
            what = (
                f"Leaf {begin} stands where leaf {self._due} is due: it is repeated or displaced."
            )
            self._found("order", what, line, begin, record_id)
        self._whole = False

    def _fold(self, leaf: bytes) -> None:
        self._waiting.append(leaf)
        if len(self._waiting) >= LEAVES_FOLDED_AT_ONCE:
            self._flush(but=1)

    def _flush(self, *, but: int = 0) -> None:
        """Fold what waits into the tree, except the last `but` leaves."""
        ready = len(self._waiting) - but
        if self._whole:
            self._edge = self._edge.extend(self._waiting[:ready])
        self._waiting = self._waiting[ready:]

    def end(self, line: int, taken: End) -> None:
        """Compare the end with what was read, and the tree with what was signed."""
        self._flush()
        said = (taken.origin, taken.leaves, taken.records)
        if said != (self.section.origin, self.section.size, self.section.records):
            what = (
                f"The end says {taken.records} records of {taken.leaves} leaves of {taken.origin}; "
                f"there are {self.section.records} of {self.section.size} of {self.section.origin}."
            )
            self._found("order", what, line)
        if self._signed is None:
            return
        if self._due < self._signed.size:
            what = f"The leaves {self._due} to {self._signed.size - 1} are missing."
            self._found("order", what, line, self._due)
        elif self._whole:
            self.section.root_holds = self._edge.root() == self._signed.root
            if not self.section.root_holds:
                self._found("root", self._unlike(), line)

    def _unlike(self) -> str:
        what = f"The {self.section.size} leaves do not give the root in the checkpoint."
        anchored = self._report.counts["record-changed"] + self._report.counts["public-changed"]
        if anchored:
            return f"{what} The changed ones are named above."
        lines = ", ".join(map(str, self._cover_lines[:MOST_COVERS_NAMED]))
        more = " and more" if len(self._cover_lines) > MOST_COVERS_NAMED else ""
        covers = f", or a cover was changed (line {lines}{more})" if lines else ""
        return (
            f"{what} Every record fits its own leaf, so one was changed together with its leaf, "
            f"put in or taken out{covers}."
        )


def _grow_unless_lost(spans: list[Span], index: int) -> None:
    """Add leaf `index` to `spans` unless it stands out of order, which was found already."""
    if not spans or spans[-1][1] <= index:
        grow(spans, index, index + 1)


def spans_of_target(target: Any) -> list[Span]:
    """Return the leaves that an erasure names: an index, or a list of them and of [first, last].

    Empty if `target` is neither, or not in order.
    """
    spans: list[Span] = []
    for part in target if isinstance(target, list) else [target]:
        pair = part if isinstance(part, list) else [part, part]
        if len(pair) != 2 or any(type(end) is not int for end in pair):
            return []
        first, last = pair
        if not (spans[-1][1] if spans else 0) <= first <= last:
            return []
        grow(spans, first, last + 1)
    return spans


def _period_of(record: Mapping[str, Any]) -> str:
    """The month of a record's decision. What is no record has none and gives no leaf."""
    event = record.get("event")
    time = event.get("time") if isinstance(event, dict) else None
    return time[:7] if isinstance(time, str) else ""


def _outside(selection: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    """Why a record is not in the selection, or nothing."""
    if selection["method"] and record["event"]["method"] != selection["method"]:
        return f"its method is not {selection['method']}"
    category = selection["category"]
    if category and record["decision"]["categories"].get(category) != "granted":
        return f"it does not grant {category}"
    return "" if _in_period(selection, record["event"]["time"]) else "it is outside the period"


def _in_period(selection: Mapping[str, Any], time: str) -> bool:
    since, until = selection["since"], selection["until"]
    if since is None and until is None:
        return True
    # All three are RFC 3339 in UTC with milliseconds, and sort as the times they write.
    return (since is None or since <= time) and (until is None or time < until)
