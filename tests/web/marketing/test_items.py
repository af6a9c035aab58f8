# SPDX-License-Identifier: Apache-2.0
"""Adding, editing and removing what a service stores."""

from flask import Flask
from flask.testing import FlaskClient

from cmp.catalog.models import StorageItem
from cmp.web.frame.database import db
from tests.factories import SITE
from tests.web.conftest import AuthActions
from tests.web.marketing.rows import item_fields, item_row


def test_an_edit_is_stored_with_its_lifetime_in_iso(app: Flask, marketing: AuthActions) -> None:
    row = item_row(app, "_annonse")
    fields = item_fields(revision="1", lifetime="2 år")
    answer = marketing.post(f"/admin/{SITE}/items/{row.row_id}", fields)
    assert answer.status_code == 302
    stored = item_row(app, "_annonse")
    assert (stored.lifetime, stored.revision, stored.changed_by) == (
        "P2Y",
        2,
        "marketing@example.no",
    )


def test_the_catalogue_shows_the_lifetime_in_words(
    client: FlaskClient, marketing: AuthActions
) -> None:
    page = client.get(f"/admin/{SITE}/").text
    assert "13 måneder" in page
    assert "90 dager" in page
    assert "til du lukker nettleseren" in page


def test_a_new_item_belongs_to_its_service(app: Flask, marketing: AuthActions) -> None:
    path = f"/admin/{SITE}/services/annonse/items/new"
    answer = marketing.post(path, item_fields(name="_ny", lifetime="session"))
    assert answer.status_code == 302
    with app.app_context():
        row = db.session.query(StorageItem).filter_by(name="_ny").one()
        assert (row.service.service_id, row.lifetime) == ("annonse", "session")


def test_removing_asks_first(app: Flask, client: FlaskClient, marketing: AuthActions) -> None:
    row = item_row(app, "_annonse")
    path = f"/admin/{SITE}/items/{row.row_id}/remove"
    assert "_annonse" in client.get(path).text
    assert item_row(app, "_annonse").name == "_annonse"
    assert marketing.post(path, {}).status_code == 302
    assert client.get(path).status_code == 404


def test_an_item_of_another_site_is_not_found(app: Flask, marketing: AuthActions) -> None:
    row = item_row(app, "_annonse")
    assert marketing.client.get(f"/admin/annen-butikk/items/{row.row_id}").status_code == 404
