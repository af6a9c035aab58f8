# SPDX-License-Identifier: Apache-2.0
"""Drives the independent leak bench with this folder's plug-in files, and prints its table.

    python3 dev.py bench leaks [--mode MODE …] [--tool DIR] [--repeat N] [--vectors GLOBS]

The tool is looked for in ../shared/leaks. Exit code 1 when something leaked or broke.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from bench.results import FOLDER, keep

__all__ = ["run"]

HERE = Path(__file__).resolve().parent
TOOL = HERE.parents[2] / "shared" / "leaks"
RIGHT = frozenset({"blocked", "ok", "n.a."})


def run(name: str, arguments: list[str]) -> int:
    """Run each mode's plug-in; 3 if the tool is not there."""
    modes = sorted(path.stem.removeprefix("kvitt-") for path in HERE.glob("kvitt-*.json"))
    parser = argparse.ArgumentParser(prog="bench leaks")
    parser.add_argument("--mode", action="append", choices=modes)
    parser.add_argument("--tool", type=Path, default=TOOL)
    parser.add_argument("--repeat", default="2")
    parser.add_argument("--vectors", default="*")
    given = parser.parse_args(arguments)
    if not (given.tool / "run.py").exists():
        print(f"The leak bench is not in {given.tool}. Name its folder with --tool.")
        return 3
    figures = {mode: _measure(given, mode) for mode in given.mode or modes}
    keep(name, figures)
    return 1 if any(set(counted) - RIGHT for counted in figures.values()) else 0


def _measure(given: argparse.Namespace, mode: str) -> dict[str, int]:
    """Run one mode; return how often each verdict was given."""
    FOLDER.mkdir(exist_ok=True)
    kept = FOLDER / f"leaks-{mode}.json"
    command = [sys.executable, str(given.tool / "run.py"), "--adapter", "http"]
    command += ["--json", str(kept), "--repeat", given.repeat, "--vectors", given.vectors]
    environment = {**os.environ, "LEAKS_HTTP": str(HERE / f"kvitt-{mode}.json")}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, env=environment, check=False)
    if done.returncode:
        sys.exit(done.returncode)
    results = json.loads(kept.read_text("utf-8"))["results"]
    return dict(Counter(result["verdict"] for result in results))
