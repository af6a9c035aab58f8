# SPDX-License-Identifier: Apache-2.0
"""A site's settings (names, addresses, controller) and its own texts in each language."""

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cmp import clock
from cmp.errors import Conflict
from cmp.i18n.text import LANGUAGES
from cmp.sites.edit import edit_site, edit_texts, editable_texts, state_of
from cmp.sites.publish import find_site
from cmp.web.frame.database import reading, writing
from cmp.web.frame.pages import t
from cmp.web.marketing.meanwhile import Difference, differences
from cmp.web.marketing.site_form import (
    decode_settings,
    decode_texts,
    shown_settings,
    shown_texts,
)
from cmp.web.marketing.typed import Typed
from cmp.web.marketing.who import actor

__all__ = ["settings", "texts"]


def settings(site: str) -> Response | str:
    """Show and change a site's settings."""
    row = find_site(reading(), site)
    if request.method != "POST":
        return _settings_form(site, Typed(shown_settings(row)), state_of(row))
    edit, typed = decode_settings(request.form)
    seen = request.form.get("state", "")
    if typed.problems:
        return make_response(_settings_form(site, typed, seen), 422)
    try:
        with writing() as rows:
            row = find_site(rows, site)
            edit_site(rows, row, edit, seen=seen, at=clock.now(), actor=actor())
    except Conflict:
        row = find_site(reading(), site)
        both = differences(shown_settings(row), typed.values)
        return make_response(_settings_form(site, typed, state_of(row), both), 409)
    flash(t("saved", name=edit.name), "done")
    return redirect(url_for("marketing.settings", site=site))


def _settings_form(
    site: str, typed: Typed, state: str, both: list[Difference] | None = None
) -> str:
    row = find_site(reading(), site)
    return render_template(
        "marketing/settings.html", site=row, typed=typed, state=state, differences=both
    )


def texts(site: str, lang: str) -> Response | str:
    """Show and change the site's own texts of both layers in one language."""
    row = find_site(reading(), site)
    if lang not in LANGUAGES:
        abort(404)
    if request.method != "POST":
        return _texts_form(site, lang, Typed(shown_texts(row, lang)), state_of(row))
    typed, seen = decode_texts(request.form, lang), request.form.get("state", "")
    if typed.problems:
        return make_response(_texts_form(site, lang, typed, seen), 422)
    try:
        with writing() as rows:
            row = find_site(rows, site)
            edit_texts(rows, row, lang, typed.values, seen=seen, at=clock.now(), actor=actor())
    except Conflict:
        row = find_site(reading(), site)
        both = differences(shown_texts(row, lang), typed.values)
        return make_response(_texts_form(site, lang, typed, state_of(row), both), 409)
    flash(t("texts.saved"), "done")
    return redirect(url_for("marketing.texts", site=site, lang=lang))


def _texts_form(
    site: str, lang: str, typed: Typed, state: str, both: list[Difference] | None = None
) -> str:
    return render_template(
        "marketing/texts.html",
        site=find_site(reading(), site),
        typed=typed,
        state=state,
        shown_lang=lang,
        defaults=editable_texts(lang),
        differences=both,
    )
