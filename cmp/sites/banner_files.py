# SPDX-License-Identifier: Apache-2.0
"""The built banner that comes with the program: the bundles and their integrity hash."""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cmp.errors import EnvironmentFault
from cmp.paths import STATIC

__all__ = ["BannerFiles", "banner_files"]

NAMES = ("strict", "runtime", "edge", "banner", "dialog")


@dataclass(frozen=True, slots=True)
class BannerFiles:
    """Sources before they are filled in: a blocking script for each mode, first layer, dialog."""

    strict: str
    runtime: str
    edge: str
    banner: str
    dialog: str

    @property
    def integrity(self) -> str:
        """Return the SRI hash (`sha384-…`) over all of them: which build ran."""
        together = "\0".join(getattr(self, name) for name in NAMES).encode()
        return integrity_of(together)

    def blocking(self, mode: str) -> str:
        """Return the blocking script for pages of `mode`."""
        source: str = getattr(self, mode)
        return source


def integrity_of(content: bytes) -> str:
    """Return the value of an `integrity` attribute for `content` (W3C SRI)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


@cache
def banner_files(folder: Path = STATIC) -> BannerFiles:
    """Return the bundles in `folder`. Raises EnvironmentFault if they are not there."""
    try:
        sources = [(folder / f"{name}.js").read_text("utf-8") for name in NAMES]
    except OSError as fault:
        raise EnvironmentFault(
            f"The built banner is missing: {fault}.",
            now="Install the wheel again or run dev.py banner.",
        ) from fault
    return BannerFiles(*sources)
