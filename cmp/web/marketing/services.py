# SPDX-License-Identifier: Apache-2.0
"""Adding, editing and removing a service."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cmp import clock
from cmp.catalog import verbs
from cmp.catalog.models import Service
from cmp.catalog.reads import find_service
from cmp.catalog.verbs import BadFacts
from cmp.errors import Conflict
from cmp.sites.publish import find_site
from cmp.web.frame.database import reading, writing
from cmp.web.frame.pages import t
from cmp.web.marketing import service_form
from cmp.web.marketing.meanwhile import Meanwhile, meanwhile
from cmp.web.marketing.typed import Typed
from cmp.web.marketing.who import actor, revision

__all__ = ["service", "service_new", "service_remove"]


def service_new(site: str) -> Response | str:
    """Add a service by hand."""
    find_site(reading(), site)
    if request.method != "POST":
        return _form(site, Typed(service_form.empty()))
    facts, typed = service_form.decode(request.form)
    if typed.problems:
        return make_response(_form(site, typed), 422)
    try:
        with writing() as rows:
            verbs.add_service(rows, site, facts, at=clock.now(), actor=actor())
    except BadFacts as bad:
        return make_response(_form(site, Typed(typed.values, bad.problems)), 422)
    flash(t("service.added", name=facts.name), "done")
    return redirect(url_for("marketing.service", site=site, service_id=facts.service_id))


def service(site: str, service_id: str) -> Response | str:
    """A service with its storage items; edit it."""
    row = find_service(reading(), site, service_id)
    if request.method != "POST":
        return _form(site, Typed(service_form.shown(row)), row)
    facts, typed = service_form.decode(request.form, service_id)
    if typed.problems:
        return make_response(_form(site, typed, row, revision()), 422)
    try:
        with writing() as rows:
            row = find_service(rows, site, service_id)
            verbs.edit_service(rows, row, facts, revision=revision(), at=clock.now(), actor=actor())
    except Conflict:
        return make_response(_both(site, service_id, typed), 409)
    flash(t("saved", name=facts.name), "done")
    return redirect(url_for("marketing.service", site=site, service_id=service_id))


def _both(site: str, service_id: str, typed: Typed) -> str:
    """The form with what was typed, and beside it what somebody else has stored meanwhile."""
    row = find_service(reading(), site, service_id)
    other = meanwhile(row, service_form.shown(row), typed.values)
    return _form(site, typed, row, row.revision, other)


def _form(
    site: str,
    typed: Typed,
    row: Service | None = None,
    seen: int | None = None,
    other: Meanwhile | None = None,
) -> str:
    return render_template(
        "marketing/service.html",
        site=find_site(reading(), site),
        row=row,
        typed=typed,
        revision=seen if seen is not None else row.revision if row else 0,
        meanwhile=other,
    )


def service_remove(site: str, service_id: str) -> Response | str:
    """Ask once, then remove a service with all it stores."""
    row = find_service(reading(), site, service_id)
    if request.method != "POST":
        return render_template(
            "marketing/remove.html", site=find_site(reading(), site), service=row, item=None
        )
    name = row.name
    with writing() as rows:
        row = find_service(rows, site, service_id)
        verbs.remove_service(rows, row, at=clock.now(), actor=actor())
    flash(t("removed", name=name), "done")
    return redirect(url_for("marketing.catalogue", site=site))
