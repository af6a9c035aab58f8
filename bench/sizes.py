# SPDX-License-Identifier: Apache-2.0
"""What a visitor of the demo shop is sent: raw, gzip 9 and brotli 11, against the budgets."""

import gzip
from dataclasses import asdict, dataclass

import brotli

from bench.demo_files import demo_files
from bench.results import keep

__all__ = ["BUDGETS", "Size", "measure", "run"]

# Brotli, bytes: the script; with the first layer; everything. The demo's texts and rules included.
BUDGETS = {"script": 5_000, "first layer": 8_000, "everything": 12_000}


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes of one file or of several together."""

    raw: int = 0
    gzip: int = 0
    brotli: int = 0

    def __add__(self, other: "Size") -> "Size":
        return Size(self.raw + other.raw, self.gzip + other.gzip, self.brotli + other.brotli)


def _size(content: bytes) -> Size:
    packed = len(gzip.compress(content, 9, mtime=0)), len(brotli.compress(content, quality=11))
    return Size(len(content), *packed)


def measure() -> dict[str, dict[str, Size]]:
    """Return by language the sizes that BUDGETS names, each with all that comes before it."""
    files = demo_files()
    script = _size(files.loader.plain)
    return {
        lang: {
            "script": script,
            "first layer": script + _size(files.first[lang].plain),
            "everything": script + _size(files.first[lang].plain) + _size(files.second[lang].plain),
        }
        for lang in files.first
    }


def run(name: str, _: list[str]) -> int:
    """Print the table; 1 if a budget is not kept."""
    measured, over = measure(), False
    print(f"{'':12}{'':14}{'raw':>8}{'gzip':>8}{'brotli':>8}{'budget':>8}")
    for lang, sizes in measured.items():
        for what, size in sizes.items():
            over = over or size.brotli > BUDGETS[what]
            mark = "  over" if size.brotli > BUDGETS[what] else ""
            print(
                f"{lang:12}{what:14}{size.raw:8}{size.gzip:8}{size.brotli:8}{BUDGETS[what]:8}{mark}"
            )
    keep(name, {lang: {w: asdict(s) for w, s in of.items()} for lang, of in measured.items()})
    return 1 if over else 0
