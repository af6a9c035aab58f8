# SPDX-License-Identifier: Apache-2.0
"""Patterns of hosts, paths and storage names. `banner/src/contract/pattern.ts` is their twin.

cdn.example.com         this host, any port that is the scheme's own
*.example.com           example.com and everything below it
shop.localhost:8701     this host at this port
example.com/pixel/*     a path on a host; `*` is any run of characters
*/matomo.php            a path on any host
_ga_*                   storage names that begin with `_ga_`
"""

import re
from functools import lru_cache
from urllib.parse import urlsplit

__all__ = ["host_matches", "name_matches", "path_matches", "url_matches"]

DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


@lru_cache(maxsize=8192)
def _wild(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)


def name_matches(pattern: str, name: str) -> bool:
    """Return whether a storage name fits `pattern`. Names are case sensitive (RFC 6265)."""
    return _wild(pattern).fullmatch(name) is not None


def host_matches(pattern: str, host: str) -> bool:
    """Return whether `host` (lower case, with `:port` if it is not the scheme's own) fits."""
    if pattern.startswith("*."):
        return host == pattern[2:] or host.endswith(pattern[1:])
    return host == pattern


def path_matches(pattern: str, host: str, path: str) -> bool:
    """Return whether host and path (with its slash, without query) fit `host/path` pattern."""
    wanted, _, rest = pattern.partition("/")
    on_host = wanted == "*" or host_matches(wanted, host)
    return on_host and _wild("/" + rest).fullmatch(path) is not None


def _resolved(path: str) -> str:
    """Return `path` without `.` and `..`, as browsers ask for it (URL Standard, path state)."""
    kept: list[str] = []
    for part in path.split("/")[1:]:
        plain = part.lower().replace("%2e", ".")
        if plain == "..":
            kept = kept[:-1]
        elif plain != ".":
            kept.append(part)
    is_folder = plain in (".", "..")
    return "/" + "/".join([*kept, ""] if is_folder else kept)


def url_matches(pattern: str, url: str) -> bool:
    """Return whether the absolute `url` fits a host or path pattern; unreadable ones fit none.

    A host with a dot at its end is another host, as it is to a browser's policy.
    """
    try:
        # Browsers read a backslash as a slash (URL Standard, special schemes).
        parts = urlsplit(url.replace("\\", "/"))
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        return False
    if port is not None and port != DEFAULT_PORTS.get(parts.scheme):
        host = f"{host}:{port}"
    if "/" in pattern:
        return path_matches(pattern, host, _resolved(parts.path or "/"))
    return host_matches(pattern, host)
