# SPDX-License-Identifier: Apache-2.0
"""The Content-Security-Policy that follows from a notice and a choice, and the snippet for pages.

One `default-src` says it all: what no directive names falls back to it. Inline code, `data:` and
`blob:` stay allowed, because they are the page's own words; what they call out to is not.
"""

import html
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from cmp.errors import Unprocessable

__all__ = [
    "MODES",
    "OWN",
    "policy_for",
    "policy_of",
    "snippet",
    "source_matches",
    "source_of",
    "sources",
    "static_policy",
]

MODES = ("strict", "runtime", "edge")
OWN = ("'self'", "'unsafe-inline'", "'unsafe-eval'", "data:", "blob:")
# What a path may carry as it is: a semicolon or a comma would end the directive or the policy.
PLAIN = "/%:@!&=+~()-._*"


def source_of(pattern: str) -> str:
    """Return the CSP source for a host or path pattern.

    CSP matches a path exactly or, when it ends in a slash, as a prefix (CSP 3 section 6.7.2.8); a
    pattern with `*` becomes its longest whole directory. A path on any host has no source: empty.
    """
    host, slash, path = pattern.partition("/")
    if not slash or host == "*":
        return "" if host == "*" else host
    stem, star, _ = quote(path, safe=PLAIN).partition("*")
    folder = stem[: stem.rfind("/") + 1]
    return f"{host}/{folder if star else stem}"


def sources(service: Mapping[str, Any]) -> list[str]:
    """Return the CSP sources of a service of a notice. `*.x` alone does not cover x itself."""
    found: list[str] = []
    for pattern in (*service["hosts"], *service["paths"]):
        source = source_of(pattern)
        wide = [source[2:]] if source.startswith("*.") else []
        found += [s for s in (source, *wide) if s and s not in found]
    return found


def source_matches(source: str, host: str, path: str) -> bool:
    """Return whether a CSP source covers `path` on `host` (CSP 3 section 6.7.2).

    `urlMatches` of `banner/src/contract/pattern.ts` is the twin.
    """
    wanted, slash, rest = source.partition("/")
    on_host = host.endswith(wanted[1:]) if wanted.startswith("*.") else host == wanted
    prefix = f"{slash}{rest}"
    return on_host and (path.startswith(prefix) if prefix.endswith("/") else prefix in ("", path))


def policy_of(base: str, allowed: Iterable[str]) -> str:
    """Return the policy that lets pass the page's own, the platform at `base`, and `allowed`."""
    return f"default-src {' '.join(dict.fromkeys((*OWN, base, *allowed)))}"


def policy_for(notice: Mapping[str, Any], base: str, allowed: Collection[str]) -> str:
    """Return the policy for a visitor who allowed the services in `allowed` (ids).

    `base` is the platform's address: its script, files and decisions always pass.
    """
    exempt = {p["id"] for p in notice["purposes"] if p["exempt"]}
    may = [s for s in notice["services"] if s["purpose"] in exempt or s["id"] in allowed]
    return policy_of(base, (source for service in may for source in sources(service)))


def static_policy(notice: Mapping[str, Any], base: str) -> str:
    """Return the policy before any consent: first party and necessary only."""
    return policy_for(notice, base, ())


def snippet(notice: Mapping[str, Any], base: str, mode: str) -> str:
    """Return what a page pastes first into its head, before everything that is not its own.

    `strict`: the script, the policy as static markup, an empty comment. The script of a visitor
    with consent writes a wider policy and opens a comment that swallows the static one. Without the
    script (slow, blocked, down) the static policy holds: it fails closed. `runtime`: an empty
    policy, which keeps Chromium from loading ahead, then the same; the script of every visitor
    writes a policy of its own in place of the static one. `edge`: the script alone; the policy
    comes as a header.
    """
    if mode not in MODES:
        raise Unprocessable(f"{mode!r} is no mode.", now=f"Choose {' or '.join(MODES)}.")
    script = f'<script src="{html.escape(base)}/k/{notice["site"]}.js"></script>'
    if mode == "edge":
        return script
    strict = f"{script}{_meta(static_policy(notice, base))}<!-- -->"
    return f"{_meta('')}{strict}" if mode == "runtime" else strict


def _meta(policy: str) -> str:
    content = html.escape(policy, quote=False).replace('"', "&quot;")
    return f'<meta http-equiv="Content-Security-Policy" content="{content}">'
