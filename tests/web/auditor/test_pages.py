# SPDX-License-Identifier: Apache-2.0
"""The pages of the audit room: who may see them, what they say, what they do with bad input."""

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from cmp import clock
from cmp.i18n.date import ZONE
from cmp.i18n.text import LANGUAGES, texts
from cmp.ledger.models import Checkpoint, Record
from cmp.sites.models import Notice
from cmp.web.frame.database import db, writing
from cmp.web.frame.platform import EXTENSION
from tests.factories import SITE
from tests.records import store
from tests.web.conftest import AuthActions

LIST = f"/audit/{SITE}/"


def _page(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return html.unescape(answer.text)


def _listed(page: str) -> list[str]:
    """The ids of the records on a page of the list, in its order."""
    return re.findall(rf'href="{LIST}records/([0-9a-f-]+)"', page)


def _paths(kept: list[str]) -> list[str]:
    return ["/audit/", LIST, f"{LIST}records/{kept[0]}", f"{LIST}log", f"{LIST}downloads"]


def test_marketing_is_kept_out_and_strangers_are_asked_to_log_in(
    client: FlaskClient, auth: AuthActions, kept: list[str]
) -> None:
    for path in _paths(kept):
        assert client.get(path).headers["Location"].startswith("/login?next="), path
    auth.login("marketing")
    for path in _paths(kept):
        assert client.get(path).status_code == 403, path


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_is_whole_in_every_language(
    client: FlaskClient, auditor: AuthActions, kept: list[str], lang: str
) -> None:
    auditor.post("/account/language", {"lang": lang}, page="/audit/")
    for path in _paths(kept):
        page = _page(client, path)
        assert f'<html lang="{lang}">' in page
        assert page.count("<h1>") == 1
        assert "{" not in re.sub(r"<pre.*?</pre>", "", page, flags=re.S), path


def test_the_languages_have_the_same_texts() -> None:
    def shape(lang: str) -> dict[str, list[str]]:
        return {k: sorted(re.findall(r"\{\w+\}", v)) for k, v in texts("audit", lang).items()}

    assert shape("nb") == shape("nn") == shape("en")
    assert all(text for lang in LANGUAGES for text in texts("audit", lang).values())


def test_the_overview_counts_and_names_the_signed_root(
    app: Flask, client: FlaskClient, auditor: AuthActions, kept: list[str]
) -> None:
    page = _page(client, "/audit/")
    with app.app_context():
        note = db.session.scalars(select(Checkpoint).order_by(Checkpoint.size.desc())).first()
    assert note is not None
    assert re.search(r'data-label="Svar" class="figure">4<', page)
    assert re.search(rf'data-label="Blader i treet" class="figure">{note.size}<', page)
    assert note.root.hex()[:16] in page


def test_the_log_page_shows_the_key_and_the_note(
    client: FlaskClient, auditor: AuthActions, kept: list[str]
) -> None:
    keys = client.get("/.well-known/kvitt-keys.txt").text.strip()
    note = client.get(f"/log/{SITE}/{clock.now().year}/checkpoint").text
    page = _page(client, f"{LIST}log")
    assert keys in page
    assert note.strip() in page


def test_the_list_is_newest_first_in_words(
    client: FlaskClient, auditor: AuthActions, kept: list[str]
) -> None:
    page = _page(client, LIST)
    assert _listed(page) == kept[::-1]
    assert "4 svar i alt." in page
    for words in ("Trukket tilbake", "Avviste alle", texts("audit", "nb")["state.partial"]):
        assert words in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("method=reject_all", [0]),
        ("category=marketing", [1]),
        ("category=analytics", [2, 1]),
        ("category=analytics&method=save_custom", [2]),
        ("method=import", []),
        ("since=2001-01-01&until=2001-12-31", []),
        ("since=2001-01-01", [3, 2, 1, 0]),
        ("since=&until=&method=&category=", [3, 2, 1, 0]),
    ],
)
def test_filters(
    client: FlaskClient, auditor: AuthActions, kept: list[str], query: str, expected: list[int]
) -> None:
    assert _listed(_page(client, f"{LIST}?{query}")) == [kept[n] for n in expected]


def test_days_are_days_in_oslo(
    app: Flask, client: FlaskClient, auditor: AuthActions, kept: list[str]
) -> None:
    # 23:30 UTC on the 23rd is the 24th in Oslo, winter or summer.
    moment = clock.now().replace(month=6, day=23, hour=23, minute=30)
    with app.app_context(), writing() as rows:
        rows.execute(update(Record).values(decided_at=moment))
    day = moment.astimezone(ZONE).date()
    assert day.day == 24
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    assert len(_listed(_page(client, f"{LIST}?since={day}&until={day}"))) == 4
    assert _listed(_page(client, f"{LIST}?until={before}")) == []
    assert _listed(_page(client, f"{LIST}?since={after}")) == []


def test_pages_lead_on_and_back_without_losing_the_filter(
    app: Flask, client: FlaskClient, auditor: AuthActions, notice: Notice
) -> None:
    ids = store(app.extensions[EXTENSION].recorder, notice, ["refused"] * 120)[::-1]
    seen, path, firsts = [], f"{LIST}?method=reject_all", []
    while path:
        page = _page(client, path)
        seen += _listed(page)
        firsts.append(_listed(page)[0])
        found = re.search(r'rel="next" href="([^"]+)"', page)
        path = found[1] if found else ""
        assert not path or "method=reject_all" in path
        # The id of a record opens its receipt: it stands in no query.
        assert not any(each in path for each in ids)
    assert seen == ids
    assert firsts == [ids[0], ids[50], ids[100]]
    back = re.search(r'rel="prev" href="([^"]+)"', page)
    assert back is not None
    assert _listed(_page(client, back[1])) == ids[50:100]


def test_a_record_says_what_was_chosen_and_where_it_stands(
    client: FlaskClient, auditor: AuthActions, kept: list[str], notice: Notice
) -> None:
    page = _page(client, f"{LIST}records/{kept[2]}")
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert texts("audit", "nb")["state.partial"] in text
    assert "Statistikk Ja Maling: Ja" in text
    assert "Annonse: Nei" in text
    assert f'href="/v1/sites/{SITE}/notices/{notice.sha256}"' in page
    assert f"/v1/receipts/{kept[2]}" in page
    assert f'href="{LIST}records/{kept[1]}"' in page
    assert "cmp.leaf/v1\nconsent\n" in page
    assert "Stemmer med svaret slik det er lagret" in page
    assert "kvitt log verify" in page
    assert "Nettleseren ba om ikke å bli sporet" in page


def test_a_changed_record_is_pointed_out(
    app: Flask, client: FlaskClient, auditor: AuthActions, kept: list[str]
) -> None:
    with app.app_context(), writing() as rows:
        row = rows.get_one(Record, kept[0])
        row.body = row.body.replace('"refused"', '"given"')
    page = _page(client, f"{LIST}records/{kept[0]}")
    assert "Det er endret etter at det ble skrevet" in page
    assert "Stemmer ikke" in page
    assert "Det er endret" not in _page(client, f"{LIST}records/{kept[1]}")


def test_a_record_that_no_checkpoint_covers_says_so(
    app: Flask, client: FlaskClient, auditor: AuthActions, kept: list[str]
) -> None:
    app.extensions[EXTENSION].recorder.checkpoints.stop()
    with app.app_context(), writing() as rows:
        rows.execute(delete(Checkpoint))
    assert "Ikke signert ennå" in _page(client, f"{LIST}records/{kept[0]}")
    assert "Ikke signert ennå" in _page(client, "/audit/")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=i går", "since"),
        ("since=2026-02-30", "since"),
        ("since=20260101", "since"),
        ("since=0001-01-01", "since"),
        ("until=9999-12-31", "until"),
        ("until=2026-1-1", "until"),
        ("until=%00", "until"),
        ("until=٢٠٢٦-٠١-٠١", "until"),
        ("since=2026-05-02&until=2026-05-01", "until"),
        ("method=hoppet_over", "method"),
        ("method=%00", "method"),
        ("category=necessary", "category"),
        ("category=%25", "category"),
        ("category=<script>", "category"),
        (f"category={'x' * 10_000}", "category"),
    ],
)
def test_a_bad_filter_gets_a_message_at_its_field(
    client: FlaskClient, auditor: AuthActions, kept: list[str], query: str, field: str
) -> None:
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 422
    assert re.search(rf'id="{field}"[^>]*aria-describedby="{field}-problem"', answer.text)
    assert f'<p class="problem" id="{field}-problem">' in answer.text
    assert _listed(answer.text) == []
    assert "<script>" not in answer.text.replace("</script>", "")


@pytest.mark.parametrize(
    "path",
    [
        "/audit/finnes-ikke/",
        "/audit/%00/",
        "/audit/Stor/",
        f"{LIST}records/finnes-ikke",
        f"{LIST}records/%00",
        f"{LIST}records/00000000-0000-7000-8000-000000000000",
        "/audit/finnes-ikke/log",
        "/audit/finnes-ikke/downloads",
        f"{LIST}?older=tull",
        f"{LIST}?newer=1-",
        f"{LIST}?older=99999999999999999999-1",
    ],
)
def test_what_does_not_exist_is_404(client: FlaskClient, auditor: AuthActions, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_record_of_another_site_is_not_found(
    client: FlaskClient, auditor: AuthActions, kept: list[str]
) -> None:
    assert client.get(f"/audit/annen-butikk/records/{kept[0]}").status_code == 404


def test_places_at_the_edges_of_time_are_empty_pages(
    client: FlaskClient, auditor: AuthActions, kept: list[str]
) -> None:
    assert _listed(_page(client, f"{LIST}?older=0-0")) == []
    assert _listed(_page(client, f"{LIST}?newer=9999999999999999-999999999999999")) == []
