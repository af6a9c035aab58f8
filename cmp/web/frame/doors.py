# SPDX-License-Identifier: Apache-2.0
"""A door is a blueprint with a table of routes; each route names who may use it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint

__all__ = ["PUBLIC", "Route", "attach", "routes_of"]

View = Callable[..., Any]
Guard = Callable[[str], Callable[[View], View]]

# The action of a route that anybody may use. Every other action stands in the table role x action.
PUBLIC = "public"

_TABLES: dict[str, Sequence["Route"]] = {}


@dataclass(frozen=True, slots=True)
class Route:
    """One line of a door: address, view, the action its user must be allowed, methods."""

    rule: str
    view: View
    action: str
    methods: tuple[str, ...] = ("GET",)

    @property
    def endpoint(self) -> str:
        """The name of the route inside its door."""
        return self.view.__name__


def _refuse_guard(action: str) -> Callable[[View], View]:
    raise AssertionError(f"this door is public and cannot ask for {action}")


def attach(door: Blueprint, routes: Sequence[Route], guard: Guard = _refuse_guard) -> None:
    """Add `routes` to `door`, each that is not public behind `guard(action)`."""
    for route in routes:
        view = route.view if route.action == PUBLIC else guard(route.action)(route.view)
        door.add_url_rule(route.rule, route.endpoint, view, methods=list(route.methods))
    _TABLES[door.name] = tuple(routes)


def routes_of() -> dict[str, Sequence[Route]]:
    """Return the routes of every door attached so far, by the door's name."""
    return dict(_TABLES)
