# SPDX-License-Identifier: Apache-2.0
"""Configuration for nginx: one map for each service, strung together to the policy."""

from collections.abc import Iterator

from cmp.edge.printed import (
    DOCUMENTS,
    HTML,
    RUN,
    WORKERS,
    base_policy,
    granted,
    note,
    parts,
)
from cmp.rules.table import EdgeTable

__all__ = ["configuration"]

NOTE = (
    "Include it inside http { }. A server or location with an add_header of its own does not",
    "inherit these: repeat the add_header lines there.",
)


def configuration(table: EdgeTable) -> str:
    """Return what is included in nginx's `http` block."""
    chosen = "".join(f"$kvitt_{place}" for place, *_ in parts(table))
    strict = "".join(f"$kvitt_{place}" for place, _, necessary, _ in parts(table) if necessary)
    base = base_policy(table)
    own = rf"~*^[a-z]*\|({HTML})", rf"~*^({WORKERS})\|", rf"~*^({DOCUMENTS})\|({RUN})"
    return "\n".join(
        [
            note(table, "nginx", *NOTE),
            *_services(table),
            _map(
                "policy", [*((one, base + chosen) for one in own), (rf"~*\|({RUN})", base + strict)]
            ),
            _map(
                "vary",
                [
                    *((one, "Cookie, Sec-Fetch-Dest") for one in own),
                    (rf"~*\|({RUN})", "Sec-Fetch-Dest"),
                ],
            ),
            _map("caching", [(one, "private") for one in own]),
            # What the server knows of a page's age says nothing about the choice it was sent for.
            _map("etag", [(one, "") for one in own], "$sent_http_etag"),
            _map("modified", [(one, "") for one in own], "$sent_http_last_modified"),
            "add_header Content-Security-Policy $kvitt_policy always;",
            "add_header Vary $kvitt_vary always;",
            "add_header Cache-Control $kvitt_caching always;",
            "add_header ETag $kvitt_etag;",
            "add_header Last-Modified $kvitt_modified;",
            "",
        ]
    )


def _services(table: EdgeTable) -> Iterator[str]:
    for place, service, necessary, sources in parts(table):
        lines = [f'    default "{sources if necessary else ""}";']
        if not necessary:
            lines.append(f'    "~^{granted(table, place)}$" "{sources}";')
        yield "\n".join([f"# {service}", f"map $cookie_kvitt $kvitt_{place} {{", *lines, "}"])


def _map(name: str, cases: list[tuple[str, str]], otherwise: str = "") -> str:
    lines = [f'    "{pattern}" "{value}";' for pattern, value in cases]
    source = '"$http_sec_fetch_dest|$sent_http_content_type"'
    return "\n".join([f"map {source} $kvitt_{name} {{", f'    default "{otherwise}";', *lines, "}"])
