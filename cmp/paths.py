# SPDX-License-Identifier: Apache-2.0
"""Where the files that come with the program are, in a checkout and in an installed wheel."""

from pathlib import Path

__all__ = ["COOKIE_CATALOG", "PACKAGE", "STATIC"]

PACKAGE = Path(__file__).resolve().parent


def _shipped(name: str) -> Path:
    """A wheel carries the root folders under `_data`; a checkout has them beside the package."""
    packed = PACKAGE / "_data" / name
    return packed if packed.is_dir() else PACKAGE.parent / name


STATIC = _shipped("static")
COOKIE_CATALOG = _shipped("cookie_catalog")
