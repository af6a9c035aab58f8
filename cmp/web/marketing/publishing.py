# SPDX-License-Identifier: Apache-2.0
"""Publishing a site's draft, after showing in words what will change; and the snippet to paste."""

import hashlib

import msgspec
from flask import abort, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cmp import clock
from cmp.i18n.text import LANGUAGES
from cmp.proof.canonical import canonical
from cmp.rules.csp import snippet as snippet_of
from cmp.sites import publish as sites
from cmp.sites.difference import Change, changes
from cmp.sites.models import Site
from cmp.web.frame.database import reading, writing
from cmp.web.frame.pages import t
from cmp.web.frame.platform import platform
from cmp.web.marketing.who import actor

__all__ = ["publishing", "snippet"]

# What differs between two drafts of the same catalogue.
OF_THE_MOMENT = ("valid_from", "version")


def publishing(site: str) -> Response | str:
    """What publishing would change, and the button that does it."""
    if request.method != "POST":
        return _page(site)
    missing = _missing(sites.find_site(reading(), site))
    if missing:
        return make_response(_page(site), 422)
    with writing() as rows:
        row = sites.find_site(rows, site)
        if _looked_at(rows, row) != request.form.get("draft"):
            abort(409)
        notice = sites.publish(
            rows,
            site,
            at=clock.now(),
            actor=actor(),
            keys=platform().keys,
            public_url=platform().settings.public_url,
        )
        version = notice.version
    flash(t("publish.done", version=version), "done")
    return redirect(url_for("marketing.publishing", site=site))


def _page(site: str) -> str:
    rows = reading()
    row = sites.find_site(rows, site)
    found = _changes(rows, row)
    return render_template(
        "marketing/publish.html",
        site=row,
        notice=sites.notice_in_force(rows, row),
        changes=found,
        material=any(change.material for change in found),
        missing=_missing(row),
        draft=_looked_at(rows, row),
    )


def _changes(rows: Session, row: Site) -> list[Change]:
    previous = sites.notice_in_force(rows, row)
    after, _ = sites.draft(rows, row, at=clock.now())
    return changes(msgspec.json.decode(previous.body) if previous else None, after)


def _looked_at(rows: Session, row: Site) -> str:
    """The hash of the draft: what is published is what was on the page, or nothing."""
    body, _ = sites.draft(rows, row, at=clock.now())
    lasting = {name: value for name, value in body.items() if name not in OF_THE_MOMENT}
    return hashlib.sha256(canonical(lasting)).hexdigest()


def _missing(row: Site) -> list[str]:
    """The fields of the settings that a notice cannot do without and that are empty."""
    controller = (row.identity.get("controllers") or [{}])[0]
    missing = [
        f"controller_{member}"
        for member in ("name", "address", "email")
        if not controller.get(member)
    ]
    has_policy = row.identity.get("policy", {}).get("url")
    return missing if has_policy else [*missing, f"policy.{row.default_language}"]


def snippet(site: str) -> str:
    """What the shop pastes first into each head, and where the public cookie list is."""
    row = sites.find_site(reading(), site)
    notice = sites.notice_in_force(reading(), row)
    base = platform().settings.public_url
    # The notice in force says how pages block, not the draft: its script is what they load.
    body = msgspec.json.decode(notice.body) if notice else {}
    html = snippet_of(body, base, body["mode"]) if body else ""
    lists = {lang: f"{base}/v1/sites/{row.key}/cookies?lang={lang}" for lang in LANGUAGES}
    return render_template(
        "marketing/snippet.html",
        site=row,
        html=html,
        lists={lang: url for lang, url in lists.items() if lang in row.languages},
    )
