# SPDX-License-Identifier: Apache-2.0
"""Measurements, each printed and written to bench/results/. Run by `python3 dev.py bench NAME`.

sizes     what a visitor is sent, packed, against the budgets
parser    milliseconds that the blocking script holds the parser, at 4x CPU throttle
export    rows per second and peak memory of a download of 100,000 records
load      decisions per second and CPU per decision, beside peers and limits
servers   the same write path on gunicorn, granian and waitress
leaks     what gets out before consent, judged by the trackers' own logs
"""

import sys
from collections.abc import Callable
from importlib import import_module

NAMES = {
    "sizes": "bench.sizes",
    "parser": "bench.parser",
    "export": "bench.export",
    "load": "bench.load.run",
    "servers": "bench.load.run",
    "leaks": "bench.leaks.run",
}


def main() -> int:
    """Run the measurement named first; its exit code is 1 when a budget is not kept."""
    name, *rest = sys.argv[1:] or ["--list"]
    if name not in NAMES:
        print(__doc__)
        return 0 if name == "--list" else 2
    run: Callable[[str, list[str]], int] = import_module(NAMES[name]).run
    return run(name, rest)


if __name__ == "__main__":
    sys.exit(main())
