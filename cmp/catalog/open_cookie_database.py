# SPDX-License-Identifier: Apache-2.0
"""Reading the CSV file of the Open Cookie Database into a plan for a site's catalogue.

How its columns are read:

- Platform (or Data Controller where that is empty) is the service; names that differ in case or
  signs only are one. A service takes the category of its items that asks the visitor for most.
- Category: its "Functional" and "Necessary" hold chat, session recording and advertising beside
  carts, and "Security" fraud detection by third parties. None of them becomes `necessary`: that a
  person decides, with a reason. All three are `functional`.
- Wildcard match 1 makes the name a prefix, `_ga_*`; `NNN` at the end of a name and `%INTEGER%` in
  it stand for anything too. The case of a name is kept, for cookies have it.
- Domain: empty is the visited site; a host is somebody else's, so the item counts as third-party.
  "a or b" is one item for each. The column is not reliable (vendors' domains stand at cookies that
  are set on the visited site), but a visitor is not told less than what it says.
- Description becomes the English purpose. A retention period that is no plain duration is kept in
  the item's source as it was written.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from cmp.catalog.csv_rows import BrokenRow, Row, csv_rows
from cmp.catalog.item_rules import CATEGORIES, ItemFacts, Problem, ServiceFacts
from cmp.catalog.lifetime import Lifetime, parse_lifetime, seconds
from cmp.catalog.reading import (
    Merge,
    Reading,
    Refusal,
    item_problems,
    merge,
    refusal,
    service_problems,
    unknown_lifetimes,
)
from cmp.errors import Unprocessable

__all__ = ["COLUMNS", "read_open_cookie_database"]

ID, PLATFORM, CATEGORY, NAME = "ID", "Platform", "Category", "Cookie / Data Key name"
DOMAIN, DESCRIPTION, RETENTION = "Domain", "Description", "Retention period"
CONTROLLER, POLICY = "Data Controller", "User Privacy & GDPR Rights Portals"
WILDCARD = "Wildcard match"
COLUMNS = (
    ID,
    PLATFORM,
    CATEGORY,
    NAME,
    DOMAIN,
    DESCRIPTION,
    RETENTION,
    CONTROLLER,
    POLICY,
    WILDCARD,
)

_CATEGORIES: Mapping[str, str] = {
    "functional": "functional",
    "necessary": "functional",
    "security": "functional",
    "analytics": "analytics",
    "personalization": "personalisation",
    "personalisation": "personalisation",
    "marketing": "marketing",
}
_PLACEHOLDER = re.compile(r"N{3,}$|%[A-Z]+%")
_THIRD_PARTY = re.compile(r"\s*\(3rd party\)", re.IGNORECASE)
_MARKUP = re.compile(r"<[a-zA-Z/!?]")
# What is kept as it stands, and so would reach a spreadsheet as it stands.
_STORED = frozenset({PLATFORM, NAME, DESCRIPTION, CONTROLLER})
_FORMULA = ("=", "+", "-", "@")
# Blanks, and what is as good as none, at the edges of a cell.
_EDGES = " \t\r\n\xa0\u200b\u200d\ufeff"
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ð": "d", "þ": "th", "ß": "ss"})
_PLAIN_KINDS = frozenset({"fixed", "session", "persistent", "unknown", "storage-type"})


_Mark = tuple[str, str, str]


class _Refused(Exception):
    """A verdict on one row, never an error of the program."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.key)
        self.problem = problem


@dataclass(slots=True)
class _Gathered:
    """A service while its rows come in; the items, and their lines, by what makes them one."""

    name: str
    controllers: Counter[str] = field(default_factory=Counter)
    policy_url: str = ""
    items: dict[_Mark, ItemFacts] = field(default_factory=dict)
    lines: dict[_Mark, int] = field(default_factory=dict)


def read_open_cookie_database(lines: Iterable[str]) -> Reading:
    """Return the plan in the file whose `lines` are given, and each row that is not part of it.

    `lines` end as in the file; bytes that are not UTF-8 stand in them as lone surrogates. Raises
    Malformed if it is another file.
    """
    services: dict[str, _Gathered] = {}
    refused: list[Refusal] = []
    merged: list[Merge] = []
    rows = 0
    for row in csv_rows(lines, COLUMNS):
        rows += 1
        if isinstance(row, BrokenRow):
            refused.append(refusal(row.line, row.text, Problem("", row.key)))
            continue
        try:
            into = _take(services, row.line, _tidy(row))
        except _Refused as why:
            refused.append(refusal(row.line, row.cells[NAME], why.problem))
            continue
        if into != row.line:
            merged.append(merge(row.line, row.cells[NAME], into))
    plan = [(_service(key, known), tuple(known.items.values())) for key, known in services.items()]
    return Reading(
        format="ocd",
        plan=plan,
        rows=rows,
        imported=rows - len(merged) - len(refused),
        merged=merged,
        unknown_lifetimes=unknown_lifetimes(plan),
        refused=refused,
    )


def _tidy(row: Row) -> dict[str, str]:
    """The cells without blanks around, composed; raises _Refused for what is no honest text."""
    cells = {name: unicodedata.normalize("NFC", row.cells[name].strip(_EDGES)) for name in COLUMNS}
    for name, text in cells.items():
        if any("\ud800" <= c <= "\udfff" for c in text):
            raise _Refused(Problem(name, "encoding"))
        if _MARKUP.search(text):
            raise _Refused(Problem(name, "markup"))
        if name in _STORED and text.startswith(_FORMULA):
            raise _Refused(Problem(name, "formula", text[0]))
    return cells


def _take(services: dict[str, _Gathered], line: int, cells: Mapping[str, str]) -> int:
    """Put a row where it belongs; return `line`, or the earlier one whose items it describes."""
    lifetime = _lifetime(cells)
    items = [_item(cells, lifetime, domain, party) for domain, party in _places(cells[DOMAIN])]
    name = cells[PLATFORM] or cells[CONTROLLER]
    if not name:
        raise _Refused(Problem(PLATFORM, "no_platform"))
    sample = ServiceFacts(
        service_id=_key(name),
        name=name,
        provider=cells[CONTROLLER] or name,
        category=items[0].category,
        policy_url=cells[POLICY],
    )
    _refuse([*service_problems(sample), *(p for item in items for p in item_problems(item))])
    known = services.setdefault(sample.service_id, _Gathered(name))
    known.controllers[sample.provider] += 1
    known.policy_url = known.policy_url or sample.policy_url
    return max(_put(known, item, line) for item in items)


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise _Refused(problems[0])


def _put(known: _Gathered, item: ItemFacts, line: int) -> int:
    """Keep an item, and of two that are one what tells a visitor more; return its first line."""
    mark = (item.name, item.technology, item.domain)
    before = known.items.get(mark)
    known.items[mark] = item if before is None else _merged(before, item)
    return known.lines.setdefault(mark, line)


def _merged(one: ItemFacts, other: ItemFacts) -> ItemFacts:
    """The first, with the longer lifetime and the category that asks for more."""
    longer = max(one, other, key=_length)
    return msgspec.structs.replace(
        one,
        lifetime=longer.lifetime,
        source=longer.source,
        category=max(one.category, other.category, key=CATEGORIES.index),
        purpose=one.purpose or other.purpose,
    )


def _length(item: ItemFacts) -> float:
    """Lifetimes in order: not stated, session, those with a length, without end."""
    length = seconds(item.lifetime)
    if length is not None:
        return float(length)
    return {"": -2.0, "session": -1.0, "persistent": float("inf")}[item.lifetime]


def _service(key: str, known: _Gathered) -> ServiceFacts:
    provider, _ = max(known.controllers.items(), key=lambda pair: pair[1])
    return ServiceFacts(
        service_id=key,
        name=known.name,
        provider=provider,
        category=max((i.category for i in known.items.values()), key=CATEGORIES.index),
        policy_url=known.policy_url,
    )


def _item(cells: Mapping[str, str], lifetime: Lifetime, domain: str, party: str) -> ItemFacts:
    written = "" if lifetime.kind in _PLAIN_KINDS else f"; lifetime there: {lifetime.text}"
    purpose = cells[DESCRIPTION]
    return ItemFacts(
        name=_name(cells),
        technology="local_storage" if lifetime.kind == "storage-type" else "cookie",
        party=party,
        domain=domain,
        lifetime=lifetime.value,
        category=_category(cells[CATEGORY]),
        purpose={"en": purpose} if purpose else {},
        source=f"Open Cookie Database {cells[ID]}{written}",
    )


def _category(written: str) -> str:
    category = _CATEGORIES.get(written.casefold())
    if category is None:
        raise _Refused(Problem(CATEGORY, "unknown_category", written))
    return category


def _name(cells: Mapping[str, str]) -> str:
    name, flag = _PLACEHOLDER.sub("*", cells[NAME]), cells[WILDCARD]
    if flag not in ("0", "1"):
        raise _Refused(Problem(WILDCARD, "wildcard_flag", flag))
    return f"{name}*" if flag == "1" and name and not name.endswith("*") else name


def _lifetime(cells: Mapping[str, str]) -> Lifetime:
    try:
        lifetime = parse_lifetime(cells[RETENTION])
        if lifetime.kind == "shifted" and parse_lifetime(cells[CONTROLLER]).value:
            raise _Refused(Problem(RETENTION, "shifted"))
    except Unprocessable as fault:
        raise _Refused(Problem(RETENTION, "lifetime", cells[RETENTION])) from fault
    return lifetime


def _places(written: str) -> Iterator[tuple[str, str]]:
    """Domain and party of each place that the column names: `a (3rd party) or b` has two."""
    parts = re.split(r"(?:^|\s)or(?:\s|$)", _THIRD_PARTY.sub("", written))
    for part in dict.fromkeys(part.strip(_EDGES).strip(".").lower() for part in parts):
        yield part, "third" if part else "first"


def _key(name: str) -> str:
    """The key of a service: its name in small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"[\u0300-\u036f]", "", plain)).strip("-")[:63]
