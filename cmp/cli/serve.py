# SPDX-License-Identifier: Apache-2.0
"""`kvitt serve`: the platform on the production server."""

import argparse
import sys

from cmp import clock
from cmp.cli.answers import CLEAN
from cmp.cli.init import ADMIN, first_start
from cmp.cli.session import settings, write_session
from cmp.cli.wsgi import serve
from cmp.settings import Settings
from cmp.sites.publish import recompile
from cmp.sites.reads import site_keys

__all__ = ["add_parser"]


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    run = commands.add_parser("serve", help="serve visitors, marketing and auditors")
    run.add_argument("--host", default="127.0.0.1")
    run.add_argument("--port", type=int, default=8700)
    run.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    given = settings()
    password = first_start(given)
    if password:
        print(f"Administrator {ADMIN}, password for the first login: {password}", file=sys.stderr)
    bring_up_to_date(given)
    serve(given, arguments.host, arguments.port)
    return CLEAN


def bring_up_to_date(given: Settings) -> None:
    """Compile every site's script with this program's banner and address."""
    with write_session(given) as session:
        for key in site_keys(session):
            recompile(session, key, at=clock.now(), public_url=given.public_url)
