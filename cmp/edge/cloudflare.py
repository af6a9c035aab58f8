# SPDX-License-Identifier: Apache-2.0
"""A Cloudflare Worker in front of a site: `cloudflare.js` with the table inside."""

from pathlib import Path

from cmp.rules.compile import embed
from cmp.rules.csp import OWN
from cmp.rules.table import EdgeTable

__all__ = ["configuration"]

WORKER = Path(__file__).with_suffix(".js")


def configuration(table: EdgeTable) -> str:
    """Return the source of the worker, an ECMAScript module."""
    worker = embed(WORKER.read_text("utf-8"), '"__KVITT_TABLE__"', table.as_document())
    return embed(worker, '"__KVITT_OWN__"', list(OWN))
