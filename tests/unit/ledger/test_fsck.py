# SPDX-License-Identifier: Apache-2.0
"""Checking the logs on disk: what holds, and one changed row each."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select, text, update

from cmp.ledger.append import append_public, lock_head
from cmp.ledger.fsck import check_logs
from cmp.ledger.keys import KeyStore
from cmp.ledger.models import Checkpoint, Leaf, Log, PublicBody, Record
from cmp.proof.finding import Report
from cmp.proof.keys import from_seed
from cmp.proof.merkle import Frontier
from cmp.settings import Settings
from cmp.store.transaction import write_transaction
from tests.factories import AT, SITE
from tests.visited_shop import VisitedShop


@pytest.fixture
def shop(engine: Engine, settings: Settings) -> VisitedShop:
    return VisitedShop(engine, settings)


def check(shop: VisitedShop) -> Report:
    return check_logs(shop.engine, shop.keys)


def change(shop: VisitedShop, *statements: Any) -> None:
    with write_transaction(shop.engine) as connection:
        for statement in statements:
            connection.execute(statement)


def test_an_empty_database_has_no_log(engine: Engine, settings: Settings) -> None:
    report = check_logs(engine, KeyStore(settings.key_dir))
    assert (report.sections, report.findings) == ([], [])


def test_logs_of_two_years_hold(shop: VisitedShop) -> None:
    shop.visit(12)
    shop.at = datetime(2027, 1, 2, tzinfo=UTC)
    shop.visit(3)
    told: list[int] = []
    report = check_logs(shop.engine, shop.keys, progress=told.append)
    assert report.holds
    assert [(s.size, s.records, s.public) for s in report.sections] == [(15, 12, 3), (5, 3, 2)]
    assert told == [15, 5]
    assert all(section.signed_by for section in report.sections)


def test_a_log_that_is_not_signed_yet_holds(shop: VisitedShop) -> None:
    shop.visit(1)
    change(shop, delete(Checkpoint))
    assert check(shop).holds


CHANGED = (
    ({"body": "{}"}, "record-changed"),
    ({"salt": b"x" * 32}, "record-changed"),
    ({"salt": b"x" * 31}, "record-changed"),
    ({"method": "accept_all"}, "column"),
    ({"state": "given"}, "column"),
    ({"granted": " analytics "}, "column"),
    ({"subject_key": "x" * 22}, "column"),
    ({"notice_sha256": "0" * 64}, "column"),
    ({"decided_at": AT}, "column"),
    ({"valid_until": AT}, "column"),
)


def test_a_changed_record_is_named(shop: VisitedShop) -> None:
    shop.visit(5)
    of = update(Record).where(Record.leaf_index == 4)
    with shop.engine.connect() as connection:
        stood = connection.execute(select(Record).where(Record.leaf_index == 4)).one()._asdict()
    for values, kind in CHANGED:
        change(shop, of.values(**values))
        (finding,) = check(shop).findings
        assert (finding.kind, finding.index, finding.record_id) == (kind, 4, stood["record_id"])
        assert finding.origin == "consent.example.no/cmp/prove-butikk/2026"
        change(shop, of.values(**stood))
    assert check(shop).holds


def test_a_changed_leaf_contradicts_record_head_and_checkpoint(shop: VisitedShop) -> None:
    shop.visit(5)
    change(shop, update(Leaf).where(Leaf.leaf_index == 4).values(digest=b"x" * 32))
    report = check(shop)
    assert set(report.counts) == {"record-changed", "checkpoint", "frontier"}
    assert not report.sections[0].root_holds


def test_a_changed_public_body_is_named(shop: VisitedShop) -> None:
    shop.visit(2)
    for new in ('{"kind":"notice"}', "no JSON", "[]", '{"kind":"seal"}'):
        change(shop, update(PublicBody).where(PublicBody.leaf_index == 1).values(body=new))
        (finding,) = check(shop).findings
        assert (finding.kind, finding.index) == ("public-changed", 1)


def test_a_record_that_is_gone_without_an_erasure_is_named(shop: VisitedShop) -> None:
    shop.visit(5)
    change(shop, delete(Record).where(Record.leaf_index.in_([3, 4, 6])))
    report = check(shop)
    assert [(f.kind, f.index) for f in report.findings] == [("missing", 3), ("missing", 6)]


def test_a_record_that_was_erased_is_not_missed(shop: VisitedShop) -> None:
    shop.visit(5)
    with write_transaction(shop.engine) as connection:
        head = lock_head(
            connection, SITE, at=AT, public_url="https://consent.example.no", keys=shop.keys
        )
        body = {"kind": "erasure", "reason": "art17", "target": 3, "date": "2026-11-24"}
        append_public(connection, head, body, at=AT)
        connection.execute(delete(Record).where(Record.leaf_index == 3))
    assert check(shop).holds


def test_a_leaf_that_is_gone_is_noticed(shop: VisitedShop) -> None:
    shop.visit(5)
    change(shop, delete(Leaf).where(Leaf.leaf_index == 4))
    found = {(finding.kind, finding.index) for finding in check(shop).findings}
    assert ("order", 5) in found
    assert ("frontier", 4) in found


def test_a_record_without_a_leaf_is_noticed(shop: VisitedShop) -> None:
    shop.visit(2)
    change(shop, update(Record).where(Record.leaf_index == 3).values(leaf_index=40))
    found = {(finding.kind, finding.index) for finding in check(shop).findings}
    assert found == {("missing", 3), ("frontier", 40)}


def test_a_head_that_is_not_that_of_the_leaves_is_noticed(shop: VisitedShop) -> None:
    shop.visit(2)
    edge = Frontier().extend([b"x" * 32] * 4)
    change(shop, update(Log).values(frontier=edge.to_bytes()))
    assert [finding.kind for finding in check(shop).findings] == ["frontier"]


def test_a_rolled_back_log_is_noticed(shop: VisitedShop) -> None:
    shop.visit(2)
    change(
        shop,
        delete(Record).where(Record.leaf_index == 3),
        delete(Leaf).where(Leaf.leaf_index == 3),
    )
    with shop.engine.connect() as connection:
        leaves = connection.execute(select(Leaf).order_by(Leaf.leaf_index)).all()
    assert len(leaves) == 3
    change(shop, update(Log).values(size=3))
    kinds = {finding.kind for finding in check(shop).findings}
    assert {"checkpoint", "frontier"} <= kinds


def test_a_checkpoint_of_another_key_is_noticed(shop: VisitedShop) -> None:
    shop.visit(2)
    other = KeyStore(shop.keys.folder)
    other._log_keys[SITE, 2026] = from_seed(b"o" * 32)
    report = check_logs(shop.engine, other)
    assert set(report.counts) == {"signature"}


def test_a_changed_checkpoint_is_noticed(shop: VisitedShop) -> None:
    shop.visit(2)
    change(shop, update(Checkpoint).values(root=b"x" * 32))
    assert set(check(shop).counts) == {"checkpoint"}
    with shop.engine.connect() as connection:
        note = connection.scalars(select(Checkpoint.note)).first() or ""
    change(
        shop,
        delete(Checkpoint),
        insert(Checkpoint).values(
            log_id=1, size=2, root=b"x" * 32, note=note.replace("— ", "—  "), signed_at=AT
        ),
    )
    assert set(check(shop).counts) == {"signature"}


def test_it_changes_nothing(shop: VisitedShop) -> None:
    shop.visit(3)
    tables = ("log", "leaf", "record", "checkpoint", "public_body", "notice_leaf")

    def rows() -> list[Any]:
        with shop.engine.connect() as connection:
            return [
                sorted(map(repr, connection.execute(text(f"select * from {t}")))) for t in tables
            ]

    before = rows()
    shop.at += timedelta(days=1)
    check(shop)
    assert rows() == before
