# SPDX-License-Identifier: Apache-2.0
"""Configuration for Caddy 2: a snippet that a site imports."""

from collections.abc import Iterator

from cmp.edge.printed import base_policy, granted, note, parts
from cmp.rules.table import EdgeTable

__all__ = ["configuration"]

NOTE = ("Put it in the Caddyfile, and `import kvitt` in the site's block.",)
# Answers that are part of a page and no page themselves.
PARTS = "^(audio|font|image|manifest|script|style|track|video)$"


def configuration(table: EdgeTable) -> str:
    """Return a Caddyfile snippet named `kvitt`."""
    base = base_policy(table)
    chosen = "".join(f"{{kvitt_{place}}}" for place, *_ in parts(table))
    strict = "".join(sources for _, _, necessary, sources in parts(table) if necessary)
    lines = [
        *_services(table),
        f"@kvitt_part header_regexp Sec-Fetch-Dest {PARTS}",
        f"@kvitt_page not header_regexp Sec-Fetch-Dest {PARTS}",
        f'header @kvitt_part +Content-Security-Policy "{base}{strict}"',
        "header @kvitt_part +Vary Sec-Fetch-Dest",
        "header @kvitt_page {",
        f'    +Content-Security-Policy "{base}{chosen}"',
        '    +Vary "Cookie, Sec-Fetch-Dest"',
        "    +Cache-Control private",
        "    -ETag",
        "    -Last-Modified",
        "    defer",
        "}",
    ]
    return f"{note(table, 'caddy', *NOTE)}(kvitt) {{\n{_indented(lines)}}}\n"


def _indented(lines: list[str]) -> str:
    return "".join(f"    {line}\n" for block in lines for line in block.splitlines())


def _services(table: EdgeTable) -> Iterator[str]:
    for place, service, necessary, sources in parts(table):
        lines = [f'    default "{sources if necessary else ""}"']
        if not necessary:
            lines.insert(0, f'    "~^{granted(table, place)}$" "{sources}"')
        source = f"map {{http.request.cookie.kvitt}} {{kvitt_{place}}} {{"
        yield "\n".join([f"# {service}", source, *lines, "}"])
