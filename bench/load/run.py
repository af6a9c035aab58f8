# SPDX-License-Identifier: Apache-2.0
"""Drives the independent load bench with this folder's plug-in files, and prints its table.

    python3 dev.py bench load [--tool DIR] [--seconds S] [--rounds N]   beside c15t, bare servers
    python3 dev.py bench servers [the same]                             gunicorn, granian, waitress

The tool is looked for in ../shared/load. What it installs of others goes to a temporary folder.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.results import FOLDER, keep

__all__ = ["run"]

HERE = Path(__file__).resolve().parent
TOOL = HERE.parents[2] / "shared" / "load"
SUBJECTS = {
    "load": ("kvitt-sqlite", "kvitt-postgres", "echo-flask-gunicorn-gthread", "c15t-pg"),
    "servers": ("kvitt-sqlite", "kvitt-granian", "kvitt-waitress"),
}
WARM_S, WARM_DECISIONS = "12", "4000"


def run(name: str, arguments: list[str]) -> int:
    """Run the bench `name` (`load` or `servers`); 3 if the tool is not there."""
    parser = argparse.ArgumentParser(prog=f"bench {name}")
    parser.add_argument("--tool", type=Path, default=TOOL)
    parser.add_argument("--seconds", default="8")
    parser.add_argument("--rounds", default="3")
    given = parser.parse_args(arguments)
    if not (given.tool / "run.py").exists():
        print(f"The load bench is not in {given.tool}. Name its folder with --tool.")
        return 3
    subjects = [_subject(each) for each in SUBJECTS[name]]
    foreign = [each for each in subjects if not each.endswith(".json")]
    if foreign:
        _tool(given.tool, "setup", *foreign)
    kept = FOLDER / f"{name}-tool.json"
    FOLDER.mkdir(exist_ok=True)
    options = ["--seconds", given.seconds, "--rounds", given.rounds, "--out", str(kept)]
    options += ["--conns", "32", "--warm", WARM_S, "--warm-n", WARM_DECISIONS]
    _tool(given.tool, "bench", *subjects, *options)
    keep(name, _figures(kept))
    return 0


def _subject(name: str) -> str:
    own = HERE / f"{name}.json"
    return str(own) if own.exists() else name


def _tool(folder: Path, *arguments: str) -> None:
    work = os.environ.get("LOAD_WORK", tempfile.gettempdir())
    environment = {**os.environ, "LOAD_WORK": work, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, str(folder / "run.py"), *arguments], env=environment, check=False
    )
    if done.returncode:
        sys.exit(done.returncode)


def _figures(path: Path) -> Any:
    return json.loads(path.read_text("utf-8")) if path.exists() else None
