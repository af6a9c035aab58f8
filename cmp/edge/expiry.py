# SPDX-License-Identifier: Apache-2.0
"""Cookies of refused services that a request still carries: told to go, also those no script sees.

A cookie is gone only when domain and path are those it was set with (RFC 6265 section 5.3). The
request does not say which, so every one that would have brought it here is tried.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote

from cmp.rules.choice import COOKIE
from cmp.rules.table import Permission

__all__ = ["expiring_cookies"]

# Servers in front allow an answer's head a few kilobytes: what is left over follows next time.
MOST_BYTES = 2048
MOST_FOLDERS = 8
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def expiring_cookies(
    cookies: str, host: str, path: str, permission: Permission, now: datetime
) -> list[str]:
    """Return `Set-Cookie` values for a request for `path` on `host` that carried `cookies`."""
    refused = [name for name in _names(cookies) if not permission.may_store(name)]
    lines = [
        f"{name}=; Max-Age=0; Path={folder}{domain}{kind}"
        for folder in _folders(path)
        for domain in _domains(host)
        for name in refused
        for kind in ("; Secure", "; Secure; Partitioned")
    ]
    return _some(lines, int(now.timestamp()))


def _names(cookies: str) -> list[str]:
    names = (pair.partition("=")[0].strip() for pair in cookies.split(";"))
    return [n for n in dict.fromkeys(names) if n != COOKIE and _NAME.fullmatch(n)]


def _folders(path: str) -> Iterator[str]:
    yield "/"
    folder = ""
    for part in [part for part in path.split("/") if part][:MOST_FOLDERS]:
        folder += f"/{quote(part, safe='%:@!$&()*+=~')}"
        yield folder
        yield f"{folder}/"


def _domains(host: str) -> list[str]:
    """The host alone, then it and its parents with all below; a single label is nobody's."""
    name = host.partition(":")[0]
    labels = name.split(".") if _HOST.fullmatch(name) else []
    return ["", *(f"; Domain={'.'.join(labels[at:])}" for at in range(len(labels) - 1))]


def _some(lines: list[str], turn: int) -> list[str]:
    """Return as many as there is room for, others each second, the likeliest in any case first."""
    if sum(map(len, lines)) <= MOST_BYTES:
        return lines
    most = MOST_BYTES // max(map(len, lines))
    first, rest = lines[: most // 2], lines[most // 2 :]
    begin = turn * most % len(rest)
    return (first + rest[begin:] + rest[:begin])[:most]
