# SPDX-License-Identifier: Apache-2.0
"""What is written as CSV or JSON is read to the same; no cell is a formula to a spreadsheet."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cmp.catalog.item_rules import CATEGORIES, PARTIES, TECHNOLOGIES, ItemFacts, ServiceFacts
from cmp.catalog.reading import Plan, Reading, item_problems, service_problems
from cmp.catalog.transfer import COLUMNS, read_csv, read_json, write_csv, write_json
from cmp.errors import Malformed
from tests.factories import SERVICES, item, service

PLAN: Plan = [
    *SERVICES,
    (service("tom", "functional", hosts=["a.example.com", "*.b.example.com"]), []),
    (
        service(
            "formel",
            "marketing",
            name="=1+1",
            provider="@SUM(A1)",
            paths=["*/x.js"],
            description={"nb": "-2 linjer\r\nmed «æøå», 🍪", "en": "'=apostrophe", "nn": "\t|x"},
        ),
        [
            item("@@history", "marketing", technology="local_storage", lifetime="persistent"),
            item("+x*", "analytics", domain="a.example.com", party="third", lifetime="P1Y6M"),
            item("x", "marketing", lifetime="", purpose={}, source=""),
            item("a.example.com/x", "marketing", technology="pixel", lifetime=""),
        ],
    ),
]


def _csv(plan: Plan) -> str:
    out = io.StringIO(newline="")
    write_csv(plan, out)
    return out.getvalue()


def _json(plan: Plan) -> str:
    out = io.StringIO()
    write_json(plan, out)
    return out.getvalue()


def _read_csv(text: str) -> Reading:
    return read_csv(io.StringIO(text, newline=""))


def _comparable(plan: Plan) -> list[tuple[bytes, list[bytes]]]:
    """Lists and tuples alike, items in any order, for order has no meaning there."""
    encode = msgspec.json.Encoder(order="deterministic").encode
    return [(encode(facts), sorted(encode(each) for each in items)) for facts, items in plan]


WAYS: Sequence[Any] = [
    pytest.param(lambda plan: _read_csv(_csv(plan)), id="csv"),
    pytest.param(lambda plan: read_json(_json(plan)), id="json"),
]


@pytest.mark.parametrize("there_and_back", WAYS)
def test_what_is_written_is_read(there_and_back: Callable[[Plan], Reading]) -> None:
    reading = there_and_back(PLAN)
    assert reading.refused == []
    assert _comparable(reading.plan) == _comparable(PLAN)
    assert reading.rows == reading.imported == len(PLAN) + sum(len(items) for _, items in PLAN)
    assert reading.unknown_lifetimes == 1


@pytest.mark.parametrize("there_and_back", WAYS)
def test_an_empty_catalogue(there_and_back: Callable[[Plan], Reading]) -> None:
    assert there_and_back([]).rows == 0


def test_no_cell_begins_like_a_formula() -> None:
    cells = [cell for row in csv.reader(io.StringIO(_csv(PLAN), newline="")) for cell in row]
    assert "'=1+1" in cells
    assert "''=apostrophe" in cells
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_rows_sorted_by_a_spreadsheet_are_read_too() -> None:
    heading, *rows = csv.reader(io.StringIO(_csv(PLAN), newline=""))
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows([heading[::-1], *(row[::-1] for row in sorted(rows))])
    reading = _read_csv(out.getvalue())
    assert reading.refused == []
    assert sorted(_comparable(reading.plan)) == sorted(_comparable(PLAN))


def _row(**cells: str) -> str:
    out = io.StringIO(newline="")
    names = [*COLUMNS, "purpose.nb", "purpose.NB", "note"]
    csv.writer(out).writerows([names, [cells.get(name.replace(".", "_"), "") for name in names]])
    return out.getvalue()


SERVICE_ROW = {
    "row": "service",
    "service_id": "a",
    "name": "A",
    "provider": "A AS",
    "category": "analytics",
}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"row": "tjeneste"}, "unknown_kind"),
        ({"row": ""}, "unknown_kind"),
        ({"domain": "a.example"}, "cell_of_other_kind"),
        ({"purpose_nb": "x"}, "cell_of_other_kind"),
        ({"note": "x"}, "cell_of_other_kind"),
        ({"name": ""}, "not_an_entry"),
        ({"name": "\udce6"}, "encoding"),
        ({"category": "reklame"}, "not_one_of"),
        ({"category": "necessary", "legal_basis": "exempt"}, "necessary_reason"),
        ({"hosts": "google.com"}, "wide_host"),
        ({"row": "item", "provider": ""}, "not_an_entry"),
        (
            {"row": "item", "provider": "", "technology": "cookie", "party": "first"},
            "no_service",
        ),
    ],
)
def test_a_bad_row_is_listed(cells: dict[str, str], reason: str) -> None:
    reading = _read_csv(_row(**(SERVICE_ROW | cells)))
    assert (reading.plan, reading.imported) == ([], 0)
    assert [(r.line, r.reason) for r in reading.refused] == [(2, reason)]


def test_a_refused_service_takes_its_items_along_and_nothing_else() -> None:
    lines = _csv(PLAN).splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if line.startswith("service,maling"))
    lines[place] = lines[place].replace("analytics", "reklame")
    reading = read_csv(lines)
    assert [(r.line, r.reason) for r in reading.refused] == [
        (place + 1, "not_one_of"),
        (place + 2, "no_service"),
    ]
    assert len(reading.plan) == len(PLAN) - 1


def test_what_stands_twice_is_listed() -> None:
    text = _csv(PLAN[1:2])
    heading, *rows = text.splitlines(keepends=True)
    reading = _read_csv("".join([heading, *rows, *rows]))
    assert [(r.line, r.reason) for r in reading.refused] == [
        (4, "second_service"),
        (5, "second_item"),
    ]


@pytest.mark.parametrize(
    "document",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"kvitt_catalog": 2, "services": []}',
        '{"kvitt_catalog": 1}',
        '{"kvitt_catalog": 1, "services": {}}',
        '"\\ud800"',
        '"\udce6"',
        "[" * 100_000,
    ],
)
def test_another_document_is_refused_whole(document: str) -> None:
    with pytest.raises(Malformed):
        read_json(document)


@pytest.mark.parametrize(
    ("entry", "refused"),
    [
        (1, 1),
        ({"service_id": "a"}, 1),
        ({"service_id": ["a"], "items": 3}, 2),
        ({"service_id": "a", "name": "A", "provider": "A", "category": "analytics", "x": 1}, 1),
        ({"service_id": "a", "name": 5, "provider": "A", "category": "analytics"}, 1),
        (
            {
                "service_id": "a",
                "name": "A",
                "provider": "A",
                "category": "analytics",
                "description": {"language": "x"},
            },
            1,
        ),
    ],
)
def test_a_bad_entry_is_listed_by_its_place(entry: Any, refused: int) -> None:
    sound = {"service_id": "b", "name": "B", "provider": "B", "category": "analytics"}
    document = {"kvitt_catalog": 1, "services": [entry, sound]}
    reading = read_json(msgspec.json.encode(document).decode())
    assert len(reading.refused) == refused
    assert reading.refused[0].entry == "services[0]"
    assert [s.service_id for s, _ in reading.plan] == ["b"]


line = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Co"]) | st.sampled_from("=+-@'\"<,;"),
    min_size=1,
    max_size=10,
)
texts = st.dictionaries(st.sampled_from(["nb", "nn", "en"]), line, max_size=2)
items = st.builds(
    ItemFacts,
    name=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=4, max_size=8),
    technology=st.sampled_from(TECHNOLOGIES),
    party=st.sampled_from(PARTIES),
    domain=st.sampled_from(["", "a.example"]),
    lifetime=st.sampled_from(["", "session", "persistent", "P1Y6M"]),
    category=st.sampled_from(CATEGORIES),
    purpose=texts,
    source=line,
).filter(lambda facts: not item_problems(facts))
services = st.builds(
    ServiceFacts,
    service_id=st.from_regex(r"[a-z0-9][a-z0-9-]{0,5}", fullmatch=True),
    name=line,
    provider=line,
    category=st.sampled_from(CATEGORIES[1:]),
    hosts=st.lists(st.sampled_from(["a.example", "*.b.example"]), max_size=2),
    description=texts,
).filter(lambda facts: not service_problems(facts))
plans = st.lists(
    st.tuples(
        services,
        st.lists(items, max_size=3, unique_by=lambda i: (i.name, i.technology, i.domain)),
    ),
    max_size=3,
    unique_by=lambda pair: pair[0].service_id,
)


@pytest.mark.parametrize("there_and_back", WAYS)
@given(plan=plans)
@example(plan=[(service("a", "analytics", name="'@"), [item("'''-x", "analytics")])])
def test_any_catalogue_is_read_to_the_same(
    there_and_back: Callable[[Plan], Reading], plan: Plan
) -> None:
    reading = there_and_back(plan)
    assert reading.refused == []
    assert _comparable(reading.plan) == _comparable(plan)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["a", "b"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=5)
            | st.sampled_from(
                [*ServiceFacts.__struct_fields__, *ItemFacts.__struct_fields__, "items"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(services=st.lists(anything, max_size=3))
def test_any_entry_is_imported_or_listed(services: list[Any]) -> None:
    document = {"kvitt_catalog": 1, "services": services}
    reading = read_json(msgspec.json.encode(document).decode())
    assert reading.rows == reading.imported + len(reading.refused)
    assert reading.rows >= len(services)
    assert reading.imported == len(reading.plan) + sum(len(items) for _, items in reading.plan)
