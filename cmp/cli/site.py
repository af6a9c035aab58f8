# SPDX-License-Identifier: Apache-2.0
"""`kvitt site add|list|snippet`."""

import argparse
from typing import Any

import msgspec

from cmp import clock
from cmp.cli.answers import CLEAN, say
from cmp.cli.session import read_session, settings, write_session
from cmp.errors import NotFound
from cmp.rules.csp import MODES, snippet
from cmp.sites.publish import find_site, notice_in_force
from cmp.sites.reads import sites
from cmp.sites.verbs import SiteFacts, add_site

__all__ = ["add_parser"]


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands."""
    site = commands.add_parser("site", help="web properties")
    verbs = site.add_subparsers(dest="verb", required=True)
    add = verbs.add_parser("add", help="add a site")
    add.add_argument("key")
    add.add_argument("--name", required=True)
    add.add_argument("--origin", action="append", required=True, help="https://www.example.no")
    add.add_argument("--mode", choices=MODES, default=MODES[0], help="how its pages block")
    listing = verbs.add_parser("list", help="list sites")
    paste = verbs.add_parser("snippet", help="print what goes first into <head>")
    paste.add_argument("key")
    for command, run in ((add, _add), (listing, _list), (paste, _snippet)):
        command.add_argument("--json", action="store_true")
        command.set_defaults(run=run)


def _add(arguments: argparse.Namespace) -> int:
    facts = SiteFacts(
        key=arguments.key, name=arguments.name, origins=arguments.origin, mode=arguments.mode
    )
    with write_session(settings()) as session:
        add_site(session, facts, at=clock.now(), actor="command line")
    lines = f"Added {facts.key}. Fill in controller and policy in the workbench, then publish."
    say({"site": facts.key}, lines, as_json=arguments.json)
    return CLEAN


def _list(arguments: argparse.Namespace) -> int:
    with read_session(settings()) as session:
        listed: list[dict[str, Any]] = [
            {"site": s.key, "name": s.name, "origins": s.origins, "notice": s.notice_sha256}
            for s in sites(session)
        ]
    lines = "\n".join(f"{s['site']}\t{s['name']}\t{' '.join(s['origins'])}" for s in listed)
    say({"sites": listed}, lines or "No sites.", as_json=arguments.json)
    return CLEAN


def _snippet(arguments: argparse.Namespace) -> int:
    given = settings()
    with read_session(given) as session:
        site = find_site(session, arguments.key)
        notice = notice_in_force(session, site)
        if notice is None:
            raise NotFound(f"{site.key} has published no notice.", now="Run `kvitt publish`.")
        body = msgspec.json.decode(notice.body)
        html = snippet(body, given.public_url, body["mode"])
    say({"site": arguments.key, "snippet": html}, html, as_json=arguments.json)
    return CLEAN
