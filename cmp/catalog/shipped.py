# SPDX-License-Identifier: Apache-2.0
"""Services of the shipped library, by their keys, for an import."""

from collections.abc import Sequence
from pathlib import Path

from cmp.catalog.library import LibraryFinding, check_library, library
from cmp.catalog.reading import Plan
from cmp.errors import NotFound
from cmp.paths import COOKIE_CATALOG

__all__ = ["library_findings", "library_plan"]


def library_plan(service_ids: Sequence[str]) -> Plan:
    """Return the named services of the shipped library with their items.

    Raises NotFound if the library lacks one.
    """
    known = {entry.facts.service_id: entry for entry in library()}
    missing = [key for key in service_ids if key not in known]
    if missing:
        raise NotFound(
            f"The library has no service {', '.join(missing)}.",
            now="Look for it in the workbench, or add it there.",
        )
    return [(known[key].facts, known[key].items) for key in dict.fromkeys(service_ids)]


def library_findings(folder: Path = COOKIE_CATALOG) -> Sequence[LibraryFinding]:
    """Return what is wrong with the files of a library: `file`, `subject` and `problem` of each.

    Raises NotFound if there is no such folder.
    """
    if not folder.is_dir():
        raise NotFound(f"There is no folder {folder}.", now="Name the folder of the library.")
    return check_library(folder)
