# SPDX-License-Identifier: Apache-2.0
"""How far a long command is, on standard error."""

import sys
import time
from types import TracebackType

__all__ = ["Progress"]

SECONDS_BEFORE = 2.0
SECONDS_BETWEEN = 0.5
SECONDS_BETWEEN_LINES = 10.0


class Progress:
    """Says a number now and then: in one place on a terminal, else a line each ten seconds."""

    def __init__(self, what: str) -> None:
        self._what, self._terminal = what, sys.stderr.isatty()
        self._next = time.monotonic() + (
            SECONDS_BEFORE if self._terminal else SECONDS_BETWEEN_LINES
        )
        self._shown = False

    def __enter__(self) -> "Progress":
        return self

    def __call__(self, number: int) -> None:
        """Say that `number` are done, if it is time to."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + (SECONDS_BETWEEN if self._terminal else SECONDS_BETWEEN_LINES)
        sys.stderr.write(
            f"\r{number} {self._what}" if self._terminal else f"{number} {self._what}\n"
        )
        sys.stderr.flush()
        self._shown = self._terminal

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
