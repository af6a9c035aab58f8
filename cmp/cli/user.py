# SPDX-License-Identifier: Apache-2.0
"""`kvitt user add|list|disable`."""

import argparse
from typing import Any

from cmp import clock
from cmp.accounts.permissions import ROLES
from cmp.accounts.reads import list_users
from cmp.accounts.verbs import create_user, disable_user, one_time_password
from cmp.cli.answers import CLEAN, say
from cmp.cli.session import read_session, settings, write_session

__all__ = ["add_parser"]


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands."""
    user = commands.add_parser("user", help="who may log in")
    verbs = user.add_subparsers(dest="verb", required=True)
    add = verbs.add_parser("add", help="add an account; its password is printed once")
    add.add_argument("email")
    add.add_argument("--role", action="append", choices=sorted(ROLES), required=True)
    disable = verbs.add_parser("disable", help="end an account's sessions and refuse its logins")
    disable.add_argument("email")
    listing = verbs.add_parser("list", help="list accounts")
    for command, run in ((add, _add), (disable, _disable), (listing, _list)):
        command.add_argument("--json", action="store_true")
        command.set_defaults(run=run)


def _add(arguments: argparse.Namespace) -> int:
    password = one_time_password()
    with write_session(settings()) as session:
        create_user(
            session, arguments.email, arguments.role, password, at=clock.now(), must_change=True
        )
    result = {"email": arguments.email, "roles": arguments.role, "one_time_password": password}
    say(
        result,
        f"{arguments.email}, password for the first login: {password}",
        as_json=arguments.json,
    )
    return CLEAN


def _disable(arguments: argparse.Namespace) -> int:
    with write_session(settings()) as session:
        disable_user(session, arguments.email, at=clock.now(), actor="command line")
    say({"disabled": arguments.email}, f"{arguments.email} is disabled.", as_json=arguments.json)
    return CLEAN


def _list(arguments: argparse.Namespace) -> int:
    with read_session(settings()) as session:
        users: list[dict[str, Any]] = [
            {"email": u.email, "roles": sorted(r.name for r in u.roles), "active": u.active}
            for u in list_users(session)
        ]
    lines = "\n".join(
        f"{u['email']}\t{','.join(u['roles'])}\t{'active' if u['active'] else 'disabled'}"
        for u in users
    )
    say({"users": users}, lines or "No accounts.", as_json=arguments.json)
    return CLEAN
