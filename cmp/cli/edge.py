# SPDX-License-Identifier: Apache-2.0
"""`kvitt edge nginx|apache|caddy|cloudflare|table SITE`."""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import replace

import msgspec

from cmp.cli.answers import CLEAN, say
from cmp.cli.session import read_session, settings
from cmp.edge import apache, caddy, cloudflare, nginx
from cmp.errors import NotFound
from cmp.rules.compile import inlined
from cmp.rules.table import EdgeTable, edge_table
from cmp.sites.models import Asset
from cmp.sites.publish import find_site, notice_in_force

__all__ = ["PRINTERS", "add_parser"]

PRINTERS: Mapping[str, Callable[[EdgeTable], str]] = {
    "nginx": nginx.configuration,
    "apache": apache.configuration,
    "caddy": caddy.configuration,
    "cloudflare": cloudflare.configuration,
    "table": EdgeTable.as_json,
}


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = commands.add_parser("edge", help="the policy as a header: print what sends it")
    command.add_argument("server", choices=PRINTERS, help="`table`: for the Python middleware")
    command.add_argument("site")
    command.add_argument(
        "--inline", action="store_true", help="pages carry the blocking script inside (table only)"
    )
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    given = settings()
    with read_session(given) as session:
        site = find_site(session, arguments.site)
        notice = notice_in_force(session, site)
        if notice is None:
            raise NotFound(f"{site.key} has published no notice.", now="Run `kvitt publish`.")
        table = edge_table(msgspec.json.decode(notice.body), given.public_url)
        asset = session.get(Asset, site.script) if arguments.inline else None
        if asset is not None:
            table = replace(table, script=inlined(asset.plain.decode()))
    printed = PRINTERS[arguments.server](table)
    result = {"site": arguments.site, "server": arguments.server, "configuration": printed}
    say(result, printed.rstrip("\n"), as_json=arguments.json)
    return CLEAN
