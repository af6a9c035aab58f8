# SPDX-License-Identifier: Apache-2.0
"""The table in a file, printed by `kvitt edge table`, read again when the file has changed."""

from pathlib import Path

from cmp.rules.table import NOTHING, EdgeTable, read_table

__all__ = ["TableFile"]


class TableFile:
    """Call it for the table as the file now is; it raises OSError or Malformed if it is none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = (0, 0)
        self._table = NOTHING

    def __call__(self) -> EdgeTable:
        """Return the table."""
        state = self._path.stat()
        seen = (state.st_mtime_ns, state.st_size)
        if seen != self._seen:
            self._table = read_table(self._path.read_text("utf-8"))
            self._seen = seen
        return self._table
