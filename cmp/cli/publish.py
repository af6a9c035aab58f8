# SPDX-License-Identifier: Apache-2.0
"""`kvitt publish SITE`."""

import argparse

from cmp import clock
from cmp.cli.answers import CLEAN, say
from cmp.cli.session import settings, write_session
from cmp.ledger.keys import KeyStore
from cmp.sites.publish import publish

__all__ = ["add_parser"]


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = commands.add_parser("publish", help="put a site's draft in force")
    command.add_argument("site")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    given = settings()
    with write_session(given) as session:
        notice = publish(
            session,
            arguments.site,
            at=clock.now(),
            actor="command line",
            keys=KeyStore(given.key_dir),
            public_url=given.public_url,
        )
        result = {"site": arguments.site, "version": notice.version, "sha256": notice.sha256}
    say(result, f"Published {result['version']} ({result['sha256']}).", as_json=arguments.json)
    return CLEAN
