# SPDX-License-Identifier: Apache-2.0
"""Adding, editing and removing a storage item of a service."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cmp import clock
from cmp.catalog import verbs
from cmp.catalog.models import Service, StorageItem
from cmp.catalog.reads import find_item, find_service
from cmp.catalog.verbs import BadFacts
from cmp.errors import Conflict
from cmp.sites.publish import find_site
from cmp.web.frame.database import reading, writing
from cmp.web.frame.pages import page_language, t
from cmp.web.marketing import item_form
from cmp.web.marketing.meanwhile import Meanwhile, meanwhile
from cmp.web.marketing.typed import Typed
from cmp.web.marketing.who import actor, revision

__all__ = ["item", "item_new", "item_remove"]


def item_new(site: str, service_id: str) -> Response | str:
    """Add a storage item to a service."""
    service = find_service(reading(), site, service_id)
    if request.method != "POST":
        return _form(site, service, Typed(item_form.empty(service)))
    facts, typed = item_form.decode(request.form)
    if typed.problems:
        return make_response(_form(site, service, typed), 422)
    try:
        with writing() as rows:
            service = find_service(rows, site, service_id)
            verbs.add_item(rows, service, facts, at=clock.now(), actor=actor())
    except BadFacts as bad:
        return make_response(_form(site, service, Typed(typed.values, bad.problems)), 422)
    return _done(site, service_id, t("item.added", name=facts.name))


def item(site: str, row_id: int) -> Response | str:
    """Edit a storage item."""
    row = find_item(reading(), site, row_id)
    if request.method != "POST":
        return _form(site, row.service, Typed(item_form.shown(row, page_language())), row)
    facts, typed = item_form.decode(request.form)
    if typed.problems:
        return make_response(_form(site, row.service, typed, row, revision()), 422)
    try:
        with writing() as rows:
            row = find_item(rows, site, row_id)
            verbs.edit_item(rows, row, facts, revision=revision(), at=clock.now(), actor=actor())
            service_id = row.service.service_id
    except BadFacts as bad:
        again = Typed(typed.values, bad.problems)
        return make_response(_form(site, row.service, again, row, revision()), 422)
    except Conflict:
        return make_response(_both(site, row_id, typed), 409)
    return _done(site, service_id, t("saved", name=facts.name))


def _both(site: str, row_id: int, typed: Typed) -> str:
    """The form with what was typed, and beside it what somebody else has stored meanwhile."""
    row = find_item(reading(), site, row_id)
    other = meanwhile(row, item_form.shown(row, page_language()), typed.values)
    return _form(site, row.service, typed, row, row.revision, other)


def _form(
    site: str,
    service: Service,
    typed: Typed,
    row: StorageItem | None = None,
    seen: int | None = None,
    other: Meanwhile | None = None,
) -> str:
    return render_template(
        "marketing/item.html",
        site=find_site(reading(), site),
        service=service,
        row=row,
        typed=typed,
        revision=seen if seen is not None else row.revision if row else 0,
        meanwhile=other,
    )


def _done(site: str, service_id: str, words: str) -> Response:
    flash(words, "done")
    return redirect(url_for("marketing.service", site=site, service_id=service_id))


def item_remove(site: str, row_id: int) -> Response | str:
    """Ask once, then remove a storage item."""
    row = find_item(reading(), site, row_id)
    name, service_id = row.name, row.service.service_id
    if request.method != "POST":
        return render_template(
            "marketing/remove.html", site=find_site(reading(), site), service=row.service, item=row
        )
    with writing() as rows:
        verbs.remove_item(rows, find_item(rows, site, row_id), at=clock.now(), actor=actor())
    return _done(site, service_id, t("removed", name=name))
