# SPDX-License-Identifier: Apache-2.0
"""A catalogue as a CSV or JSON file of our own, and back: what was written is read to the same.

CSV has a row for each service and one for each of its items, lists with blanks between, a column
for each language. A cell that a spreadsheet would take for a formula carries an apostrophe in
front, which reading takes off again. JSON is `{"kvitt_catalog": 1, "services": [...]}`, each
service with its `items`.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TextIO

import msgspec

from cmp.catalog.csv_rows import BrokenRow, Row, csv_rows
from cmp.catalog.item_rules import ItemFacts, Problem, ServiceFacts
from cmp.catalog.reading import (
    Plan,
    Reading,
    Refusal,
    item_problems,
    refusal,
    service_problems,
    unknown_lifetimes,
)
from cmp.errors import Malformed

__all__ = ["COLUMNS", "read_csv", "read_json", "write_csv", "write_json"]

VERSION = 1
KIND, SERVICE, ITEM = "row", "service", "item"
LISTS = ("hosts", "paths")
PLAIN_OF_SERVICE = (
    "name",
    "provider",
    "country",
    "role",
    "category",
    "legal_basis",
    *LISTS,
    "policy_url",
)
PLAIN_OF_ITEM = ("name", "category", "technology", "party", "domain", "lifetime", "source")
TEXTS_OF_SERVICE, TEXTS_OF_ITEM = ("necessity", "description"), ("purpose",)
COLUMNS = (KIND, "service_id", *dict.fromkeys(PLAIN_OF_SERVICE + PLAIN_OF_ITEM))

# The marks a spreadsheet begins a formula with, wide forms and control characters included.
_GUARDED = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_Kind = type[ServiceFacts] | type[ItemFacts]
# The line, what to call it, what it says, the key of the service it belongs to.
_Entry = tuple[int, str, ServiceFacts | ItemFacts, str]


class _Bad(Exception):
    """A verdict on one entry, never an error of the program."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.key)
        self.problem = problem


def write_csv(plan: Plan, out: TextIO) -> None:
    """Write a catalogue as CSV (RFC 4180) to a stream opened with `newline=""`."""
    columns = [*COLUMNS, *_text_columns(plan)]
    writer = csv.writer(out)
    writer.writerow(columns)
    for service, items in plan:
        head = {KIND: SERVICE, "service_id": service.service_id}
        cells = head | _cells(service, PLAIN_OF_SERVICE, TEXTS_OF_SERVICE)
        writer.writerow([_guarded(cells.get(name, "")) for name in columns])
        for item in items:
            cells = head | {KIND: ITEM} | _cells(item, PLAIN_OF_ITEM, TEXTS_OF_ITEM)
            writer.writerow([_guarded(cells.get(name, "")) for name in columns])


def _text_columns(plan: Plan) -> list[str]:
    names = dict.fromkeys(
        f"{field}.{lang}"
        for service, _ in plan
        for field in TEXTS_OF_SERVICE
        for lang in getattr(service, field)
    ) | dict.fromkeys(f"purpose.{lang}" for _, items in plan for i in items for lang in i.purpose)
    return sorted(names)


def _cells(
    facts: ServiceFacts | ItemFacts, plain: Iterable[str], texts: Iterable[str]
) -> dict[str, str]:
    cells = {n: " ".join(getattr(facts, n)) if n in LISTS else getattr(facts, n) for n in plain}
    for field in texts:
        cells |= {f"{field}.{lang}": text for lang, text in getattr(facts, field).items()}
    return cells


def _guarded(cell: str) -> str:
    return f"'{cell}" if _GUARDED.match(cell) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _GUARDED.match(cell) else cell


def write_json(plan: Plan, out: TextIO) -> None:
    """Write a catalogue as JSON."""
    services = [
        {**_members(service), "items": [_members(item) for item in items]}
        for service, items in plan
    ]
    document = msgspec.json.encode({"kvitt_catalog": VERSION, "services": services})
    out.write(msgspec.json.format(document, indent=1).decode() + "\n")


def _members(facts: ServiceFacts | ItemFacts) -> dict[str, Any]:
    members: dict[str, Any] = msgspec.to_builtins(facts)
    # Other names under which the shipped library finds a service; a site's catalogue has none.
    members.pop("aliases", None)
    return members


def read_csv(lines: Iterable[str]) -> Reading:
    """Return what `write_csv` wrote, and each row that is not part of the plan.

    Rows may be in any order and columns too; unknown columns are refused at the rows that fill
    them. Raises Malformed if it is another file.
    """
    entries: list[_Entry] = []
    refused: list[Refusal] = []
    rows = 0
    for row in csv_rows(lines, COLUMNS):
        rows += 1
        if isinstance(row, BrokenRow):
            refused.append(refusal(row.line, row.text, Problem("", row.key)))
            continue
        try:
            entries.append(_entry_of_row(row))
        except _Bad as why:
            refused.append(refusal(row.line, row.cells["name"], why.problem))
    return _reading("csv", rows, entries, refused)


def _entry_of_row(row: Row) -> _Entry:
    cells = {name: _unguarded(cell) for name, cell in row.cells.items() if cell}
    kind, service_id = cells.pop(KIND, ""), cells.pop("service_id", "")
    if any("\ud800" <= c <= "\udfff" for cell in cells.values() for c in cell):
        raise _Bad(Problem("", "encoding"))
    if kind == SERVICE:
        values = {"service_id": service_id, **_values(cells, PLAIN_OF_SERVICE, TEXTS_OF_SERVICE)}
        return row.line, values.get("name", ""), _converted(values, ServiceFacts), service_id
    if kind == ITEM:
        values = _values(cells, PLAIN_OF_ITEM, TEXTS_OF_ITEM)
        return row.line, values.get("name", ""), _converted(values, ItemFacts), service_id
    raise _Bad(Problem(KIND, "unknown_kind", kind))


def _values(cells: Mapping[str, str], plain: Sequence[str], texts: Sequence[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, cell in cells.items():
        field, dot, lang = name.partition(".")
        if dot and field in texts:
            values.setdefault(field, {})[lang] = cell
        elif name in plain:
            values[name] = cell.split() if name in LISTS else cell
        else:
            raise _Bad(Problem(name, "cell_of_other_kind", name))
    return values


def read_json(document: str) -> Reading:
    """Return what `write_json` wrote, and each entry that is not part of the plan.

    Raises Malformed if it is another document.
    """
    entries: list[_Entry] = []
    refused: list[Refusal] = []
    rows = 0
    for place, values, kind, key in _listed(_services(document)):
        rows += 1
        try:
            entries.append((0, place, _converted(values, kind), key))
        except _Bad as why:
            refused.append(refusal(0, place, why.problem))
    return _reading("json", rows, entries, refused)


def _listed(services: Sequence[Any]) -> Iterator[tuple[str, Any, _Kind, str]]:
    """Each service and item with its place, what it is to be and the key of the service."""
    for number, service in enumerate(services):
        place, values, items, key = f"services[{number}]", service, [], ""
        if isinstance(service, dict):
            values = {name: value for name, value in service.items() if name != "items"}
            items, key = service.get("items", []), str(service.get("service_id", ""))
        yield place, values, ServiceFacts, key
        for n, item in enumerate(items if isinstance(items, list) else [items]):
            yield f"{place}.items[{n}]", item, ItemFacts, key


def _services(document: str) -> list[Any]:
    what = "It is not an export of a Kvitt catalogue."
    try:
        found = msgspec.json.decode(document)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as fault:
        raise Malformed(f"The JSON cannot be read: {fault}.", now="Export it again.") from fault
    if not isinstance(found, dict) or found.get("kvitt_catalog") != VERSION:
        raise Malformed(what, now='It must begin with {"kvitt_catalog": 1, "services": …')
    services = found.get("services")
    if not isinstance(services, list):
        raise Malformed(what, now="It must have a list of services.")
    return services


def _converted(values: Any, kind: _Kind) -> ServiceFacts | ItemFacts:
    try:
        facts = msgspec.convert(values, kind)
    except (msgspec.ValidationError, RecursionError) as fault:
        raise _Bad(Problem("", "not_an_entry", str(fault))) from fault
    # What would be lost without a word is refused instead.
    if unknown := sorted(set(values) - set(kind.__struct_fields__)):
        raise _Bad(Problem("", "not_an_entry", f"unknown member {unknown[0]}"))
    return facts


def _reading(
    file_format: str, rows: int, entries: Sequence[_Entry], refused: list[Refusal]
) -> Reading:
    """Join items with their services; services come first, wherever they stand in the file."""
    services: dict[str, ServiceFacts] = {}
    items: dict[str, dict[tuple[str, str, str], ItemFacts]] = {}
    for entry in sorted(entries, key=lambda entry: isinstance(entry[2], ItemFacts)):
        line, name, facts, key = entry
        if problems := _problems(facts, key, services, items):
            refused.append(refusal(line, name, problems[0]))
        elif isinstance(facts, ServiceFacts):
            services[key] = facts
        else:
            items.setdefault(key, {})[_mark(facts)] = facts
    refused.sort(key=lambda each: each.line)
    plan = [(facts, tuple(items.get(key, {}).values())) for key, facts in services.items()]
    return Reading(
        format=file_format,
        plan=plan,
        rows=rows,
        imported=rows - len(refused),
        merged=(),
        unknown_lifetimes=unknown_lifetimes(plan),
        refused=refused,
    )


def _mark(item: ItemFacts) -> tuple[str, str, str]:
    return item.name, item.technology, item.domain


def _problems(
    facts: ServiceFacts | ItemFacts,
    key: str,
    services: Mapping[str, ServiceFacts],
    items: Mapping[str, Mapping[tuple[str, str, str], ItemFacts]],
) -> list[Problem]:
    if isinstance(facts, ServiceFacts):
        twin = [Problem("service_id", "second_service", key)] if key in services else []
        return [*service_problems(facts), *twin]
    if key not in services:
        return [Problem("service_id", "no_service", key)]
    twin = [Problem("name", "second_item")] if _mark(facts) in items.get(key, {}) else []
    return [*item_problems(facts), *twin]
