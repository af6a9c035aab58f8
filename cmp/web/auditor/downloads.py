# SPDX-License-Identifier: Apache-2.0
"""Downloading records, streamed and noted in the trail first; and the downloads so far."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from flask import Response, abort, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from cmp import clock
from cmp.i18n.text import texts
from cmp.ledger.downloads import downloads as downloads_of
from cmp.ledger.downloads import note_download
from cmp.ledger.export import json_lines
from cmp.ledger.selection import Selection
from cmp.ledger.table import COLUMNS, LAST_COLUMNS, Asked, csv_table
from cmp.sites.asked import AskedSoFar, asked_so_far
from cmp.web.auditor.asked_for import wanted
from cmp.web.auditor.records import list_page
from cmp.web.auditor.site import site_named
from cmp.web.auditor.words import audit_word
from cmp.web.frame.database import db, reading, writing
from cmp.web.frame.pages import page_language, t
from cmp.web.frame.platform import platform
from cmp.web.frame.security import person

__all__ = ["download", "downloads"]

MEDIA_TYPES: Mapping[str, str] = {"csv": "text/csv", "jsonl": "application/jsonl"}
# Spreadsheets set up for Norwegian split at semicolons, for there the comma is in the numbers.
SEPARATORS: Mapping[str, str] = {"nb": ";", "nn": ";", "en": ","}


def downloads(site: str) -> str:
    """Who has downloaded which records of a site."""
    row = site_named(site)
    return render_template(
        "auditor/downloads.html", site=row, downloads=downloads_of(reading(), site)
    )


def download(site: str) -> AnyResponse | str:
    """Stream the records that fit the filters. The trail knows of it before the first byte."""
    site_named(site)
    form, asked = request.form.get("form", ""), asked_so_far(reading(), site)
    chosen = wanted(request.form, site, asked.switches)
    if chosen.selection is None:
        return list_page(site, chosen)
    if form not in MEDIA_TYPES:
        abort(400)
    at = clock.now()
    # A session of its own: it lives as long as the bytes are being sent, and longer than the view.
    session = Session(db.engine)
    try:
        pieces = _PIECES[form](session, chosen.selection, asked, at)
        with writing() as rows:
            note_download(rows, chosen.selection, form, at=at, actor=_actor())
    except BaseException:
        session.close()
        raise
    return _attachment(pieces, session, f"kvitt-{site}-{at:%Y%m%dT%H%M%SZ}.{form}", form)


def _attachment(pieces: Iterator[bytes], session: Session, name: str, form: str) -> Response:
    answer = Response(pieces, content_type=f"{MEDIA_TYPES[form]}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    answer.call_on_close(session.close)
    return answer


def _csv(
    session: Session, selection: Selection, asked: AskedSoFar, at: datetime
) -> Iterator[bytes]:
    lang = page_language()
    words = texts("audit", lang)
    return csv_table(
        session,
        selection,
        asked=Asked(
            {p: t("column.category", name=audit_word("category", p)) for p in asked.purposes},
            {each: t("column.service", name=each) for each in asked.services},
        ),
        labels={name: words[f"column.{name}"] for name in (*COLUMNS, *LAST_COLUMNS)},
        separator=SEPARATORS[lang],
    )


def _json_lines(
    session: Session, selection: Selection, asked: AskedSoFar, at: datetime
) -> Iterator[bytes]:
    return json_lines(session, selection, keys=platform().keys, at=at)


_PIECES = {"csv": _csv, "jsonl": _json_lines}


def _actor() -> str:
    someone = person()
    if someone is None:
        raise AssertionError("the guard lets nobody in who is not logged in")
    return someone.email
