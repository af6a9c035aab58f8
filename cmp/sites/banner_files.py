# SPDX-License-Identifier: Apache-2.0
"""The built banner that comes with the program: three bundles and their integrity hashes."""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cmp.errors import EnvironmentFault
from cmp.paths import STATIC

__all__ = ["BannerFiles", "banner_files"]


@dataclass(frozen=True, slots=True)
class BannerFiles:
    """Sources of the blocking script, the first layer and the dialog, before they are filled in."""

    loader: str
    banner: str
    dialog: str

    @property
    def integrity(self) -> str:
        """Return the SRI hash (`sha384-…`) over all three: which build ran."""
        together = "\0".join((self.loader, self.banner, self.dialog)).encode()
        return integrity_of(together)


def integrity_of(content: bytes) -> str:
    """Return the value of an `integrity` attribute for `content` (W3C SRI)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


@cache
def banner_files(folder: Path = STATIC) -> BannerFiles:
    """Return the bundles in `folder`. Raises EnvironmentFault if they are not there."""
    try:
        loader, banner, dialog = (
            (folder / f"{name}.js").read_text("utf-8") for name in ("loader", "banner", "dialog")
        )
    except OSError as fault:
        raise EnvironmentFault(
            f"The built banner is missing: {fault}.",
            now="Install the wheel again or run dev.py banner.",
        ) from fault
    return BannerFiles(loader, banner, dialog)
