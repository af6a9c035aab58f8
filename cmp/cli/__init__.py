# SPDX-License-Identifier: Apache-2.0
"""The command `kvitt`. Exit codes: 0 clean, 1 findings, 2 bad input, 3 environment."""

import argparse
import sys
from collections.abc import Sequence

from cmp import __version__
from cmp.cli import catalog, demo, edge, init, keys, log, publish, serve, site, user
from cmp.cli.answers import BAD_INPUT, ENVIRONMENT
from cmp.errors import EnvironmentFault, KvittError

__all__ = ["main", "parser"]

COMMANDS = (serve, demo, init, user, site, catalog, publish, edge, log, keys)


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    top = argparse.ArgumentParser(
        prog="kvitt", description="Cookie consent with a log that anybody can verify."
    )
    top.add_argument("--version", action="version", version=f"kvitt {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_parser(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. A fault is one line on standard error."""
    given = parser().parse_args(arguments)
    try:
        return int(given.run(given))
    except KvittError as fault:
        print(f"kvitt: {fault}", file=sys.stderr)
        return ENVIRONMENT if isinstance(fault, EnvironmentFault) else BAD_INPUT
