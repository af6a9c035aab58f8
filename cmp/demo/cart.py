# SPDX-License-Identifier: Apache-2.0
"""The cart and the order, as plain values that fit in a signed cookie."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from cmp.demo.goods import GOODS, Ware

__all__ = ["MOST_OF_ONE", "Line", "Order", "lines", "order_from", "place_order", "put", "total"]

MOST_OF_ONE = 20


@dataclass(frozen=True, slots=True)
class Line:
    """So many of one ware."""

    ware: Ware
    count: int

    @property
    def kroner(self) -> int:
        """What the line costs, in whole kroner."""
        return self.ware.kroner * self.count


@dataclass(frozen=True, slots=True)
class Order:
    """What a receipt page shows. Who bought it is not kept."""

    number: str
    payment: str
    wares: Mapping[str, int]

    @property
    def kroner(self) -> int:
        """The order sum in whole kroner."""
        return total(lines(self.wares))


def put(cart: Mapping[str, int], slug: str, count: int) -> dict[str, int]:
    """Return `cart` with `count` of `slug` (0 takes it out, more than MOST_OF_ONE is cut).

    Raises KeyError for a ware that does not exist.
    """
    count = max(0, min(count, MOST_OF_ONE))
    kept = dict(cart) | {GOODS[slug].slug: count}
    return {name: number for name, number in kept.items() if number}


def lines(cart: Mapping[str, int]) -> tuple[Line, ...]:
    """Return the lines of `cart`; a ware that has left the shop is left out."""
    return tuple(Line(GOODS[slug], count) for slug, count in cart.items() if slug in GOODS)


def total(of: tuple[Line, ...]) -> int:
    """Return the sum of the lines in whole kroner."""
    return sum(line.kroner for line in of)


def place_order(cart: Mapping[str, int], payment: str) -> Order:
    """Return an order of everything in `cart` with a new random number, paid for by `payment`."""
    return Order(f"D-{secrets.randbelow(900_000) + 100_000}", payment, dict(cart))


def order_from(stored: object) -> Order | None:
    """Return the order whose members a session kept as a dict, or None if it kept none."""
    if not isinstance(stored, dict):
        return None
    return Order(stored["number"], stored["payment"], stored["wares"])
