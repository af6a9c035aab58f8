# SPDX-License-Identifier: Apache-2.0
"""The JSON Lines download: every leaf once, covers that fit, constant memory, one snapshot."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, update

from cmp.errors import NotFound
from cmp.ledger import export
from cmp.ledger.models import Leaf, Log, Record
from cmp.ledger.selection import Selection
from cmp.proof.canonical import canonical
from cmp.proof.checkpoint import parse_checkpoint
from cmp.proof.encoding import from_base64
from cmp.proof.leaf import leaf_entry
from cmp.proof.merkle import Frontier, leaf_hash
from cmp.proof.verify import verify_lines
from cmp.settings import Settings
from tests.factories import AT, SITE
from tests.visited_shop import VisitedShop


class Shop(VisitedShop):
    def export(self, **selection: Any) -> list[Any]:
        chunks = self.chunks(Selection(SITE, **selection))
        lines = b"".join(chunks).split(b"\n")
        assert lines.pop() == b""
        parsed = [json.loads(line) for line in lines]
        assert [canonical(line) for line in parsed] == lines
        return parsed


@pytest.fixture
def shop(engine: Engine, settings: Settings) -> Shop:
    return Shop(engine, settings)


def folded(lines: list[Any]) -> Frontier:
    edge = Frontier()
    for line in lines:
        if "cover" in line:
            level, number, root = line["cover"]
            assert number << level == edge.size
            edge = edge.extend_subtree(level, from_base64(root))
        else:
            assert line["index"] == edge.size
            edge = edge.extend([_leaf(line)])
    return edge


def _leaf(line: Any) -> bytes:
    if "public" in line:
        return from_base64(line["leaf_hash"])
    period = line["record"]["event"]["time"][:7]
    return leaf_hash(leaf_entry("consent", period, from_base64(line["leaf"])))


def indexes(lines: list[Any], member: str) -> list[int]:
    return [line["index"] for line in lines if member in line]


def test_everything_is_there_once_and_gives_the_signed_root(shop: Shop) -> None:
    shop.visit(7)
    header, *lines, end = shop.export()
    signed = parse_checkpoint(header["checkpoint"])
    assert header["schema"] == "kvitt-export/1"
    assert header["made_at"] == "2026-11-25T09:00:00.000Z"
    assert header["origin"] == signed.origin == "consent.example.no/cmp/prove-butikk/2026"
    assert indexes(lines, "public") == [0, 1]
    assert indexes(lines, "record") == list(range(2, 9))
    assert folded(lines).root() == signed.root
    assert end == {"end": {"leaves": 9, "origin": signed.origin, "records": 7}}


def test_what_is_not_selected_is_covered_by_the_largest_subtrees(shop: Shop) -> None:
    shop.visit(300)
    header, *lines, end = shop.export(method="accept_all")
    assert end["end"] == {"leaves": 302, "origin": header["origin"], "records": 60}
    assert folded(lines).root() == parse_checkpoint(header["checkpoint"]).root
    # Leaves 3 to 6: one, then two, then one more up to the next grant at 7.
    assert [line["cover"][:2] for line in lines[3:6]] == [[0, 3], [1, 2], [0, 6]]


def test_a_run_costs_at_most_two_lines_for_each_level(shop: Shop) -> None:
    shop.visit(300)
    since = AT + timedelta(minutes=300)
    header, *lines, _ = shop.export(since=since)
    assert header["selection"]["since"] == "2026-11-24T14:00:00.000Z"
    assert [line["cover"][:2] for line in lines[2:-1]] == [
        [1, 1],
        [2, 1],
        [3, 1],
        [4, 1],
        [5, 1],
        [6, 1],
        [7, 1],
        [5, 8],
        [3, 36],
        [2, 74],
        [0, 300],
    ]
    assert folded(lines).size == 302


def test_a_selection_keeps_what_it_names(shop: Shop) -> None:
    shop.visit(7)
    asked: list[tuple[dict[str, Any], int]] = [
        ({"category": "analytics"}, 2),
        ({"category": "analyti"}, 0),
        ({"until": AT + timedelta(minutes=4)}, 3),
        ({"since": AT + timedelta(minutes=4)}, 4),
        ({"since": AT.replace(month=1), "method": "reject_all"}, 5),
    ]
    for selection, count in asked:
        header, *lines, end = shop.export(**selection)
        assert end["end"]["records"] == len(indexes(lines, "record")) == count
        assert folded(lines).root() == parse_checkpoint(header["checkpoint"]).root


def test_each_year_has_its_section(shop: Shop) -> None:
    shop.visit(2)
    shop.at = datetime(2027, 1, 2, tzinfo=UTC)
    shop.visit(3)
    lines = shop.export()
    assert [line["origin"][-4:] for line in lines if "schema" in line] == ["2026", "2027"]
    assert [line["end"]["records"] for line in lines if "end" in line] == [2, 3]
    for selection, years in (
        ({"since": datetime(2027, 1, 1, tzinfo=UTC)}, ["2027"]),
        ({"until": datetime(2027, 1, 1, tzinfo=UTC)}, ["2026"]),
        ({"until": datetime(2027, 1, 1, 0, 0, 1, tzinfo=UTC)}, ["2026", "2027"]),
    ):
        found = shop.export(**selection)
        assert [line["origin"][-4:] for line in found if "schema" in line] == years


def test_an_erased_record_is_covered(shop: Shop) -> None:
    shop.visit(3)
    with shop.engine.begin() as connection:
        connection.execute(delete(Record).where(Record.leaf_index == 3))
    header, *lines, _ = shop.export()
    assert indexes(lines, "record") == [2, 4]
    assert [line["cover"][:2] for line in lines if "cover" in line] == [[0, 3]]
    assert folded(lines).root() == parse_checkpoint(header["checkpoint"]).root


def test_the_log_that_a_new_year_opens_meanwhile_belongs_to_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.visit(2)
    sign = export.fresh_checkpoint

    def at_new_year(*given: Any, **options: Any) -> str:
        if shop.at.year == 2026:
            shop.at = datetime(2027, 1, 1, tzinfo=UTC)
            shop.visit(1)
        return sign(*given, **options)

    monkeypatch.setattr(export, "fresh_checkpoint", at_new_year)
    lines = shop.export()
    assert [line["origin"][-4:] for line in lines if "schema" in line] == ["2026", "2027"]
    assert verify_lines([canonical(line) + b"\n" for line in lines]).holds


def test_a_site_without_a_log_in_the_period_is_named(shop: Shop) -> None:
    with pytest.raises(NotFound, match="no log of prove-butikk"):
        shop.export(since=datetime(2031, 1, 1, tzinfo=UTC))


def test_it_is_given_in_chunks_while_it_is_read(shop: Shop) -> None:
    shop.visit(400)
    sizes = [len(chunk) for chunk in shop.chunks(Selection(SITE))]
    assert len(sizes) == 6
    assert max(sizes) < 300_000


def test_what_comes_while_it_is_read_is_not_in_it(shop: Shop) -> None:
    shop.visit(300)
    chunks = iter(shop.chunks(Selection(SITE)))
    shop.visit(5)
    first = next(chunks) + next(chunks)
    shop.visit(5)
    with shop.engine.begin() as connection:
        connection.execute(delete(Record).where(Record.leaf_index == 301))
    lines = [json.loads(line) for line in (first + b"".join(chunks)).splitlines()]
    assert lines[-1]["end"]["records"] == 300
    assert folded(lines[1:-1]).root() == parse_checkpoint(lines[0]["checkpoint"]).root


def test_it_says_what_is_in_the_database_and_nothing_nicer(shop: Shop) -> None:
    shop.visit(3)
    with shop.engine.begin() as connection:
        connection.execute(update(Leaf).where(Leaf.leaf_index == 3).values(digest=b"x" * 32))
        assert connection.scalar(select(Log.size)) == 5
    header, *lines, _ = shop.export()
    assert folded(lines).root() != parse_checkpoint(header["checkpoint"]).root
