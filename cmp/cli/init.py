# SPDX-License-Identifier: Apache-2.0
"""`kvitt init`: database, keys, and an administrator whose password is printed once."""

import argparse

from sqlalchemy.orm import Session

from cmp import clock
from cmp.accounts.reads import count_users
from cmp.accounts.verbs import create_user, one_time_password
from cmp.cli.answers import CLEAN, say
from cmp.cli.session import settings, write_session
from cmp.ledger.keys import KeyStore
from cmp.settings import Settings

__all__ = ["add_parser", "first_start"]

ADMIN = "admin@localhost"


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    init = commands.add_parser("init", help="make the database, the keys and an administrator")
    init.add_argument("--json", action="store_true")
    init.set_defaults(run=_run)


def first_start(given: Settings) -> str | None:
    """Prepare everything a start needs. Returns the administrator's password if one was made."""
    keys = KeyStore(given.key_dir)
    _ = keys.receipt_key, keys.secret
    with write_session(given) as session:
        return _first_admin(session)


def _first_admin(session: Session) -> str | None:
    if count_users(session):
        return None
    password = one_time_password()
    create_user(session, ADMIN, ["admin"], password, at=clock.now(), must_change=True)
    return password


def _run(arguments: argparse.Namespace) -> int:
    given = settings()
    password = first_start(given)
    result = {"data_dir": str(given.data_dir), "admin": ADMIN, "one_time_password": password}
    lines = f"Ready in {given.data_dir}."
    if password:
        lines += f"\nAdministrator {ADMIN}, password for the first login: {password}"
    say(result, lines, as_json=arguments.json)
    return CLEAN
