# SPDX-License-Identifier: Apache-2.0
"""Writing a catalogue: what is refused changes nothing, edits notice each other, imports repeat."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from cmp.catalog import verbs
from cmp.catalog.item_rules import ItemFacts, ServiceFacts
from cmp.catalog.models import Service
from cmp.catalog.reads import find_item, find_service, services
from cmp.catalog.verbs import BadFacts, Imported
from cmp.errors import Conflict, NotFound
from cmp.sites.verbs import SiteFacts, add_site
from cmp.trail import Activity
from tests.factories import AT, ORIGIN, SITE, item, service

WHO = "kari@example.no"
PLAN: list[tuple[ServiceFacts, list[ItemFacts]]] = [
    (service("video", "functional"), [item("v_id", "functional"), item("v_vol", "functional")]),
    (service("kart", "functional"), []),
]


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on a database with one empty site."""
    with Session(engine) as session:
        add_site(session, SiteFacts(key=SITE, name="Prøve", origins=[ORIGIN]), at=AT, actor=WHO)
        yield session


def _add(session: Session, service_id: str = "video") -> Service:
    return verbs.add_service(session, SITE, service(service_id, "analytics"), at=AT, actor=WHO)


def test_bad_facts_name_each_field(session: Session) -> None:
    with pytest.raises(BadFacts) as caught:
        verbs.add_service(
            session, SITE, service("video", "reklame", hosts=["google.com"]), at=AT, actor=WHO
        )
    assert {problem.field for problem in caught.value.problems} >= {"category", "hosts"}
    assert services(session, SITE) == []


def test_two_items_of_one_name_are_refused(session: Session) -> None:
    row = _add(session)
    verbs.add_item(session, row, item("v_id", "analytics"), at=AT, actor=WHO)
    with pytest.raises(BadFacts):
        verbs.add_item(session, row, item("v_id", "analytics"), at=AT, actor=WHO)
    verbs.add_item(session, row, item("v_id", "analytics", technology="cache"), at=AT, actor=WHO)


def test_an_edit_of_an_old_state_is_a_conflict(session: Session) -> None:
    row = _add(session)
    better = service("video", "marketing")
    verbs.edit_service(session, row, better, revision=1, at=AT, actor=WHO)
    with pytest.raises(Conflict):
        verbs.edit_service(session, row, better, revision=1, at=AT, actor=WHO)
    assert row.revision == 2


def test_a_second_import_changes_nothing(session: Session) -> None:
    first = verbs.import_plan(session, SITE, PLAN, at=AT, actor=WHO)
    noted = len(list(session.scalars(select(Activity))))
    second = verbs.import_plan(session, SITE, PLAN, at=AT, actor=WHO)
    assert (first, second) == (Imported(2, 2, 0), Imported(0, 0, 2))
    assert len(list(session.scalars(select(Activity)))) == noted
    assert {row.revision for row in services(session, SITE)} == {1}


def test_an_import_leaves_corrections_alone(session: Session) -> None:
    verbs.import_plan(session, SITE, PLAN, at=AT, actor=WHO)
    row = find_service(session, SITE, "video")
    verbs.edit_service(session, row, service("video", "marketing"), revision=1, at=AT, actor=WHO)
    verbs.import_plan(session, SITE, PLAN, at=AT, actor=WHO)
    assert find_service(session, SITE, "video").category == "marketing"


def test_the_library_adds_what_is_missing(session: Session) -> None:
    facts, items = PLAN[0]
    verbs.import_library(session, SITE, facts, items[:1], at=AT, actor=WHO)
    added = verbs.import_library(session, SITE, facts, items, at=AT, actor=WHO)
    assert added == Imported(0, 1, 1)


def test_what_belongs_to_another_site_is_not_found(session: Session) -> None:
    row = _add(session)
    thing = verbs.add_item(session, row, item("v_id", "analytics"), at=AT, actor=WHO)
    assert find_item(session, SITE, thing.row_id) is thing
    for fetch in (
        lambda: find_item(session, "annen", thing.row_id),
        lambda: find_service(session, "annen", "video"),
    ):
        with pytest.raises(NotFound):
            fetch()


def test_a_search_folds_norwegian_letters(session: Session) -> None:
    verbs.add_service(
        session, SITE, service("aa", "analytics", name="Ålesund Øvre"), at=AT, actor=WHO
    )
    assert len(services(session, SITE, "ålesund øvre")) == 1
    assert len(services(session, SITE, "ÅLESUND")) == 1
    assert services(session, SITE, "ålesund bergen") == []
