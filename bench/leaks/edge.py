# SPDX-License-Identifier: Apache-2.0
"""The edge as the leak bench calls it: every answer of the shop goes through `cmp.edge`.

The table is the one that `serve.py --table` writes beside the snippet.
"""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from cmp.edge.decide import Asked, Edge  # noqa: E402 - the checkout is found first
from cmp.edge.headers import Headers  # noqa: E402
from cmp.edge.table_file import TableFile  # noqa: E402

EDGE = Edge(TableFile(HERE.parent / "results" / "kvitt-edge.table.json"))
# The bench tells the type of a file by the last part of its path, after this hook.
TYPES = {"html": "text/html", "js": "text/javascript", "mjs": "text/javascript"}


def asked(req: dict[str, Any]) -> Asked:
    """Return a request of the bench as the edge sees it."""
    headers = req["request_headers"]
    address = urlsplit(req["url"])
    return Asked(
        host=address.netloc,
        path=address.path,
        cookies=headers.get("cookie", ""),
        destination=headers.get("sec-fetch-dest", ""),
        accept=headers.get("accept", ""),
    )


def kind(req: dict[str, Any]) -> str:
    """Return the type that the bench will give to an answer."""
    if req["kind"] == "document":
        return "text/html"
    return TYPES.get(urlsplit(req["url"]).path.rpartition("/")[2], "image/gif")


def transform(req: dict[str, Any], headers: Headers, html: str) -> tuple[Headers, str]:
    """Return headers and page as the edge would send them."""
    request = asked(req)
    permission = EDGE.permission(request)
    typed = [*headers, ("Content-Type", kind(req))]
    sent = [h for h in EDGE.headers(request, permission, typed) if h[0] != "Content-Type"]
    rewriter = EDGE.rewriter(request, permission, typed)
    if rewriter is None or req["kind"] != "document":
        return sent, html
    return sent, (rewriter.feed(html.encode()) + rewriter.close()).decode()
