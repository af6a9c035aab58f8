# SPDX-License-Identifier: Apache-2.0
"""What `kvitt log verify` is given: a file, standard input or an address, and what kind it is."""

import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import BinaryIO
from urllib.error import URLError
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler

from cmp.errors import EnvironmentFault, Malformed, NotFound

__all__ = ["Evidence", "open_evidence"]

LARGEST_DOWNLOAD = 8 << 30
SECONDS = 30
BUFFER = 1 << 16
_PROOF = b"c2sp.org/tlog-proof"
_RECEIPT = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
# A line of words between commas or semicolons, as spreadsheets write the names of columns.
_CSV = re.compile(rb'(\xef\xbb\xbf)?"?[A-Za-z_][^{}\n]*[,;][^{}\n]*\r?\n')


@dataclass(frozen=True, slots=True)
class Evidence:
    """`kind` is export, receipt or proof; what cannot be told counts as an export and fails."""

    name: str
    kind: str
    stream: BinaryIO


class _Limited(io.RawIOBase):
    """Bytes of an answer, up to a limit."""

    def __init__(self, answer: BinaryIO) -> None:
        self._answer, self._left = answer, LARGEST_DOWNLOAD

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        content = self._answer.read(len(buffer))
        self._left -= len(content)
        if self._left < 0:
            raise Malformed(
                f"The download has more than {LARGEST_DOWNLOAD} bytes.", now="Fetch it to a file."
            )
        buffer[: len(content)] = content
        return len(content)


@contextmanager
def open_evidence(name: str) -> Iterator[Evidence]:
    """Give the evidence called `name`: a path, `-`, or an http(s) address.

    Raises NotFound for a missing file, EnvironmentFault for an address that does not answer,
    Malformed for a CSV, which is no evidence.
    """
    if re.match(r"[a-z][a-z0-9+.-]+://", name, re.IGNORECASE):
        yield from _from_address(name)
    elif name == "-":
        with open(sys.stdin.fileno(), "rb", closefd=False) as stream:
            yield _evidence(name, stream)
    else:
        yield from _from_file(name)


def _from_file(name: str) -> Iterator[Evidence]:
    try:
        with Path(name).open("rb") as stream:
            yield _evidence(name, stream)
    except OSError as fault:
        raise NotFound(f"{name} cannot be read: {fault}.", now="Check the path.") from fault


def _from_address(name: str) -> Iterator[Evidence]:
    if not name.lower().startswith(("http://", "https://")):
        raise Malformed(f"{name} is no http or https address.", now="Fetch it to a file.")
    opener = OpenerDirector()
    # No redirects: a page that asks for a login is no evidence.
    for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler()):
        opener.add_handler(handler)
    try:
        with opener.open(name, timeout=SECONDS) as answer:
            if answer.status != 200:
                raise EnvironmentFault(
                    f"{name} answers {answer.status}.", now="Log in there and fetch it to a file."
                )
            yield _evidence(name, io.BufferedReader(_Limited(answer), BUFFER))
    except (URLError, HTTPException, OSError) as fault:
        raise EnvironmentFault(
            f"{name} cannot be fetched: {fault}.", now="Check the address and the network."
        ) from fault


def _evidence(name: str, stream: io.BufferedReader) -> Evidence:
    begin = stream.peek(BUFFER)
    if begin.startswith(_PROOF):
        return Evidence(name, "proof", stream)
    if _RECEIPT.match(begin) and b"\n" not in begin.strip():
        return Evidence(name, "receipt", stream)
    if name.lower().endswith(".csv") or _CSV.match(begin):
        raise Malformed(
            "A CSV is for reading; nothing in it can be verified.",
            now="The JSON Lines download of the same selection is the evidence.",
        )
    return Evidence(name, "export", stream)
