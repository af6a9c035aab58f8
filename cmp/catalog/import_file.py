# SPDX-License-Identifier: Apache-2.0
"""Opening a file that is to be imported: how large, in which encoding, of which format."""

import csv
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TextIO

from cmp.catalog import open_cookie_database, transfer
from cmp.catalog.reading import Reading
from cmp.errors import Malformed, NotFound, Unprocessable

__all__ = ["FORMATS", "LARGEST_FILE", "read_file"]

FORMATS = ("auto", "ocd", "csv", "json")
LARGEST_FILE = 32 * 1024 * 1024
LONGEST_HEADING = 10_000

# Byte order marks (Unicode, section 23.8); that of UTF-32 begins with that of UTF-16.
_OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_SAVE_AS = 'Save it as UTF-8; spreadsheets call it "CSV UTF-8".'


def read_file(path: Path, file_format: str = "auto") -> Reading:
    """Return what the file at `path` holds; `file_format` is one of FORMATS.

    Raises NotFound if there is no file, Unprocessable if it is over LARGEST_FILE bytes, Malformed
    if it is in another encoding or of another format.
    """
    _check_size(path)
    try:
        _check_encoding(path)
        # Bytes that are not UTF-8 in a file that else is cost the rows they stand in.
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
            return _READERS[_format(stream) if file_format == "auto" else file_format](stream)
    except OSError as fault:
        raise _unreadable(path, fault) from fault


def _check_size(path: Path) -> None:
    try:
        if not path.is_file():
            raise NotFound(f"There is no file {path}.", now="Check the path.")
        size = path.stat().st_size
    except (OSError, ValueError) as fault:
        raise _unreadable(path, fault) from fault
    if size > LARGEST_FILE:
        raise Unprocessable(
            f"{path} has {size} bytes; at most {LARGEST_FILE} are read.",
            now="Import it in several parts.",
        )
    if not size:
        raise Malformed(f"{path} is empty.", now="Check the path.")


def _unreadable(path: Path, fault: Exception) -> NotFound:
    return NotFound(f"{path} cannot be read: {fault}.", now="Check the path and who may read it.")


def _check_encoding(path: Path) -> None:
    """Refuse a file that is in another encoding as a whole; a stray byte is not yet that."""
    sound, broken, first = 0, 0, 0
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if number == 1 and line.startswith(_OTHER_MARKS):
                raise Malformed(f"{path} is UTF-16 or UTF-32.", now=_SAVE_AS)
            if line.isascii():
                continue
            if _is_utf8(line):
                sound += 1
            else:
                broken, first = broken + 1, first or number
    if broken > sound:
        raise Malformed(f"{path} is not UTF-8, first on line {first}.", now=_SAVE_AS)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _format(stream: TextIO) -> str:
    heading = stream.readline(LONGEST_HEADING)
    stream.seek(0)
    if heading.lstrip().startswith(("{", "[")):
        return "json"
    names = {name.strip() for name in next(csv.reader([heading.replace(";", ",")]), [])}
    for file_format, columns in _HEADINGS.items():
        if names.issuperset(columns):
            return file_format
    raise Malformed(
        "The file is neither the CSV of the Open Cookie Database nor an export of a catalogue.",
        now="Its first line must be the heading; `--format` says how to read it.",
    )


_HEADINGS: Mapping[str, Iterable[str]] = {
    "ocd": open_cookie_database.COLUMNS,
    "csv": transfer.COLUMNS,
}
_READERS: Mapping[str, Callable[[TextIO], Reading]] = {
    "ocd": open_cookie_database.read_open_cookie_database,
    "csv": transfer.read_csv,
    "json": lambda stream: transfer.read_json(stream.read()),
}
