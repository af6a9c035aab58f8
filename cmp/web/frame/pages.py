# SPDX-License-Identifier: Apache-2.0
"""What every staff page has: language, texts, navigation, dates and numbers, error pages."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from http import HTTPStatus

from babel.dates import format_datetime
from babel.numbers import format_decimal
from flask import Flask, g, make_response, render_template, request, session
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from cmp.errors import KvittError
from cmp.i18n.date import ZONE, date_in_words
from cmp.i18n.text import LANGUAGES, texts
from cmp.paths import STATIC
from cmp.web.frame.security import person

__all__ = ["attach_pages", "error_page", "page_language", "t"]

# The texts of a door, by the name of its blueprint; the frame's own stand in `login`.
AREAS = {"marketing": "admin", "auditor": "audit"}
FRAME_AREA = "login"
# How browsers name the languages we have.
NAMES = {"nb": "nb", "no": "nb", "nn": "nn", "en": "en", "en-gb": "en", "en-us": "en"}
EXPLAINED = frozenset({400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the navigation."""

    key: str
    url: str
    action: str


NAVIGATION = (
    Entry("nav.workbench", "/admin/", "catalog.read"),
    Entry("nav.audit", "/audit/", "record.read"),
)


def attach_pages(app: Flask) -> None:
    """Give the templates of `app` their functions and filters."""
    app.jinja_env.globals.update(t=t, person=person, static_url=static_url)
    app.jinja_env.filters.update(date=_date, moment=_moment, number=_number)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_context)


def _context() -> dict[str, object]:
    return {"page_language": page_language, "page_languages": LANGUAGES, "navigation": _navigation}


def page_language() -> str:
    """Return the language of this page: the account's, else the chosen one, else the browser's."""
    if "page_language" not in g:
        someone = person()
        chosen = someone.language if someone else session.get("lang", "")
        g.page_language = chosen if chosen in LANGUAGES else _browser_language()
    language: str = g.page_language
    return language


def _browser_language() -> str:
    best = request.accept_languages.best_match(list(NAMES), default="nb")
    return NAMES[best]


def t(key: str, **values: object) -> str:
    """Return a text of this door, or of the frame, in the page's language; placeholders filled.

    With a `count` of one the text `<key>.one` is taken where there is one. Raises KeyError for a
    key that neither door nor frame has.
    """
    lang, area = page_language(), AREAS.get(request.blueprint or "", FRAME_AREA)
    own = texts(area, lang)
    table = own if key in own else texts(FRAME_AREA, lang)
    one = f"{key}.one"
    found = table[one] if str(values.get("count")) == "1" and one in table else table[key]
    return found.format(**values) if values else found


def _navigation() -> Iterator[tuple[Entry, bool]]:
    """Give the lines this person may follow, each with whether the page is below it."""
    someone = person()
    for entry in NAVIGATION:
        if someone and not someone.must_change_password and someone.may(entry.action):
            yield entry, request.path.startswith(entry.url)


@cache
def static_url(name: str) -> str:
    """Return the address of a file of the pages; it changes when the file does."""
    digest = hashlib.sha256((STATIC / "pages" / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"


def _date(instant: datetime) -> str:
    return date_in_words(instant, page_language())


def _moment(instant: datetime) -> str:
    return format_datetime(instant.astimezone(ZONE), "medium", locale=page_language())


def _number(value: int) -> str:
    return format_decimal(value, locale=page_language())


def error_page(fault: Exception) -> Response:
    """Return the page for a fault that reached the door. Nothing of an unexpected one is shown."""
    status = _status(fault)
    page = render_template(
        "frame/error.html",
        status=status,
        key=status if status in EXPLAINED else (400 if status < 500 else 500),
        fault=fault if isinstance(fault, KvittError) else None,
        phrase=HTTPStatus(status).phrase,
    )
    answer = make_response(page, status)
    for name, value in fault.get_headers() if isinstance(fault, HTTPException) else ():
        if name.lower() in ("allow", "retry-after"):
            answer.headers[name] = value
    return answer


def _status(fault: Exception) -> int:
    if isinstance(fault, KvittError):
        return fault.status
    if isinstance(fault, HTTPException) and fault.code:
        return fault.code
    return 500
