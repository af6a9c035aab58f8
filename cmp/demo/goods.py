# SPDX-License-Identifier: Apache-2.0
"""What the demo shop pretends to sell. Names and descriptions are in `texts/`, by slug."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["GOODS", "SHELVES", "Ware", "neighbours", "on_shelf"]

SHELVES = ("spiskammer", "verksted")


@dataclass(frozen=True, slots=True)
class Ware:
    """One ware: its address, its shelf, its price in whole kroner, and whether it has a film."""

    slug: str
    shelf: str
    kroner: int
    video: str = ""


GOODS: Mapping[str, Ware] = MappingProxyType(
    {
        ware.slug: ware
        for ware in (
            Ware("multesyltetoy", "spiskammer", 149),
            Ware("ullvotter", "verksted", 420, video="strikking"),
            Ware("lynghonning", "spiskammer", 129),
            Ware("bjorkebolle", "verksted", 590),
            Ware("flatbrod", "spiskammer", 79),
            Ware("steintoykopp", "verksted", 310),
            Ware("eplemost", "spiskammer", 89),
            Ware("brunost", "spiskammer", 115),
        )
    }
)


def on_shelf(shelf: str) -> tuple[Ware, ...]:
    """Return the wares of one shelf in shop order; empty for an unknown shelf."""
    return tuple(ware for ware in GOODS.values() if ware.shelf == shelf)


def neighbours(slug: str, count: int = 4) -> tuple[Ware, ...]:
    """Return the `count` wares after `slug`: the same for every visitor, nobody is profiled."""
    order = list(GOODS.values())
    start = [ware.slug for ware in order].index(slug) + 1
    return tuple((order[start:] + order[: start - 1])[:count])
