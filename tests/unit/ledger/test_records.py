# SPDX-License-Identifier: Apache-2.0
"""Finding and counting records, on both databases."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from cmp.consent.recorder import Recorder
from cmp.ledger.keys import KeyStore
from cmp.ledger.models import Record
from cmp.ledger.records import PAGE, Page, Position, count, facts, find, totals
from cmp.ledger.selection import Selection
from cmp.ledger.standing import standings
from cmp.settings import Settings
from cmp.sites.models import Notice
from tests.factories import AT, SITE, make_site
from tests.records import store


class Clock:
    """A clock that tests set."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def notice(engine: Engine, settings: Settings) -> Notice:
    return make_site(engine, settings)


@pytest.fixture
def clock() -> Clock:
    return Clock(AT)


@pytest.fixture
def recorder(
    engine: Engine, settings: Settings, notice: Notice, clock: Clock
) -> Iterator[Recorder]:
    recorder = Recorder(engine, KeyStore(settings.key_dir), settings.public_url, clock)
    yield recorder
    recorder.stop()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


def _ids(page: Page) -> list[str]:
    return [record.record_id for record in page.records]


def test_many_records_of_one_instant_are_paged_without_gap_or_repeat(
    recorder: Recorder, notice: Notice, session: Session
) -> None:
    ids = store(recorder, notice, ["refused"] * (2 * PAGE + 1))[::-1]
    first = find(session, Selection(SITE))
    second = find(session, Selection(SITE), older_than=first.older)
    third = find(session, Selection(SITE), older_than=second.older)
    assert _ids(first) + _ids(second) + _ids(third) == ids
    assert (len(first.records), len(third.records)) == (PAGE, 1)
    assert (first.newer, third.older) == (None, None)
    assert _ids(find(session, Selection(SITE), newer_than=third.newer)) == _ids(second)
    back = find(session, Selection(SITE), newer_than=second.newer)
    assert (_ids(back), back.newer) == (_ids(first), None)


def test_records_stored_meanwhile_do_not_move_a_page(
    recorder: Recorder, notice: Notice, session: Session, clock: Clock
) -> None:
    ids = store(recorder, notice, ["refused"] * (PAGE + 5))[::-1]
    first = find(session, Selection(SITE))
    session.rollback()
    clock.at += timedelta(seconds=1)
    store(recorder, notice, ["given"] * 3)
    assert _ids(find(session, Selection(SITE), older_than=first.older)) == ids[PAGE:]


def test_the_newest_of_two_years_comes_first(
    recorder: Recorder, notice: Notice, session: Session, clock: Clock
) -> None:
    old = store(recorder, notice, ["refused", "given"])
    clock.at = AT.replace(year=2027)
    new = store(recorder, notice, ["partial"])
    assert _ids(find(session, Selection(SITE))) == [*new, *old[::-1]]
    assert [log.year for log in standings(session)] == [2027, 2026]


def test_the_period_includes_its_beginning_and_not_its_end(
    recorder: Recorder, notice: Notice, session: Session, clock: Clock
) -> None:
    ids = []
    for second in range(4):
        clock.at = AT + timedelta(seconds=second)
        ids += store(recorder, notice, ["refused"])
    chosen = Selection(SITE, since=AT + timedelta(seconds=1), until=AT + timedelta(seconds=3))
    assert _ids(find(session, chosen)) == [ids[2], ids[1]]
    assert count(session, chosen) == totals(session, chosen).records == 2


def test_totals_by_method_and_state(recorder: Recorder, notice: Notice, session: Session) -> None:
    store(recorder, notice, ["refused", "partial", "given", "refused", "withdrawn"])
    all_of_them = totals(session, Selection(SITE))
    assert all_of_them.records == count(session, Selection(SITE)) == 5
    assert list(all_of_them.by_state.items()) == [
        ("given", 1),
        ("partial", 1),
        ("refused", 2),
        ("withdrawn", 1),
    ]
    assert all_of_them.by_method["reject_all"] == 2
    assert totals(session, Selection(SITE, category="marketing")).by_state == {"given": 1}


def test_nothing_is_found_of_another_site(
    recorder: Recorder, notice: Notice, session: Session
) -> None:
    [record_id] = store(recorder, notice, ["given"])
    other = Selection("annen")
    assert (_ids(find(session, other)), count(session, other)) == ([], 0)
    assert totals(session, other).records == 0
    assert facts(session, "annen", record_id) is None
    assert facts(session, SITE, record_id) is not None


def test_a_list_reads_no_bodies(
    engine: Engine, recorder: Recorder, notice: Notice, session: Session
) -> None:
    store(recorder, notice, ["given"])
    recorder.stop()
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    find(session, Selection(SITE), older_than=Position(AT + timedelta(days=1), 0))
    totals(session, Selection(SITE))
    reads = [statement for statement in asked if "SELECT" in statement]
    assert len(reads) == 2
    assert not any("body" in statement or "salt" in statement for statement in reads)


def test_the_facts_of_a_record(
    recorder: Recorder, notice: Notice, session: Session, clock: Clock
) -> None:
    first, second = store(recorder, notice, ["given", "withdrawn"])
    found = facts(session, SITE, second)
    assert found is not None
    assert found.record["prev"] == first
    assert found.notice_index < found.leaf_index == 3
    assert found.origin == "consent.example.no/cmp/prove-butikk/2026"
    assert found.entry.startswith("cmp.leaf/v1\nconsent\n2026-11\n")
    assert found.matches
    session.rollback()
    recorder.checkpoints.publish_grown()
    clock.at += timedelta(minutes=1)
    store(recorder, notice, ["refused"])
    recorder.checkpoints.publish_grown()
    covered = facts(session, SITE, second)
    assert covered is not None
    assert covered.checkpoint is not None
    assert covered.checkpoint.size == 5


def test_a_record_that_was_changed_does_not_match(
    recorder: Recorder, notice: Notice, session: Session
) -> None:
    [record_id] = store(recorder, notice, ["refused"])
    recorder.stop()
    session.get_one(Record, record_id).body += " "
    session.flush()
    found = facts(session, SITE, record_id)
    assert found is not None
    assert not found.matches
