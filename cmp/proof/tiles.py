# SPDX-License-Identifier: Apache-2.0
"""Tiles: the tree in files of 256 hashes, its entries in bundles of 256 (C2SP tlog-tiles)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["WIDTH", "Tile", "entry_bundle", "parse_tile_path", "read_entry_bundle", "tile_path"]

WIDTH = 256
HIGHEST_LEVEL = 5
LENGTH_BYTES = 2
_PATH = re.compile(
    r"(?P<level>[0-5]|entries)/(?P<head>(?:x\d{3}/)*)(?P<last>\d{3})(?:\.p/(?P<width>\d{1,3}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """`level` is `entries` or the level of hashes as text; `width` 1 to 256, less if partial."""

    level: str
    number: int
    width: int


def parse_tile_path(path: str) -> Tile | None:
    """Return the tile at `path` (below `tile/`), or None if no tile is written that way."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    digits = found["head"].replace("x", "").replace("/", "") + found["last"]
    tile = Tile(found["level"], int(digits), int(found["width"] or WIDTH))
    # One tile has one path: no leading zero group, no partial width of 0 or 256.
    return tile if 0 < tile.width <= WIDTH and tile_path(tile) == path else None


def tile_path(tile: Tile) -> str:
    """Return the path of `tile` below `tile/`: `0/x001/x234/067`, a partial one `0/000.p/5`."""
    groups = [f"{tile.number % 1000:03}"]
    rest = tile.number // 1000
    while rest:
        groups.insert(0, f"x{rest % 1000:03}")
        rest //= 1000
    partial = f".p/{tile.width}" if tile.width < WIDTH else ""
    return f"{tile.level}/{'/'.join(groups)}{partial}"


def entry_bundle(entries: Sequence[bytes]) -> bytes:
    """Return `entries` as one bundle: each behind its length in two bytes, big endian."""
    return b"".join(len(entry).to_bytes(LENGTH_BYTES, "big") + entry for entry in entries)


def read_entry_bundle(bundle: bytes) -> Iterator[bytes]:
    """Yield the entries of a bundle. Raises ValueError if its lengths do not fit its bytes."""
    at = 0
    while at < len(bundle):
        begin = at + LENGTH_BYTES
        at = begin + int.from_bytes(bundle[at:begin], "big")
        if begin > len(bundle) or at > len(bundle):
            raise ValueError("the bundle ends in the middle of an entry")
        yield bundle[begin:at]
