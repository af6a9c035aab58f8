# SPDX-License-Identifier: Apache-2.0
"""Starts the real server over the leak bench's shop and writes the snippet that its pages carry.

    python bench/leaks/serve.py --mode strict --port 9060

The site is that of `site.json`; records go to a temporary folder that is gone when the server ends.
"""

import argparse
import json
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from cmp import clock  # noqa: E402 - the checkout is found first
from cmp.catalog.item_rules import ItemFacts, ServiceFacts  # noqa: E402
from cmp.catalog.verbs import add_item, add_service  # noqa: E402
from cmp.cli.init import first_start  # noqa: E402
from cmp.cli.session import read_session, settings, write_session  # noqa: E402
from cmp.cli.wsgi import serve  # noqa: E402
from cmp.ledger.keys import KeyStore  # noqa: E402
from cmp.rules.compile import inlined  # noqa: E402
from cmp.rules.csp import snippet  # noqa: E402
from cmp.rules.table import EdgeTable, edge_table  # noqa: E402
from cmp.sites.models import Asset  # noqa: E402
from cmp.sites.publish import find_site, publish  # noqa: E402
from cmp.sites.verbs import SiteFacts, add_site  # noqa: E402

PLATFORM = "https://cmp.test"
WORDS = dict.fromkeys(("nb", "nn", "en"), "-")


def service(of: dict[str, Any]) -> ServiceFacts:
    """Return the facts of one service of the site file."""
    necessary = of["category"] == "necessary"
    return ServiceFacts(
        service_id=of["id"],
        name=of["id"],
        provider=of["id"],
        category=of["category"],
        legal_basis="exempt" if necessary else "consent",
        hosts=of["hosts"],
        necessity=WORDS if necessary else {},
        description=WORDS,
    )


def items(of: dict[str, Any]) -> list[ItemFacts]:
    """Return what a service of the site file stores."""
    named = [("cookie", name) for name in of["cookies"]]
    named += [("local_storage", name) for name in of["storage"]]
    return [
        ItemFacts(
            name=name,
            technology=technology,
            party="first",
            category=of["category"],
            lifetime="P1Y",
            purpose=WORDS,
        )
        for technology, name in named
    ]


def fill(site: dict[str, Any], mode: str, keys: KeyStore) -> dict[str, Any]:
    """Add the site, publish its notice, return it."""
    controller = {"id": "shop", "name": "Shop", "address": "-", "email": "shop@shop.example"}
    identity = {
        "controllers": [controller],
        "policy": {"url": {"nb": "https://www.shop.test/policy"}, "sha256": "0" * 64},
    }
    facts = SiteFacts(
        site["key"], "Shop", site["origins"], mode=mode, default_language="en", identity=identity
    )
    with write_session(settings()) as session:
        add_site(session, facts, at=clock.now(), actor="bench")
        for of in site["services"]:
            row = add_service(session, facts.key, service(of), at=clock.now(), actor="bench")
            for item in items(of):
                add_item(session, row, item, at=clock.now(), actor="bench")
        notice = publish(
            session, facts.key, at=clock.now(), actor="bench", keys=keys, public_url=PLATFORM
        )
        body: dict[str, Any] = msgspec.json.decode(notice.body)
        return body


def table_of(notice: dict[str, Any], *, inline: bool) -> EdgeTable:
    """Return the edge's table, with the blocking script inside if that is wanted."""
    table = edge_table(notice, PLATFORM)
    if not inline:
        return table
    with read_session(settings()) as session:
        asset = session.get(Asset, find_site(session, notice["site"]).script)
        assert asset is not None
        return replace(table, script=inlined(asset.plain.decode()))


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mode", default="strict")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--snippet", type=Path, required=True, help="where the snippet is written")
    parser.add_argument("--table", type=Path, help="where the edge's decision table is written")
    parser.add_argument("--inline", action="store_true", help="the table carries the script")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "KVITT_DATA_DIR": folder,
            "KVITT_PUBLIC_URL": PLATFORM,
            "KVITT_RATE_LIMIT": "off",
            "KVITT_WORKERS": "1",
        }
        first_start(settings())
        site = json.loads((HERE / "site.json").read_text("utf-8"))
        notice = fill(site, given.mode, KeyStore(settings().key_dir))
        written = {given.snippet: snippet(notice, PLATFORM, given.mode)}
        if given.table:
            written[given.table] = table_of(notice, inline=given.inline).as_json()
        for path, text in written.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        serve(settings(), "127.0.0.1", given.port)


if __name__ == "__main__":
    main()
