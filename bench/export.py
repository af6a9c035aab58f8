# SPDX-License-Identifier: Apache-2.0
"""The download of N records (default 100,000) from SQLite: rows per second, CPU and peak memory.

Beside it, in turn, sqlite3's own `-csv` of the same rows: the floor for reading and writing them.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.results import keep

__all__ = ["run"]

ROUNDS = 3
CSV = "select leaf_index, record_id, body, hex(salt) from record order by leaf_index"


@dataclass(frozen=True, slots=True)
class Took:
    """What one run of a program took: seconds, CPU seconds, peak resident MB."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def run(name: str, arguments: list[str]) -> int:
    """Print the table of alternating rounds."""
    parser = argparse.ArgumentParser(prog="bench export")
    parser.add_argument("--records", type=int, default=100_000)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(Path(folder))
        for step in (["init"], ["preload", str(given.records)]):
            command = [sys.executable, "-m", "bench.load.commands", *step]
            subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        programs = _programs(Path(folder))
        took: dict[str, list[Took]] = {which: [] for which in programs}
        for turn in range(ROUNDS):
            for which in sorted(programs, reverse=bool(turn % 2)):
                took[which].append(_time(programs[which], environment, Path(folder) / "out"))
    _print(took, given.records)
    keep(name, {which: [asdict(t) for t in times] for which, times in took.items()})
    return 0


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "KVITT_DATA_DIR": str(folder), "KVITT_PUBLIC_URL": "https://c.example"}


def _programs(folder: Path) -> dict[str, list[str]]:
    programs = {"JSON Lines": [sys.executable, "-m", "cmp", "log", "export", "load"]}
    if sqlite := shutil.which("sqlite3"):
        programs["sqlite3 -csv"] = [sqlite, "-csv", str(folder / "kvitt.db"), CSV]
    return programs


def _time(command: list[str], environment: dict[str, str], out: Path) -> Took:
    with out.open("wb") as written:
        began = time.monotonic()
        process = subprocess.Popen(command, env=environment, stdout=written)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    wall = time.monotonic() - began
    return Took(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _print(took: dict[str, list[Took]], records: int) -> None:
    print(f"{records} records, {ROUNDS} alternating rounds, medians")
    print(f"{'':14}{'rows/s':>10}{'CPU s':>8}{'peak MB':>9}")
    for which, times in took.items():
        wall = statistics.median(t.wall_s for t in times)
        cpu = statistics.median(t.cpu_s for t in times)
        peak = max(t.peak_mb for t in times)
        print(f"{which:14}{records / wall:10.0f}{cpu:8.2f}{peak:9.0f}")
