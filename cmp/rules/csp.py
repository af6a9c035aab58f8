# SPDX-License-Identifier: Apache-2.0
"""The Content-Security-Policy that follows from a notice and a choice, and the snippet for pages.

One `default-src` says it all: what no directive names falls back to it. Inline code, `data:` and
`blob:` stay allowed, because they are the page's own words; what they call out to is not.
"""

import html
from collections.abc import Collection, Mapping
from typing import Any

from cmp.errors import Unprocessable

__all__ = ["MODES", "policy_for", "snippet", "source_of", "sources", "static_policy"]

MODES = ("strict",)
OWN = ("'self'", "'unsafe-inline'", "'unsafe-eval'", "data:", "blob:")


def source_of(pattern: str) -> str:
    """Return the CSP source for a host or path pattern.

    CSP matches a path exactly or, when it ends in a slash, as a prefix (CSP 3 section 6.7.2.8); a
    pattern with `*` becomes its longest whole directory. A path on any host has no source: empty.
    """
    host, slash, path = pattern.partition("/")
    if not slash or host == "*":
        return "" if host == "*" else host
    stem, star, _ = path.partition("*")
    return f"{host}/{stem.rpartition('/')[0]}/".replace("//", "/") if star else pattern


def sources(service: Mapping[str, Any]) -> list[str]:
    """Return the CSP sources of a service of a notice. `*.x` alone does not cover x itself."""
    found: list[str] = []
    for pattern in (*service["hosts"], *service["paths"]):
        source = source_of(pattern)
        wide = [source[2:]] if source.startswith("*.") else []
        found += [s for s in (source, *wide) if s and s not in found]
    return found


def policy_for(notice: Mapping[str, Any], base: str, allowed: Collection[str]) -> str:
    """Return the policy for a visitor who allowed the services in `allowed` (ids).

    `base` is the platform's address: its script, files and decisions always pass.
    """
    exempt = {p["id"] for p in notice["purposes"] if p["exempt"]}
    hosts: list[str] = [base]
    for service in notice["services"]:
        if service["purpose"] in exempt or service["id"] in allowed:
            hosts += [s for s in sources(service) if s not in hosts]
    return f"default-src {' '.join((*OWN, *hosts))}"


def static_policy(notice: Mapping[str, Any], base: str) -> str:
    """Return the policy before any consent: first party and necessary only."""
    return policy_for(notice, base, ())


def snippet(notice: Mapping[str, Any], base: str, mode: str) -> str:
    """Return what a page pastes first into its head, before everything that is not its own.

    `strict`: the script, the policy as static markup, an empty comment. The script of a visitor
    with consent writes a wider policy and opens a comment that swallows the static one. Without the
    script (slow, blocked, down) the static policy holds: it fails closed.
    """
    if mode not in MODES:
        raise Unprocessable(f"{mode!r} is no mode.", now=f"Choose {' or '.join(MODES)}.")
    source = html.escape(f"{base}/k/{notice['site']}.js")
    policy = html.escape(static_policy(notice, base), quote=False).replace('"', "&quot;")
    return (
        f'<script src="{source}"></script>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><!-- -->'
    )
