# SPDX-License-Identifier: Apache-2.0
"""What no field takes: a message at the field, what was typed is kept, nothing is stored."""

import html
import re
from urllib.parse import quote

import pytest
from flask import Flask

from tests.factories import SITE
from tests.web.conftest import AuthActions
from tests.web.marketing.rows import everything, item_fields, item_row, service_fields

BAD = {
    "NUL byte": ("Måling\0her", "tegn som ikke vises"),
    "control character": ("Måling\x1b[31m", "tegn som ikke vises"),
    "bidi override": ("Måling \u202egpj.exe", "tegn som ikke vises"),
    "bidi isolate": ("Måling \u2066x\u2069", "tegn som ikke vises"),
    "zero width": ("Mål\u200bing", "tegn som ikke vises"),
    "private use": ("Måling \ue000", "tegn som ikke vises"),
    "HTML": ("<img src=x onerror=alert(1)>", "ikke HTML"),
    "end tag": ("a</script>b", "ikke HTML"),
    "formula": ('=HYPERLINK("https://evil.example")', "regneark leser det"),
    "plus formula": ("+cmd|' /C calc'!A0", "regneark leser det"),
    "at formula": ("@SUM(1)", "regneark leser det"),
    "minus formula": ("-2+3", "regneark leser det"),
    "10,000 characters": ("x" * 10_000, "Teksten er for lang"),
}
SERVICE_PROSE = ("name", "provider", "description.nb", "description.en", "necessity.nb")
ITEM_PROSE = ("purpose.nb", "purpose.nn", "source")
SETTINGS_PROSE = ("name", "controller_name", "controller_address", "dpo_name", "authority_name")


def _refused(app: Flask, auth: AuthActions, path: str, fields: dict[str, str], field: str) -> str:
    """Post, and return the message at `field`. The page keeps the text, the database its rows."""
    before = everything(app)
    answer = auth.post(path, fields)
    assert answer.status_code == 422, answer.status_code
    assert everything(app) == before
    tagged = rf'id="{re.escape(field)}"[^>]*aria-describedby="{re.escape(field)}-problem[ "]'
    assert re.search(tagged, answer.text), "the field does not point to its message"
    message = re.search(rf'<p class="problem" id="{re.escape(field)}-problem">([^<]+)', answer.text)
    assert message is not None
    kept = html.escape(fields[field], quote=False).replace("\r", "").replace("\0", "")[:40]
    assert kept in html.escape(html.unescape(answer.text), quote=False).replace("\0", "")
    return html.unescape(message[1])


def _refused_all(
    app: Flask, auth: AuthActions, path: str, fields: dict[str, str], field: str
) -> None:
    for kind, (text, message) in BAD.items():
        assert message in _refused(app, auth, path, fields | {field: text}, field), kind


@pytest.mark.parametrize("field", SERVICE_PROSE)
def test_a_service_refuses(app: Flask, marketing: AuthActions, field: str) -> None:
    fields = service_fields(category="necessary", **{"necessity.nb": "Fordi."})
    path = f"/admin/{SITE}/services/new"
    _refused_all(app, marketing, path, fields, field)


@pytest.mark.parametrize("field", ITEM_PROSE)
def test_an_item_refuses(app: Flask, marketing: AuthActions, field: str) -> None:
    path = f"/admin/{SITE}/items/{item_row(app, '_annonse').row_id}"
    _refused_all(app, marketing, path, item_fields(revision="1"), field)


@pytest.mark.parametrize("field", SETTINGS_PROSE)
def test_settings_refuse(app: Flask, marketing: AuthActions, field: str) -> None:
    fields = _settings(dpo_name="Ombudet")
    _refused_all(app, marketing, f"/admin/{SITE}/settings", fields, field)


def _settings(**other: str) -> dict[str, str]:
    fields = {
        "state": "",
        "name": "Prøvebutikken",
        "origins": "https://www.example.no",
        "default_language": "nb",
        "mode": "strict",
        "language.nb": "yes",
        "controller_name": "Prøvebutikken",
        "controller_address": "Prøveveien 1",
        "controller_email": "personvern@example.no",
        "policy.nb": "https://www.example.no/personvern",
    }
    return fields | other


SERVICE_FIELDS = [
    ("service_id", "Æ Ø", "små bokstaver"),
    ("country", "Norge", "to bokstaver"),
    ("country", "<b>", "to bokstaver"),
    ("policy_url", "javascript:alert(1)", "en hel adresse"),
    ("policy_url", "https://x/" + "y" * 10_000, "en hel adresse"),
    ("hosts", "ikke et vertsnavn", "ikke et vertsnavn"),
    ("hosts", "google.com", "brukes av mange"),
    ("hosts", "x.example.com\0", "ikke et vertsnavn"),
    ("hosts", "\U0001f36a.example.com", "ikke et vertsnavn"),
    ("paths", "www.example.com", "ikke en sti"),
    ("category", "reklame", "en av mulighetene"),
    ("role", "", "en av mulighetene"),
    ("name", "", "Fyll ut"),
    ("provider", " ", "Fyll ut"),
]


def test_a_technical_field_of_a_service_refuses(app: Flask, marketing: AuthActions) -> None:
    path, before = f"/admin/{SITE}/services/new", everything(app)
    for field, text, message in SERVICE_FIELDS:
        answer = marketing.post(path, service_fields(**{field: text}))
        assert answer.status_code == 422, (field, text)
        assert message in html.unescape(answer.text), (field, text)
        assert f'id="{field}-problem"' in answer.text, (field, text)
    assert everything(app) == before


ITEM_FIELDS = [
    ("name", "to ord", "kan ikke være navnet"),
    ("name", "kapsel\U0001f36a", "kan ikke være navnet"),
    ("name", "=1+1", "regneark"),
    ("name", "_g*", "så kort"),
    ("name", "x" * 10_000, "for lang"),
    ("lifetime", "for evig og alltid", "kan ikke leses"),
    ("lifetime", "400 years", "kan ikke leses"),
    ("lifetime", "-1 d", "kan ikke leses"),
    ("lifetime", "x" * 10_000, "kan ikke leses"),
    ("lifetime", "13 mån\0eder", "kan ikke leses"),
    ("domain", "ikke domene", "ikke et domene"),
    ("technology", "eple", "en av mulighetene"),
    ("party", "andre", "en av mulighetene"),
]


def test_a_technical_field_of_an_item_refuses(app: Flask, marketing: AuthActions) -> None:
    path, before = f"/admin/{SITE}/services/annonse/items/new", everything(app)
    for field, text, message in ITEM_FIELDS:
        answer = marketing.post(path, item_fields(**{"name": "_ny", field: text}))
        assert answer.status_code == 422, (field, text)
        assert message in html.unescape(answer.text), (field, text)
        assert f'id="{field}-problem"' in answer.text, (field, text)
    assert everything(app) == before


def test_a_pixel_is_never_necessary(app: Flask, marketing: AuthActions) -> None:
    path = f"/admin/{SITE}/services/betaling/items/new"
    fields = item_fields(name="px", technology="pixel", category="necessary")
    assert "aldri være nødvendig" in _refused(app, marketing, path, fields, "category")


def test_necessary_needs_a_reason(app: Flask, marketing: AuthActions) -> None:
    fields = service_fields(category="necessary")
    answer = marketing.post(f"/admin/{SITE}/services/new", fields)
    assert answer.status_code == 422
    assert "må ha en begrunnelse" in answer.text


@pytest.mark.parametrize("field", ["name", "purpose.nb", "lifetime"])
def test_a_lone_surrogate_is_unreadable(app: Flask, marketing: AuthActions, field: str) -> None:
    """UTF-8 cannot hold one; what arrives are three bytes that are no character."""
    path = f"/admin/{SITE}/services/annonse/items/new"
    token, before = marketing.token(path), everything(app)
    fields = item_fields(name="_ny", csrf_token=token)
    pairs = [f"{quote(k)}={quote(v)}" for k, v in fields.items() if k != field]
    answer = marketing.client.post(
        path,
        data="&".join([*pairs, f"{quote(field)}=a%ED%A0%80b"]),
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 422
    assert "tegn som ikke kan leses" in answer.text
    assert everything(app) == before


def test_four_byte_characters_are_text_like_any_other(app: Flask, marketing: AuthActions) -> None:
    """They are refused where only ASCII can be; in prose they are stored as they are."""
    text = "Teller besøk 🍪 og 𠜎."
    path = f"/admin/{SITE}/services/annonse/items/new"
    answer = marketing.post(path, item_fields(name="_ny", **{"purpose.nb": text}))
    assert answer.status_code == 302
    assert item_row(app, "_ny").purpose["nb"] == text
    assert text in marketing.client.get(f"/admin/{SITE}/items/{item_row(app, '_ny').row_id}").text


@pytest.mark.parametrize("key", ["body.purposes", "accept", "title"])
def test_a_banner_text_refuses(app: Flask, marketing: AuthActions, key: str) -> None:
    _refused_all(app, marketing, f"/admin/{SITE}/texts/nb", {"state": ""}, key)


def test_a_banner_text_keeps_exactly_its_placeholders(app: Flask, marketing: AuthActions) -> None:
    path = f"/admin/{SITE}/texts/nb"
    bad = ("Uten felt", "{site} {x}", "{site.__class__}", "{site:>99999999}", "{site!r}", "{")
    for text in bad:
        message = _refused(app, marketing, path, {"state": "", "title": text}, "title")
        assert "{site}" in message, text


SETTINGS_FIELDS = [
    ("origins", "https://www.example.no/sti"),
    ("origins", "www.example.no"),
    ("origins", ""),
    ("origins", "https://[x"),
    ("controller_email", "ikke en adresse"),
    ("authority_url", "ftp://example.no"),
    ("policy.nb", ""),
    ("policy.nb", "javascript:alert(1)"),
    ("default_language", "en"),
    ("default_language", "tlh"),
    ("mode", "usynlig"),
]


def test_a_technical_setting_refuses(app: Flask, marketing: AuthActions) -> None:
    path = f"/admin/{SITE}/settings"
    for field, text in SETTINGS_FIELDS:
        _refused(app, marketing, path, _settings(**{field: text}), field)


def test_a_search_takes_anything(marketing: AuthActions) -> None:
    for words in ("\0", "%", "_", "'; drop table service; --", "x" * 10_000, "🍪"):
        answer = marketing.client.get(f"/admin/{SITE}/", query_string={"q": words})
        assert answer.status_code == 200, words


def test_a_search_sign_is_no_wildcard(marketing: AuthActions) -> None:
    page = marketing.client.get(f"/admin/{SITE}/", query_string={"q": "%"}).text
    assert "Ingenting passer" in page
