# SPDX-License-Identifier: Apache-2.0
"""The library of well-known services that comes with the program: one JSON file per vendor.

`cookie_catalog/README.md` describes the format. Reading refuses what has the wrong form; whether
the statements themselves hold by the rules is what `check_library` answers.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from cmp.catalog.item_rules import ItemFacts, Problem, ServiceFacts, check_item, check_service
from cmp.errors import EnvironmentFault, Unprocessable
from cmp.i18n.text import LANGUAGES
from cmp.paths import COOKIE_CATALOG

__all__ = ["LibraryFinding", "LibraryService", "check_library", "library"]


class LibraryService(msgspec.Struct, frozen=True, kw_only=True):
    """A service of the library, what it stores, and where its description comes from."""

    vendor: str
    facts: ServiceFacts
    items: tuple[ItemFacts, ...]
    source: str


class LibraryFinding(msgspec.Struct, frozen=True):
    """A breach in the library: the file's name, the service or item in it, and what is wrong."""

    file: str
    subject: str
    problem: Problem


class _Item(ItemFacts, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An item as it stands in a file."""


class _Service(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A service as it stands in a file; the vendor says who provides it."""

    service_id: str
    name: str
    category: str
    role: str = "unknown"
    hosts: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    policy_url: str = ""
    description: Mapping[str, str] = {}
    necessity: Mapping[str, str] = {}
    aliases: tuple[str, ...] = ()
    source: str = ""
    items: tuple[_Item, ...] = ()


class _Vendor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file."""

    vendor: str
    provider: str
    country: str = ""
    services: tuple[_Service, ...]


def library(folder: Path = COOKIE_CATALOG) -> tuple[LibraryService, ...]:
    """Return the services of the library in `folder`, in the order of files and within them.

    Raises EnvironmentFault where there is no such folder and Unprocessable, naming file and field,
    for a file that does not have the form.
    """
    return tuple(s for path in _files(folder) for s in _services(_read(path)))


def check_library(folder: Path = COOKIE_CATALOG) -> list[LibraryFinding]:
    """Return every breach of the catalogue's rules in `folder`; empty when it may be shipped.

    A file that cannot be read is a finding too. Raises EnvironmentFault where there is no folder.
    """
    findings: list[LibraryFinding] = []
    known: dict[str, str] = {}
    for path in _files(folder):
        try:
            vendor = _read(path)
        except Unprocessable as error:
            problem = Problem(str(error.members["field"]), "unreadable", error.what)
            findings.append(LibraryFinding(path.name, path.stem, problem))
            continue
        found = [*_of_vendor(path, vendor), *_claimed(vendor, known)]
        findings += [LibraryFinding(path.name, subject, problem) for subject, problem in found]
    return findings


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise EnvironmentFault(
            f"There is no cookie library at {folder}.", now="Install the program again."
        )
    return sorted(folder.glob("*.json"))


def _read(path: Path) -> _Vendor:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Vendor)
    except msgspec.DecodeError as error:
        what, _, place = str(error).partition(" - at ")
        field = place.strip("`").removeprefix("$.") or "$"
        raise Unprocessable(
            f"{path.name}: {field}: {what}.",
            now="Mend the file; cookie_catalog/README.md shows the form.",
            file=path.name,
            field=field,
        ) from error


def _services(vendor: _Vendor) -> Iterator[LibraryService]:
    for entry in vendor.services:
        yield LibraryService(
            vendor=vendor.vendor,
            facts=_facts(vendor, entry),
            items=tuple(ItemFacts(**msgspec.structs.asdict(item)) for item in entry.items),
            source=entry.source,
        )


def _facts(vendor: _Vendor, entry: _Service) -> ServiceFacts:
    stated: dict[str, Any] = msgspec.structs.asdict(entry)
    del stated["items"], stated["source"]
    return ServiceFacts(
        provider=vendor.provider,
        country=vendor.country,
        legal_basis="exempt" if entry.category == "necessary" else "consent",
        **stated,
    )


def _of_vendor(path: Path, vendor: _Vendor) -> Iterator[tuple[str, Problem]]:
    if vendor.vendor != path.stem:
        yield vendor.vendor, Problem("vendor", "not_one_of", path.stem)
    for service in _services(vendor):
        name = service.facts.service_id
        for problem in _of_service(service):
            yield name, problem
        for item in service.items:
            for problem in (*_of_item(item), *_of_both(service.facts, item)):
                yield f"{name}: {item.name}", problem
        for twin in _twins([(i.name, i.technology, i.domain) for i in service.items]):
            yield f"{name}: {twin[0]}", Problem("name", "in_use", twin[0])


def _of_service(service: LibraryService) -> Iterator[Problem]:
    yield from check_service(service.facts)
    yield from _said("description", service.facts.description)
    if service.facts.category == "necessary":
        yield from _said("necessity", service.facts.necessity)
    yield from _sourced(service.source)


def _of_item(item: ItemFacts) -> Iterator[Problem]:
    yield from check_item(item)
    yield from _said("purpose", item.purpose)
    yield from _sourced(item.source)


def _of_both(facts: ServiceFacts, item: ItemFacts) -> Iterator[Problem]:
    """A service is held back or let through whole: its reason must hold for each of its items."""
    exempt = facts.category == "necessary"
    if item.category == "necessary" and not exempt:
        yield Problem("category", "necessary_reason", item.name)
    if item.category != "necessary" and exempt:
        yield Problem("category", "basis_of_category", item.name)


def _said(field: str, texts: Mapping[str, str]) -> Iterator[Problem]:
    for lang in LANGUAGES:
        if not texts.get(lang, "").strip():
            yield Problem(f"{field}.{lang}", "required")


def _sourced(source: str) -> Iterator[Problem]:
    if not source.strip():
        yield Problem("source", "required")


def _claimed(vendor: _Vendor, known: dict[str, str]) -> Iterator[tuple[str, Problem]]:
    """Keys and hosts that an earlier service has; `known` says whose they are, and learns."""
    for entry in vendor.services:
        name = entry.service_id
        if f"service {name}" in known:
            yield name, Problem("service_id", "in_use", name)
        known[f"service {name}"] = name
        for host in entry.hosts:
            if known.setdefault(host, name) != name:
                yield name, Problem("hosts", "in_use", host)


def _twins(keys: Sequence[Any]) -> list[Any]:
    return [key for index, key in enumerate(keys) if key in keys[:index]]
