# SPDX-License-Identifier: Apache-2.0
"""Two people at one entry: the second sees both states and decides; nothing is overwritten."""

from flask import Flask

from tests.factories import SITE
from tests.web.conftest import AuthActions
from tests.web.marketing.rows import everything, item_fields, item_row, service_fields, service_row


def test_an_item_changed_meanwhile_is_shown_beside_what_was_typed(
    app: Flask, marketing: AuthActions
) -> None:
    path = f"/admin/{SITE}/items/{item_row(app, '_annonse').row_id}"
    marketing.post(path, item_fields(revision="1", lifetime="30 dager"))
    before = everything(app)
    late = marketing.post(path, item_fields(revision="1", lifetime="2 år"))
    assert late.status_code == 409
    assert everything(app) == before
    assert "30 dager" in late.text
    assert 'value="2 år"' in late.text
    assert "marketing@example.no" in late.text
    assert 'name="revision" value="2"' in late.text
    assert marketing.post(path, item_fields(revision="2", lifetime="2 år")).status_code == 302
    assert item_row(app, "_annonse").lifetime == "P2Y"


def test_a_service_changed_meanwhile_likewise(app: Flask, marketing: AuthActions) -> None:
    path = f"/admin/{SITE}/services/annonse"
    marketing.post(path, service_fields(revision="1", name="Først"))
    late = marketing.post(path, service_fields(revision="1", name="Sist"))
    assert late.status_code == 409
    assert "Først" in late.text
    assert 'value="Sist"' in late.text
    assert service_row(app, "annonse").name == "Først"


def test_settings_changed_meanwhile_likewise(app: Flask, marketing: AuthActions) -> None:
    path = f"/admin/{SITE}/settings"
    page = marketing.client.get(path).text
    state = page.partition('name="state" value="')[2].partition('"')[0]
    fields = {
        "state": state,
        "name": "Ny butikk",
        "origins": "https://www.example.no",
        "default_language": "nb",
        "mode": "strict",
        "language.nb": "yes",
        "controller_name": "Prøvebutikken",
        "controller_address": "Prøveveien 1",
        "controller_email": "personvern@example.no",
        "policy.nb": "https://www.example.no/personvern",
    }
    assert marketing.post(path, fields).status_code == 302
    before = everything(app)
    late = marketing.post(path, fields | {"name": "Enda en"})
    assert late.status_code == 409
    assert everything(app) == before
    assert "Ny butikk" in late.text
    assert 'value="Enda en"' in late.text


def test_a_form_without_a_revision_overwrites_nothing(app: Flask, marketing: AuthActions) -> None:
    path = f"/admin/{SITE}/services/annonse"
    fields = service_fields()
    del fields["revision"]
    assert marketing.post(path, fields).status_code == 409
    assert service_row(app, "annonse").revision == 1
