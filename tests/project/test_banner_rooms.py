# SPDX-License-Identifier: Apache-2.0
"""The rooms of banner/src import downwards only.

entries > ui | block | signals | report > state > contract
"""

import re
from pathlib import Path, PurePosixPath

import pytest

SOURCES = Path(__file__).resolve().parent.parent.parent / "banner" / "src"
ENTRIES = "entries"
LAYERS = ((ENTRIES,), ("ui", "block", "signals", "report"), ("state",), ("contract",))
HEIGHT = {room: -layer for layer, rooms in enumerate(LAYERS) for room in rooms}
IMPORT = re.compile(
    r'^(?:import|export)\b(\s+type\b)?(?:[^;"=]*\bfrom)?\s*"([^"]+)";', re.MULTILINE
)
# The shape of what one chunk of the ui lends to the other. Types only: nothing of it is built.
SHAPES = {("contract/kit.ts", "ui/element.ts"), ("contract/kit.ts", "ui/shown.ts")}

FILES = sorted(path.relative_to(SOURCES).as_posix() for path in SOURCES.rglob("*.ts"))


def room_of(name: str) -> str:
    """The folder a source stands in; those at the top are entries."""
    return name.partition("/")[0] if "/" in name else ENTRIES


def imports_of(name: str) -> list[tuple[str, bool]]:
    """Every source that `name` imports, and whether only types come from it."""
    text = (SOURCES / name).read_text("utf-8")
    found = []
    for is_type, target in IMPORT.findall(text):
        path = (SOURCES / name).parent / PurePosixPath(target)
        found.append((path.resolve().relative_to(SOURCES).as_posix(), bool(is_type)))
    return found


def test_every_source_stands_in_a_known_room() -> None:
    assert {room_of(name) for name in FILES} <= set(HEIGHT)


def test_every_import_is_seen() -> None:
    for name in FILES:
        text = (SOURCES / name).read_text("utf-8")
        assert len(re.findall(r'\bfrom\s+"|^import "', text, re.MULTILINE)) == len(imports_of(name))
        assert not re.search(r'\bimport\("', text), f"{name} imports while it runs"


@pytest.mark.parametrize("name", FILES)
def test_imports_point_downwards(name: str) -> None:
    room = room_of(name)
    for target, types_only in imports_of(name):
        assert (SOURCES / target).is_file(), f"{name} imports {target}, which is not there"
        if room_of(target) == room or (types_only and (name, target) in SHAPES):
            continue
        assert HEIGHT[room_of(target)] < HEIGHT[room], f"{name} must not import {target}"


def test_the_exceptions_still_exist() -> None:
    found = {(name, target) for name in FILES for target, _ in imports_of(name)}
    assert found >= SHAPES
