# SPDX-License-Identifier: Apache-2.0
"""The lines of a download `kvitt-export/1`: header, record, public leaf, cover, end.

Each is canonical JSON (RFC 8785), so a changed byte either breaks the line or changes what it says.

    {"checkpoint":"…","made_at":"…","origin":"…","receipt_key":{…},"schema":"kvitt-export/1",…}
    {"index":1,"leaf_hash":"…","period":"2026-11","public":{"kind":"notice",…}}
    {"index":2,"leaf":"…","record":{…},"salt":"…"}
    {"cover":[3,1,"…"]}
    {"end":{"leaves":16,"origin":"…","records":1}}
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from cmp.proof.canonical import CanonicalError, parse_canonical
from cmp.proof.checkpoint import LARGEST_SIZE
from cmp.proof.encoding import from_base64
from cmp.proof.merkle import HASH_BYTES
from cmp.proof.record_schema import time_problem

__all__ = [
    "EXPORT_SCHEMA",
    "LONGEST_LINE",
    "Cover",
    "End",
    "Header",
    "Line",
    "LineError",
    "PublicLine",
    "RecordLine",
    "parse_line",
    "read_lines",
    "record_id_in",
]

EXPORT_SCHEMA = "kvitt-export/1"
LONGEST_LINE = 1 << 20
HIGHEST_COVER = LARGEST_SIZE.bit_length()
_RECORD_ID = re.compile(rb'"record_id":"([0-9a-f-]{36})"')
_PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII).fullmatch


class LineError(ValueError):
    """The line is none of an export."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a section. `selection` says what was asked for, `vkey` who signed.

    Times are texts of RFC 3339 in UTC with milliseconds, which sort as the times they write.
    """

    origin: str
    checkpoint: str
    vkey: str
    receipt_key: Mapping[str, Any]
    selection: Mapping[str, Any]
    made_at: str


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record with its canonical bytes, its salt, and the commitment that its leaf holds."""

    index: int
    leaf: bytes
    record: Mapping[str, Any]
    body: bytes
    salt: bytes


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A public leaf: month, body and RFC 6962 leaf hash."""

    index: int
    leaf_hash: bytes
    period: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cover:
    """The root of the perfect subtree over leaves [number * 2^level, (number + 1) * 2^level)."""

    level: int
    number: int
    root: bytes

    @property
    def begin(self) -> int:
        """The first leaf under it."""
        return self.number << self.level

    @property
    def end(self) -> int:
        """The leaf behind the last one under it."""
        return (self.number + 1) << self.level


@dataclass(frozen=True, slots=True)
class End:
    """The last line of a section."""

    origin: str
    leaves: int
    records: int


Line = Header | RecordLine | PublicLine | Cover | End


def read_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of `stream` with their ends, and of one that is too long its beginning.

    `parse_line` refuses what is too long and what has no end.
    """
    while line := stream.readline(LONGEST_LINE + 1):
        yield line
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE + 1)


def record_id_in(line: bytes) -> str:
    """Return the record id that stands in a line, however broken it is; empty if there is none."""
    found = _RECORD_ID.search(line)
    return found[1].decode() if found else ""


def parse_line(line: bytes) -> Line:
    """Return what `line` (with its newline) says. Raises LineError if it is none of an export."""
    if len(line) > LONGEST_LINE:
        raise LineError(f"the line has more than {LONGEST_LINE} bytes")
    if not line.endswith(b"\n"):
        raise LineError("the line is cut off")
    try:
        value = parse_canonical(line[:-1])
    except CanonicalError as fault:
        raise LineError(str(fault)) from fault
    if not isinstance(value, dict):
        raise LineError("the line is no JSON object")
    read = _READERS.get(tuple(value))
    if read is None:
        raise LineError("the line has not the members of any line of an export")
    return read(value, line)


def _record(value: Mapping[str, Any], line: bytes) -> RecordLine:
    # Canonical: the body stands between the first of the one mark and the last of the other.
    begin, end = line.index(b',"record":') + len(b',"record":'), line.rindex(b',"salt":')
    if not isinstance(value["record"], dict):
        raise LineError("record is no object")
    return RecordLine(
        _whole(value["index"], "index"),
        _hash(value["leaf"], "leaf"),
        value["record"],
        line[begin:end],
        _hash(value["salt"], "salt"),
    )


def _public(value: Mapping[str, Any], _line: bytes) -> PublicLine:
    period, body = value["period"], value["public"]
    if not isinstance(period, str) or not _PERIOD(period):
        raise LineError("period is no month")
    if not isinstance(body, dict):
        raise LineError("public is no object")
    return PublicLine(
        _whole(value["index"], "index"), _hash(value["leaf_hash"], "leaf_hash"), period, body
    )


def _cover(value: Mapping[str, Any], _line: bytes) -> Cover:
    parts = value["cover"]
    if not isinstance(parts, list) or len(parts) != 3:
        raise LineError("cover is not level, number, hash")
    level, number = _whole(parts[0], "level"), _whole(parts[1], "number")
    if level > HIGHEST_COVER:
        raise LineError("the cover's level is out of bounds")
    return Cover(level, number, _hash(parts[2], "cover"))


def _end(value: Mapping[str, Any], _line: bytes) -> End:
    end = value["end"]
    if not isinstance(end, dict) or tuple(end) != ("leaves", "origin", "records"):
        raise LineError("end has not the members leaves, origin, records")
    return End(
        _text(end["origin"], "origin"),
        _whole(end["leaves"], "leaves"),
        _whole(end["records"], "records"),
    )


def _header(value: Mapping[str, Any], _line: bytes) -> Header:
    if value["schema"] != EXPORT_SCHEMA:
        raise LineError(f"the file is not {EXPORT_SCHEMA}")
    if not isinstance(value["receipt_key"], dict):
        raise LineError("receipt_key is no object")
    return Header(
        _text(value["origin"], "origin"),
        _text(value["checkpoint"], "checkpoint"),
        _text(value["vkey"], "vkey"),
        value["receipt_key"],
        _selection(value["selection"]),
        _time(value["made_at"], "made_at"),
    )


def _selection(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict) or tuple(value) != _SELECTION:
        raise LineError(f"selection has not the members {', '.join(_SELECTION)}")
    return {
        **{name: _text(value[name], name) for name in ("category", "method", "site")},
        **{
            name: None if value[name] is None else _time(value[name], name)
            for name in ("since", "until")
        },
    }


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise LineError(f"{name} is no text")
    return value


def _whole(value: Any, name: str) -> int:
    if type(value) is not int or value < 0:
        raise LineError(f"{name} is no whole number")
    return value


def _hash(value: Any, name: str) -> bytes:
    try:
        content = from_base64(_text(value, name))
    except ValueError as fault:
        raise LineError(f"{name} is {fault}") from fault
    if len(content) != HASH_BYTES:
        raise LineError(f"{name} has {len(content)} bytes, not {HASH_BYTES}")
    return content


def _time(value: Any, name: str) -> str:
    if problem := time_problem(value):
        raise LineError(f"{name} {problem}")
    return str(value)


_SELECTION = ("category", "method", "since", "site", "until")
# The members of a canonical object stand sorted, so they name the kind of line.
_READERS: Mapping[tuple[str, ...], Callable[[Mapping[str, Any], bytes], Line]] = {
    (
        *("checkpoint", "made_at", "origin", "receipt_key"),
        *("schema", "selection", "vkey"),
    ): _header,
    ("index", "leaf", "record", "salt"): _record,
    ("index", "leaf_hash", "period", "public"): _public,
    ("cover",): _cover,
    ("end",): _end,
}
