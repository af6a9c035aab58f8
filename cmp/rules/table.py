# SPDX-License-Identifier: Apache-2.0
"""The decision table as the edge holds it: what one visitor may load and store.

It is what the blocking script carries without what only the banner needs, as one JSON document:

{"schema": "kvitt-edge/1", "site": "…", "base": "https://…", "material": "16 hex digits",
 "categories": ["analytics", …],
 "rules": [["service", 0, ["host", "*.host"], ["_name", "_name_*"]], …],
 "script": ""}

`script` is the blocking script's source, where pages are to carry it inside: then nothing that the
platform does, or fails to do, keeps the guards from being there.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from cmp.errors import Malformed
from cmp.rules.choice import read_choice, stored_choice
from cmp.rules.compile import NECESSARY, categories_of, decision_rules, material_of
from cmp.rules.csp import policy_of, source_matches
from cmp.rules.pattern import name_matches

__all__ = ["NOTHING", "EdgeTable", "Permission", "Rule", "edge_table", "read_table"]

SCHEMA = "kvitt-edge/1"
DEFAULT_PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443"}
# Addresses that every URL parser reads alike. What is written otherwise is not let pass.
_ABSOLUTE = re.compile(
    r"(https?|wss?)://([a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(?::(\d{1,5}))?(/[^\\?#]*)?(?:[?#].*)?",
    re.IGNORECASE | re.DOTALL,
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_LOCAL = re.compile(r"(data|blob|about|javascript):", re.IGNORECASE)
_DOTS = re.compile(r"/(\.|%2e)", re.IGNORECASE)
_STRIPPED = "".join(map(chr, range(0x21)))
_DROPPED = str.maketrans("", "", "\t\n\r")


@dataclass(frozen=True, slots=True)
class Rule:
    """A service: its category's place or -1, its CSP sources, its storage names (patterns)."""

    service: str
    category: int
    sources: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EdgeTable:
    """The table of one notice. `base` is the platform's address."""

    site: str
    base: str
    material: str
    categories: tuple[str, ...]
    rules: tuple[Rule, ...]
    script: str = ""

    @property
    def script_address(self) -> str:
        """Where the blocking script is loaded from, as the snippet says."""
        return f"{self.base}/k/{self.site}.js"

    def permission(self, cookies: str, host: str, now: datetime) -> "Permission":
        """Return what the visitor with this `Cookie` header may do on pages of `host`, at `now`."""
        choice = read_choice(
            stored_choice(cookies),
            material=self.material,
            categories=len(self.categories),
            services=len(self.rules),
            now=now,
        )
        granted = choice.services if choice else (False,) * len(self.rules)
        return Permission(self, host.lower(), granted)

    def refusal(self, host: str) -> "Permission":
        """Return what a visitor without consent may do: first party and necessary."""
        return Permission(self, host.lower(), (False,) * len(self.rules))

    def as_document(self) -> dict[str, Any]:
        """Return the document described above."""
        rules = [[r.service, r.category, list(r.sources), list(r.names)] for r in self.rules]
        return {
            "schema": SCHEMA,
            "site": self.site,
            "base": self.base,
            "material": self.material,
            "categories": list(self.categories),
            "rules": rules,
            "script": self.script,
        }

    def as_json(self) -> str:
        """Return the document as text."""
        return json.dumps(self.as_document(), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Permission:
    """What a visitor may load and store on pages of `host` (with its port, lower case)."""

    table: EdgeTable
    host: str
    granted: tuple[bool, ...]

    def allows(self, place: int) -> bool:
        """Return whether the service of rule number `place` may act."""
        return self.table.rules[place].category == NECESSARY or self.granted[place]

    @property
    def sources(self) -> tuple[str, ...]:
        """The CSP sources of all services that may act."""
        rules = self.table.rules
        return tuple(s for place, r in enumerate(rules) if self.allows(place) for s in r.sources)

    @property
    def policy(self) -> str:
        """The same text as `cmp.rules.csp.policy_for`."""
        return policy_of(self.table.base, self.sources)

    def may_store(self, name: str) -> bool:
        """Return whether something may be stored under `name`.

        A name nobody declared is the page's own affair.
        """
        users = [
            place
            for place, rule in enumerate(self.table.rules)
            if any(name_matches(pattern, name) for pattern in rule.names)
        ]
        return not users or any(map(self.allows, users))

    def may_load(self, url: str) -> bool:
        """Return whether `url`, as written in a page of this host, may be asked for.

        Relative ones may; what is not plainly one or the other may not. Browsers strip control
        characters around a URL and drop tabs and line ends inside it (WHATWG URL section 4.4).
        """
        text = url.strip(_STRIPPED).translate(_DROPPED)
        if _LOCAL.match(text):
            return True
        if "\\" in text:
            return False
        if text.startswith("//"):
            text = f"https:{text}"
        if not _SCHEME.match(text):
            return True
        found = _ABSOLUTE.fullmatch(text)
        return found is not None and self._may_ask(*found.groups(default=""))

    def _may_ask(self, scheme: str, name: str, port: str, path: str) -> bool:
        usual = port in ("", DEFAULT_PORTS[scheme.lower()])
        host = name.lower() if usual else f"{name.lower()}:{port}"
        if host in (self.host, urlsplit(self.table.base).netloc):
            return True
        return not _DOTS.search(path) and any(
            source_matches(source, host, path or "/") for source in self.sources
        )


# Before a table could be read: nothing but the page's own.
NOTHING = EdgeTable("", "'self'", "", (), ())


def edge_table(notice: Mapping[str, Any], base: str) -> EdgeTable:
    """Return the table of `notice`; `base` is the platform's address."""
    rules = tuple(_rule(rule) for rule in decision_rules(notice))
    return EdgeTable(notice["site"], base, material_of(notice), tuple(categories_of(notice)), rules)


def _rule(rule: list[Any]) -> Rule:
    service, category, sources, names = rule
    if not (isinstance(sources, list) and isinstance(names, list)):
        raise TypeError("sources and names are lists")
    return Rule(str(service), int(category), tuple(map(str, sources)), tuple(map(str, names)))


def read_table(text: str) -> EdgeTable:
    """Return the table written in `text`. Raises Malformed if it is none."""
    try:
        document = json.loads(text)
        if document["schema"] != SCHEMA:
            raise ValueError(document["schema"])
        return EdgeTable(
            str(document["site"]),
            str(document["base"]),
            str(document["material"]),
            tuple(map(str, document["categories"])),
            tuple(map(_rule, document["rules"])),
            str(document.get("script", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise Malformed(
            f"This is no decision table: {fault!r}.", now="Print it anew with `kvitt edge table`."
        ) from fault
