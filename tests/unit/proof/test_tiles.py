# SPDX-License-Identifier: Apache-2.0
"""Paths of tiles and bundles of entries (C2SP tlog-tiles)."""

import pytest

from cmp.proof.tiles import Tile, entry_bundle, parse_tile_path, read_entry_bundle, tile_path


@pytest.mark.parametrize(
    ("path", "tile"),
    [
        ("0/000", Tile("0", 0, 256)),
        ("0/999", Tile("0", 999, 256)),
        ("0/x001/000", Tile("0", 1000, 256)),
        ("1/x001/x234/067", Tile("1", 1234067, 256)),
        ("entries/000.p/1", Tile("entries", 0, 1)),
        ("5/x001/001.p/255", Tile("5", 1001, 255)),
    ],
)
def test_a_path_names_a_tile(path: str, tile: Tile) -> None:
    assert parse_tile_path(path) == tile
    assert tile_path(tile) == path


@pytest.mark.parametrize(
    "path",
    [
        *("", "0", "0/", "0/1", "0/0000", "0/x000/001", "x/000", "6/000", "00/000", "-1/000"),
        *("0/000.p/0", "0/000.p/256", "0/000.p/01", "0/000.p/", "0/000/", "/0/000", "0/../000"),
        *("0/000\n", "0/\u0661\u0661\u0661", "entries/000.p/1/2", "0/x001", "0/001/002"),
    ],
)
def test_what_is_no_path(path: str) -> None:
    assert parse_tile_path(path) is None


def test_a_bundle_can_be_read_back() -> None:
    entries = [b"", b"one", b"x" * 65535]
    assert list(read_entry_bundle(entry_bundle(entries))) == entries
    assert list(read_entry_bundle(b"")) == []


@pytest.mark.parametrize("bundle", [b"\x00", b"\x00\x02a", b"\x00\x01a\x00", b"\xff\xffshort"])
def test_a_bundle_that_ends_too_early_is_refused(bundle: bytes) -> None:
    with pytest.raises(ValueError, match="middle of an entry"):
        list(read_entry_bundle(bundle))
