# SPDX-License-Identifier: Apache-2.0
"""The shipped library keeps its rules, and each rule refuses what it is there to refuse."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from cmp.catalog.item_rules import Problem
from cmp.catalog.library import LibraryFinding, LibraryService, check_library, library
from cmp.catalog.lifetime import same_lifetime
from cmp.errors import EnvironmentFault, Unprocessable
from cmp.i18n.text import LANGUAGES
from cmp.paths import COOKIE_CATALOG

TEXT = {"nb": "Husker svaret ditt.", "nn": "Hugsar svaret ditt.", "en": "Remembers your answer."}


@pytest.fixture(scope="module")
def shipped() -> tuple[LibraryService, ...]:
    """The library as it is shipped."""
    return library()


def _item(**other: Any) -> dict[str, Any]:
    facts = {"name": "answer_id", "technology": "cookie", "party": "first", "lifetime": "P1Y"}
    return {**facts, "category": "functional", "purpose": TEXT, "source": "test", **other}


def _service(*items: Mapping[str, Any], **other: Any) -> dict[str, Any]:
    facts = {"service_id": "answers", "name": "Answers", "category": "functional"}
    return {
        **facts,
        "hosts": ["answers.example.com"],
        "description": TEXT,
        "source": "test",
        "items": list(items),
        **other,
    }


def _write(folder: Path, *services: Mapping[str, Any], file: str = "example", **other: Any) -> Path:
    vendor = {"vendor": file, "provider": "Example", "country": "NO", "services": services}
    (folder / f"{file}.json").write_text(json.dumps({**vendor, **other}), "utf-8")
    return folder


def _problems(folder: Path) -> list[Problem]:
    return [finding.problem for finding in check_library(folder)]


def test_the_shipped_library_is_clean() -> None:
    assert check_library() == []


def test_the_shipped_library_is_large(shipped: tuple[LibraryService, ...]) -> None:
    assert len({service.vendor for service in shipped}) >= 150
    assert sum(len(service.items) for service in shipped) >= 500
    assert {"NO", "SE", "DK", "FI"} <= {service.facts.country for service in shipped}


def _texts(shipped: tuple[LibraryService, ...]) -> Iterator[tuple[str, Mapping[str, str]]]:
    for service in shipped:
        name = service.facts.service_id
        yield f"{name} description", service.facts.description
        if service.facts.category == "necessary":
            yield f"{name} necessity", service.facts.necessity
        yield from ((f"{name} {item.name}", item.purpose) for item in service.items)


def test_every_text_is_there_in_each_language_and_translated(
    shipped: tuple[LibraryService, ...],
) -> None:
    for where, text in _texts(shipped):
        assert set(text) == set(LANGUAGES), where
        assert text["en"] not in (text["nb"], text["nn"]), where
        assert all(t == t.strip() and t.endswith(".") for t in text.values()), where


def test_descriptions_are_written_one_by_one(shipped: tuple[LibraryService, ...]) -> None:
    for lang in LANGUAGES:
        descriptions = [service.facts.description[lang] for service in shipped]
        assert len(set(descriptions)) == len(descriptions)


def test_every_service_can_be_found_on_a_page(
    shipped: tuple[LibraryService, ...],
) -> None:
    for service in shipped:
        found_by = (*service.facts.hosts, *service.facts.paths, *service.items)
        assert found_by, service.facts.service_id


def test_the_example_of_the_readme_may_be_copied(tmp_path: Path) -> None:
    readme = (COOKIE_CATALOG / "README.md").read_text("utf-8")
    example = readme.split("```json\n")[1].split("```")[0]
    (tmp_path / "example.json").write_text(example, "utf-8")
    assert check_library(tmp_path) == []
    assert [service.facts.service_id for service in library(tmp_path)] == ["example-chat"]


def test_a_file_is_read_to_facts(tmp_path: Path) -> None:
    reason = {lang: f"{text} Because." for lang, text in TEXT.items()}
    item = _item(category="necessary")
    _write(tmp_path, _service(item, category="necessary", necessity=reason))
    assert check_library(tmp_path) == []
    (service,) = library(tmp_path)
    assert (service.facts.provider, service.facts.country) == ("Example", "NO")
    assert service.facts.legal_basis == "exempt"
    assert service.facts.necessity == reason
    assert [(item.name, item.lifetime) for item in service.items] == [("answer_id", "P1Y")]


REFUSED = {
    "necessary without a reason": (
        _service(category="necessary"),
        Problem("necessity", "necessary_reason"),
    ),
    "a reason in one language": (
        _service(category="necessary", necessity={"nb": "Fordi."}),
        Problem("necessity.nn", "required"),
    ),
    "short wildcard without domain": (
        _service(_item(name="ab_*")),
        Problem("name", "short_wildcard", "ab_*"),
    ),
    "a bare google.com": (
        _service(hosts=["google.com"]),
        Problem("hosts", "wide_host", "google.com"),
    ),
    "a pixel marked exempt": (
        _service(_item(technology="pixel", name="a.example.com/p", category="necessary")),
        Problem("category", "pixel_exempt", "a.example.com/p"),
    ),
    "a necessary item in a service that is not": (
        _service(_item(category="necessary")),
        Problem("category", "necessary_reason", "answer_id"),
    ),
    "an item that wants consent in a necessary service": (
        _service(_item(), category="necessary", necessity=TEXT),
        Problem("category", "basis_of_category", "answer_id"),
    ),
    "a description in one language": (
        _service(description={"nb": "Svar."}),
        Problem("description.en", "required"),
    ),
    "a purpose in two languages": (
        _service(_item(purpose={"nb": "Svar.", "en": "Answer."})),
        Problem("purpose.nn", "required"),
    ),
    "an item without source": (_service(_item(source=" ")), Problem("source", "required")),
    "a service without source": (_service(source=""), Problem("source", "required")),
    "an item twice": (_service(_item(), _item()), Problem("name", "in_use", "answer_id")),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_breach_is_found(tmp_path: Path, case: str) -> None:
    service, problem = REFUSED[case]
    assert problem in _problems(_write(tmp_path, service))


def test_a_short_wildcard_with_a_domain_and_a_shared_host_with_a_path_pass(tmp_path: Path) -> None:
    item = _item(name="ab_*", party="third", domain="answers.example.com")
    _write(tmp_path, _service(item, hosts=[], paths=["www.google.com/answers/*"]))
    assert check_library(tmp_path) == []


def test_an_unknown_field_is_named_with_its_file(tmp_path: Path) -> None:
    _write(tmp_path, _service(_item(colour="red")))
    with pytest.raises(Unprocessable, match=r"example\.json: services\[0\]\.items\[0\]: .*colour"):
        library(tmp_path)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"vendor":', b"\xff", b'{"vendor": 1}'])
def test_an_unreadable_file_is_a_finding_and_hides_no_other(tmp_path: Path, content: bytes) -> None:
    _write(tmp_path, _service(_item(source="")), file="zebra")
    (tmp_path / "broken.json").write_bytes(content)
    first, second = check_library(tmp_path)
    assert (first.file, first.problem.key) == ("broken.json", "unreadable")
    assert second == LibraryFinding(
        "zebra.json", "answers: answer_id", Problem("source", "required")
    )


def test_a_key_of_two_services_is_found(tmp_path: Path) -> None:
    _write(tmp_path, _service(), file="one")
    _write(tmp_path, _service(hosts=["other.example.com"]), file="two")
    problem = Problem("service_id", "in_use", "answers")
    assert check_library(tmp_path) == [LibraryFinding("two.json", "answers", problem)]


def test_a_host_of_two_services_is_found(tmp_path: Path) -> None:
    _write(tmp_path, _service(), _service(service_id="questions"))
    problem = Problem("hosts", "in_use", "answers.example.com")
    assert check_library(tmp_path) == [LibraryFinding("example.json", "questions", problem)]


def test_a_file_is_named_after_its_vendor(tmp_path: Path) -> None:
    _write(tmp_path, _service(), vendor="other")
    assert _problems(tmp_path) == [Problem("vendor", "not_one_of", "example")]


def test_a_missing_folder_is_no_empty_library(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault):
        library(tmp_path / "none")
    with pytest.raises(EnvironmentFault):
        check_library(tmp_path / "none")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_nothing_unconfirmed_is_shipped(
    shipped: tuple[LibraryService, ...], shared_data: Path
) -> None:
    unverified = {
        row["id"]: set(row["unverified"].split()) for row in _rows(shared_data / "services.csv")
    }
    assert sum(map(len, unverified.values())) > 100
    for service in shipped:
        facts = service.facts
        names = {item.name for item in service.items}
        stated = {*facts.hosts, *facts.paths, *names}
        assert not stated & unverified.get(facts.service_id, set()), facts.service_id


def test_lifetimes_agree_with_the_collected_facts(
    shipped: tuple[LibraryService, ...], shared_data: Path
) -> None:
    known: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in _rows(shared_data / "cookies.csv"):
        known[row["service_id"], row["name_pattern"]].add(row["lifetime"])
    compared = 0
    for service in shipped:
        for item in service.items:
            stated = known.get((service.facts.service_id, item.name), set())
            assert not stated or any(same_lifetime(item.lifetime, s) for s in stated), item.name
            compared += bool(stated)
    assert compared > 500
