# SPDX-License-Identifier: Apache-2.0
"""Publishing from the workbench: what it says beforehand, and what it does."""

import re

from flask import Flask
from sqlalchemy import func, select

from cmp.sites.models import Notice, Site
from cmp.web.frame.database import db
from tests.factories import SITE
from tests.web.conftest import AuthActions
from tests.web.marketing.rows import item_fields, item_row, service_fields

PUBLISH = f"/admin/{SITE}/publish"


def _draft(auth: AuthActions) -> str:
    found = re.search(r'name="draft" value="(\w+)"', auth.client.get(PUBLISH).text)
    return found[1] if found else ""


def _notices(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Notice)) or 0


def test_without_changes_there_is_nothing_to_publish(marketing: AuthActions) -> None:
    page = marketing.client.get(PUBLISH).text
    assert "Ingenting er endret" in page
    assert "Publiser nå" not in page


def test_another_lifetime_is_told_in_words_and_asks_again(
    app: Flask, marketing: AuthActions
) -> None:
    path = f"/admin/{SITE}/items/{item_row(app, '_annonse').row_id}"
    marketing.post(path, item_fields(revision="1", lifetime="13 måneder", party="first"))
    page = marketing.client.get(PUBLISH).text
    assert "Annonse, «_annonse»: varighet fra 90 dager til 13 måneder." in page
    assert "blir spurt på nytt" in page


def test_another_description_asks_nobody(app: Flask, marketing: AuthActions) -> None:
    fields = service_fields(
        revision="1",
        name="Annonse",
        provider="Annonse leverandør",
        category="marketing",
        hosts="annonse.example.com",
        policy_url="https://annonse.example.com/privacy",
    )
    marketing.post(f"/admin/{SITE}/services/annonse", fields)
    page = marketing.client.get(PUBLISH).text
    assert "beskrivelsen er skrevet om" in page
    assert "Ingen blir spurt på nytt" in page


def test_publishing_puts_the_draft_in_force(app: Flask, marketing: AuthActions) -> None:
    marketing.post(f"/admin/{SITE}/services/new", service_fields())
    answer = marketing.post(PUBLISH, {"draft": _draft(marketing)})
    assert answer.status_code == 302
    assert _notices(app) == 2
    with app.app_context():
        site = db.session.get_one(Site, SITE)
        notice = db.session.get_one(Notice, site.notice_sha256)
        assert notice.published_by == "marketing@example.no"
        assert "ny-maling" in notice.body
    assert "Ingenting er endret" in marketing.client.get(PUBLISH).text


def test_what_was_not_on_the_page_is_not_published(app: Flask, marketing: AuthActions) -> None:
    marketing.post(f"/admin/{SITE}/services/new", service_fields())
    looked_at = _draft(marketing)
    marketing.post(f"/admin/{SITE}/services/new", service_fields(name="En til"))
    assert marketing.post(PUBLISH, {"draft": looked_at}).status_code == 409
    assert _notices(app) == 1


def test_an_incomplete_site_says_what_is_missing(app: Flask, marketing: AuthActions) -> None:
    with app.app_context():
        site = db.session.get_one(Site, SITE)
        site.identity = {"controllers": [], "policy": {}}
        db.session.commit()
    page = marketing.client.get(PUBLISH).text
    assert f"/admin/{SITE}/settings#controller_name" in page
    assert marketing.post(PUBLISH, {"draft": "x"}, page="/admin/").status_code == 422
    assert _notices(app) == 1


def test_the_snippet_is_the_notices(marketing: AuthActions) -> None:
    page = marketing.client.get(f"/admin/{SITE}/snippet").text
    assert f"/k/{SITE}.js" in page
    assert f"/v1/sites/{SITE}/cookies?lang=nb" in page
    assert "<script src=&#34;https://" in page or "&lt;script" in page


def test_another_way_of_blocking_is_another_snippet_once_published(
    app: Flask, marketing: AuthActions
) -> None:
    with app.app_context():
        site = db.session.get_one(Site, SITE)
        site.mode = "edge"
        db.session.commit()
    assert "Policy fra egen tjener" in marketing.client.get(PUBLISH).text
    snippet = f"/admin/{SITE}/snippet"
    assert "Content-Security-Policy" in marketing.client.get(snippet).text
    assert marketing.post(PUBLISH, {"draft": _draft(marketing)}).status_code == 302
    assert "Content-Security-Policy" not in marketing.client.get(snippet).text
