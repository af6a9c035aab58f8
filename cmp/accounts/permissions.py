# SPDX-License-Identifier: Apache-2.0
"""Who may do what: one table, role by action. A route that is not public names an action of it."""

from collections.abc import Iterable, Mapping

__all__ = ["ACTIONS", "ROLES", "may"]

ROLES: tuple[str, ...] = ("admin", "marketing", "auditor")

_EVERYBODY = frozenset(ROLES)
_WORKBENCH = frozenset({"admin", "marketing"})
_AUDIT = frozenset({"admin", "auditor"})

ACTIONS: Mapping[str, frozenset[str]] = {
    "account.own": _EVERYBODY,
    "catalog.read": _WORKBENCH,
    "catalog.edit": _WORKBENCH,
    "site.edit": _WORKBENCH,
    "notice.publish": _WORKBENCH,
    "record.read": _AUDIT,
    "record.export": _AUDIT,
}


def may(role_names: Iterable[str], action: str) -> bool:
    """Say whether somebody with these roles may do `action`. Raises KeyError for an unknown one."""
    return not ACTIONS[action].isdisjoint(role_names)
