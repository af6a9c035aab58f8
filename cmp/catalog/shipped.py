# SPDX-License-Identifier: Apache-2.0
"""Services of the shipped library, by their keys, for an import."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cmp.catalog.reading import Plan
from cmp.errors import EnvironmentFault, NotFound
from cmp.paths import COOKIE_CATALOG

__all__ = ["library_findings", "library_plan"]


def library_plan(service_ids: Sequence[str]) -> Plan:
    """Return the named services of the shipped library with their items.

    Raises NotFound if the library lacks one, EnvironmentFault if there is no library.
    """
    known = {entry.facts.service_id: entry for entry in _library().library()}
    missing = [key for key in service_ids if key not in known]
    if missing:
        raise NotFound(
            f"The library has no service {', '.join(missing)}.",
            now="Look for it in the workbench, or add it there.",
        )
    return [(known[key].facts, known[key].items) for key in dict.fromkeys(service_ids)]


def library_findings(folder: Path = COOKIE_CATALOG) -> Sequence[Any]:
    """Return what is wrong with the files of a library: `file`, `subject` and `problem` of each.

    Raises NotFound if there is no such folder, EnvironmentFault if it is the shipped one.
    """
    if folder != COOKIE_CATALOG and not folder.is_dir():
        raise NotFound(f"There is no folder {folder}.", now="Name the folder of the library.")
    found: Sequence[Any] = _library().check_library(folder)
    return found


def _library() -> Any:
    try:
        return importlib.import_module("cmp.catalog.library")
    except ModuleNotFoundError as fault:
        raise EnvironmentFault(
            "No library of services came with this program.", now="Install it again."
        ) from fault
