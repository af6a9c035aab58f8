# SPDX-License-Identifier: Apache-2.0
"""`kvitt demo`: platform, shop and third parties on loopback, until SIGTERM or Ctrl-C."""

import argparse
import signal
from threading import Event

from cmp.catalog.library import library
from cmp.cli.answers import CLEAN, say
from cmp.cli.init import first_start
from cmp.cli.session import open_database, settings, write_session
from cmp.demo.addresses import DEFAULT_PORT
from cmp.demo.run import Demo, prepare, site_snippet, start

__all__ = ["add_parser"]

LARGEST_PORT = 65_000


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    demo = commands.add_parser("demo", help="start everything with a demo shop")
    demo.add_argument("--json", action="store_true", help="one line of JSON once all answers")
    demo.add_argument("--port", type=_port, default=DEFAULT_PORT, help="the first of ten ports")
    demo.add_argument("--data", default="demo-data", help="data directory")
    demo.set_defaults(run=_run)


def _port(text: str) -> int:
    port = int(text)
    if not 1024 <= port <= LARGEST_PORT:
        raise argparse.ArgumentTypeError(f"must be from 1024 to {LARGEST_PORT}")
    return port


def _run(arguments: argparse.Namespace) -> int:
    given = settings(data_dir=arguments.data, public_url=f"http://localhost:{arguments.port}")
    ended = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    first_start(given)
    with write_session(given) as session:
        logins = prepare(session, given, arguments.port)
    engine = open_database(given)
    demo = start(given, arguments.port, logins, lambda: site_snippet(engine, given))
    try:
        known = library()
        counts = {"services": len(known), "items": sum(len(one.items) for one in known)}
        facts = {**demo.facts(), "library": counts}
        say(facts, _lines(demo, counts["services"]), as_json=arguments.json)
        demo.wait(ended)
    finally:
        demo.stop()
    return CLEAN


def _lines(demo: Demo, known: int) -> str:
    facts = demo.facts()
    lines = [
        "",
        f"  Shop                 {facts['shop']}",
        f"  What trackers saw    {facts['seen']}",
        f"  Workbench            {facts['admin']}",
        f"  Audit room           {facts['audit']}",
        f"  Library              {known} known services: kvitt catalog import SITE --library ID",
        "",
    ]
    for role, login in demo.logins.items():
        lines.append(f"  Login {role:<14} {login['email']}   {login['password']}")
    lines += ["", f"  Data in {demo.data_dir}. Stop with Ctrl-C.", ""]
    return "\n".join(lines)
