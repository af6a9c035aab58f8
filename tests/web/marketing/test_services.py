# SPDX-License-Identifier: Apache-2.0
"""Adding, editing, removing and finding services."""

from flask import Flask
from sqlalchemy import select

from cmp.trail import Activity
from cmp.web.frame.database import db
from tests.factories import SITE
from tests.web.conftest import AuthActions
from tests.web.marketing.rows import everything, service_fields, service_row


def test_a_new_service_gets_a_key_of_its_name(app: Flask, marketing: AuthActions) -> None:
    answer = marketing.post(f"/admin/{SITE}/services/new", service_fields())
    assert answer.headers["Location"] == f"/admin/{SITE}/services/ny-maling"
    row = service_row(app, "ny-maling")
    assert (row.country, row.legal_basis, row.category) == ("NO", "consent", "analytics")
    assert row.hosts == ["t.example.com", "*.maling.example"]
    assert row.description == {"nb": "Teller besøk."}


def test_a_key_in_use_is_named_at_the_field(app: Flask, marketing: AuthActions) -> None:
    before = everything(app)
    answer = marketing.post(f"/admin/{SITE}/services/new", service_fields(service_id="annonse"))
    assert answer.status_code == 422
    assert "finnes fra før" in answer.text
    assert everything(app) == before


def test_an_edit_keeps_the_key(app: Flask, marketing: AuthActions) -> None:
    fields = service_fields(revision="1", service_id="noe-annet", category="necessary")
    fields["necessity.nb"] = "Uten den kan du ikke betale."
    assert marketing.post(f"/admin/{SITE}/services/annonse", fields).status_code == 302
    row = service_row(app, "annonse")
    assert (row.name, row.legal_basis, row.revision) == ("Ny måling", "exempt", 2)


def test_an_edit_that_changes_nothing_is_no_edit(app: Flask, marketing: AuthActions) -> None:
    path = f"/admin/{SITE}/services/annonse"
    marketing.post(path, service_fields(revision="1"))
    marketing.post(path, service_fields(revision="2"))
    assert service_row(app, "annonse").revision == 2


def test_removing_a_service_removes_its_items(app: Flask, marketing: AuthActions) -> None:
    path = f"/admin/{SITE}/services/annonse/remove"
    assert "det ene den lagrer" in marketing.client.get(path).text
    assert marketing.post(path, {}).status_code == 302
    page = marketing.client.get(f"/admin/{SITE}/").text
    assert "_annonse" not in page


def test_each_deed_is_noted_with_who_and_what(app: Flask, marketing: AuthActions) -> None:
    path = f"/admin/{SITE}/services/annonse"
    marketing.post(path, service_fields(revision="1", name="Nytt navn"))
    with app.app_context():
        query = select(Activity).where(Activity.verb == "service.edit")
        noted = db.session.scalars(query).one()
        assert (noted.actor, noted.site) == ("marketing@example.no", SITE)
        assert noted.details["changed"]["name"] == ["Annonse", "Nytt navn"]


def test_a_search_finds_services_by_item_and_provider(marketing: AuthActions) -> None:
    def found(words: str) -> str:
        page = marketing.client.get(f"/admin/{SITE}/", query_string={"q": words}).text
        return page.partition("data-status")[2]

    assert "_maling" in found("_maling")
    assert "_annonse" not in found("_maling")
    assert "Annonse" in found("ANNONSE lever")
    assert "Én tjeneste passer" in found("betaling")


def test_the_forms_show_what_is_stored(app: Flask, marketing: AuthActions) -> None:
    page = marketing.client.get(f"/admin/{SITE}/services/betaling").text
    assert 'value="Betaling leverandør"' in page
    assert "Uten den kan du ikke betale." in page
    assert '<option value="necessary" selected>' in page
