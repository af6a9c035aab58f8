# SPDX-License-Identifier: Apache-2.0
"""Response headers by which a browser speaks to hosts that no policy covers, and cookies.

`Link` hints, addresses of reports, speculation rules and alternative services lose what may not be
asked for; what cannot be read is dropped as a whole. `Set-Cookie` passes by the cookie's name.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from cmp.rules.markup import is_hint, srcset_urls
from cmp.rules.table import Permission

__all__ = ["RISKY", "Headers", "kept_headers"]

Headers = list[tuple[str, str]]

_LINK = re.compile(r'<([^>]*)>((?:[^,"]|"(?:[^"\\]|\\.)*")*)')
_PARAMETER = re.compile(r';\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;,\s]*))')
_ENDPOINT = re.compile(r'\s*([a-z*][a-z0-9_.*-]*)="([^"]*)"[^,]*')
_QUOTED = re.compile(r'\s*"([^"]*)"[^,]*')
_ADDRESS = re.compile(r"(?:https?:)?//[^\s\"',;]+", re.IGNORECASE)
_AUTHORITY = re.compile(r'="([^":]+):\d+"')


def kept_headers(
    headers: Iterable[tuple[str, str]], permission: Permission
) -> Iterator[tuple[str, str]]:
    """Yield the headers of an answer without what `permission` refuses."""
    for name, value in headers:
        keep = _RULES.get(name.lower())
        kept = keep(value, permission) if keep else value
        if kept:
            yield name, kept
        elif not value:
            yield name, value


def _set_cookie(value: str, permission: Permission) -> str:
    name = value.partition(";")[0].partition("=")[0].strip()
    return value if permission.may_store(name) else ""


def _link(value: str, permission: Permission) -> str:
    """RFC 8288; a preload may name its addresses in `imagesrcset`."""
    return _filtered(_LINK, value, lambda found: _link_passes(found, permission))


def _link_passes(found: re.Match[str], permission: Permission) -> bool:
    given: dict[str, str] = {}
    for name, quoted, bare in _PARAMETER.findall(found[2]):
        given.setdefault(name.lower(), quoted or bare)
    rel = given.get("rel", "")
    if not is_hint(rel) and "stylesheet" not in rel.lower():
        return True
    return all(map(permission.may_load, [found[1], *srcset_urls(given.get("imagesrcset", ""))]))


def _filtered(entry: re.Pattern[str], value: str, passes: Callable[[re.Match[str]], bool]) -> str:
    """Return a comma-separated list without entries that do not pass; empty if it is no such."""
    if entry.sub("", value).strip(" \t,"):
        return ""
    found = list(entry.finditer(value))
    kept = [one[0].strip() for one in found if passes(one)]
    return value if len(kept) == len(found) else ", ".join(kept)


def _reporting_endpoints(value: str, permission: Permission) -> str:
    """A dictionary of strings (W3C Reporting API)."""
    return _filtered(_ENDPOINT, value, lambda found: permission.may_load(found[2]))


def _speculation_rules(value: str, permission: Permission) -> str:
    return _filtered(_QUOTED, value, lambda found: permission.may_load(found[1]))


def _report_to(value: str, permission: Permission) -> str:
    """Groups as JSON; one that loses an endpoint is told to be forgotten, lest an old one lives."""
    try:
        groups = json.loads(f"[{value}]")
        kept = [_forgotten_unless(permission, group) for group in groups]
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return ""
    return value if kept == groups else ", ".join(map(json.dumps, kept))


def _forgotten_unless(permission: Permission, group: dict[str, Any]) -> dict[str, Any]:
    if all(permission.may_load(endpoint["url"]) for endpoint in group["endpoints"]):
        return group
    return {"group": group.get("group", "default"), "max_age": 0, "endpoints": []}


def _policy(value: str, permission: Permission) -> str:
    """The site's own policies, without reports to others (CSP 3 section 6.5.1)."""
    policies = [_without_reports(policy, permission) for policy in value.split(",")]
    return ",".join(policy for policy in policies if policy.strip())


def _without_reports(policy: str, permission: Permission) -> str:
    directives = []
    for directive in policy.split(";"):
        name, *words = directive.split() or [""]
        kept = [word for word in words if permission.may_load(word)]
        if name.lower() != "report-uri" or kept == words:
            directives.append(directive)
        elif kept:
            directives.append(f" report-uri {' '.join(kept)}")
    return ";".join(directives)


def _reports(value: str, permission: Permission) -> str:
    """Old headers that may name where to report to."""
    return value if all(map(permission.may_load, _ADDRESS.findall(value))) else ""


def _alternatives(value: str, permission: Permission) -> str:
    """RFC 7838: another host may answer for this one."""
    hosts = _AUTHORITY.findall(value)
    return value if all(permission.may_load(f"https://{host}/") for host in hosts) else ""


_RULES: dict[str, Callable[[str, Permission], str]] = {
    "set-cookie": _set_cookie,
    "link": _link,
    "reporting-endpoints": _reporting_endpoints,
    "report-to": _report_to,
    "speculation-rules": _speculation_rules,
    "content-security-policy": _policy,
    "content-security-policy-report-only": _policy,
    "expect-ct": _reports,
    "public-key-pins": _reports,
    "public-key-pins-report-only": _reports,
    "x-xss-protection": _reports,
    "alt-svc": _alternatives,
}

# What is dropped as a whole when an answer cannot be judged; a page works without.
RISKY = frozenset(_RULES) - {"set-cookie", "content-security-policy"} | {"nel"}
