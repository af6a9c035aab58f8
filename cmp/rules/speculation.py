# SPDX-License-Identifier: Apache-2.0
"""Speculation rules: which pages a browser may load ahead (WICG nav-speculation).

Lists lose the addresses that may not be asked for. Rules that pick from the page's links are bound
to the site's own pages, unless they are already.
"""

import json
from collections.abc import Callable
from typing import Any

__all__ = ["permitted_rules"]

OWN_PAGES = {"href_matches": "/*"}


def permitted_rules(text: str, may_load: Callable[[str], bool]) -> str:
    """Return a rule set without what `may_load` refuses; `text` itself if that is nothing.

    A browser ignores what is no JSON: it becomes empty, lest two readers differ.
    """
    try:
        rules = json.loads(text)
        if not isinstance(rules, dict):
            return text
        kept = {action: _permitted(listed, may_load) for action, listed in rules.items()}
        return text if kept == rules else json.dumps(kept).replace("<", "\\u003c")
    except (ValueError, RecursionError):
        return ""


def _permitted(listed: Any, may_load: Callable[[str], bool]) -> Any:
    if not isinstance(listed, list):
        return listed
    return [_bound(rule, may_load) if isinstance(rule, dict) else rule for rule in listed]


def _bound(rule: dict[str, Any], may_load: Callable[[str], bool]) -> dict[str, Any]:
    bound = dict(rule)
    if isinstance(rule.get("urls"), list):
        bound["urls"] = [url for url in rule["urls"] if isinstance(url, str) and may_load(url)]
    if "where" in rule or rule.get("source") == "document":
        if not may_load("/"):
            return {"urls": []}
        where = rule.get("where")
        if not _own(where):
            bound["where"] = {"and": [OWN_PAGES, where] if where else [OWN_PAGES]}
    return bound


def _own(where: Any) -> bool:
    """Does a condition hold for pages of this site only, at sight?"""
    if not isinstance(where, dict):
        return False
    if isinstance(where.get("and"), list):
        return any(map(_own, where["and"]))
    if isinstance(where.get("or"), list):
        return all(map(_own, where["or"]))
    patterns = where.get("href_matches")
    listed = patterns if isinstance(patterns, list) else [patterns]
    return all(isinstance(p, str) and _is_path(p) for p in listed)


def _is_path(pattern: str) -> bool:
    return pattern.startswith("/") and not pattern.startswith(("//", "/\\")) and ":/" not in pattern
