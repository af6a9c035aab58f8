# SPDX-License-Identifier: Apache-2.0
"""The records of a site, filtered and a page at a time; and one of them with its proof."""

import json
import re

import msgspec
from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from cmp.clock import from_rfc3339
from cmp.errors import NotFound
from cmp.ledger.records import METHODS, Facts, Page, Position, Totals, facts, find, totals
from cmp.proof.keys import vkey
from cmp.sites.asked import asked_so_far
from cmp.sites.models import Notice
from cmp.sites.notice import NoticeBody
from cmp.web.auditor.asked_for import Wanted, place_in, place_of, wanted
from cmp.web.auditor.site import site_named
from cmp.web.frame.database import reading
from cmp.web.frame.pages import t
from cmp.web.frame.platform import platform

__all__ = ["list_page", "record", "records"]

_RECORD_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def records(site: str) -> Response | str:
    """The records of a site that fit the filters, newest first."""
    site_named(site)
    older, newer = _place("older"), _place("newer")
    asked = wanted(request.args, site, asked_so_far(reading(), site).switches)
    return list_page(site, asked, older=older, newer=newer)


def _place(name: str) -> Position | None:
    text = request.args.get(name, "")
    place = place_in(text)
    if text and place is None:
        raise NotFound("There is no such page of records.", now="Begin with the newest.")
    return place


def list_page(
    site: str, asked: Wanted, *, older: Position | None = None, newer: Position | None = None
) -> Response | str:
    """Return the list for `asked`; 422 with a message at each field that is wrong, and no list."""
    rows, chosen = reading(), asked.selection
    page, counted = Page((), None, None), Totals(0, {}, {})
    if chosen is not None:
        page = find(rows, chosen, older_than=older, newer_than=newer)
        counted = totals(rows, chosen)
    text = render_template(
        "auditor/records.html",
        site=site_named(site),
        asked=asked,
        filters={name: value for name, value in asked.values.items() if value},
        problems={name: t(key) for name, key in asked.problems.items()},
        methods=METHODS,
        switches=asked_so_far(rows, site).switches,
        page=page,
        older=place_of(page.older),
        newer=place_of(page.newer),
        totals=counted,
    )
    return make_response(text, 422) if asked.problems else text


def record(site: str, record_id: str) -> str:
    """One record: what was answered to which notice, where it stands in the log, how to check."""
    row = site_named(site)
    found = facts(reading(), site, record_id) if _RECORD_ID.fullmatch(record_id) else None
    if found is None:
        raise NotFound("This site has no such record.", now="It may have been erased.")
    event = found.record["event"]
    return render_template(
        "auditor/record.html",
        site=row,
        facts=found,
        record=found.record,
        notice=_notice(found),
        decided_at=from_rfc3339(event["time"]),
        valid_until=from_rfc3339(event["valid_until"]),
        whole=json.dumps(found.record, indent=2, ensure_ascii=False, sort_keys=True),
        base=platform().settings.public_url,
        vkey=_vkey(found),
    )


def _notice(found: Facts) -> NoticeBody:
    """The notice that the record names; a record is never stored without it."""
    body: NoticeBody = msgspec.json.decode(
        reading().get_one(Notice, found.record["notice"]["sha256"]).body
    )
    return body


def _vkey(found: Facts) -> str:
    return vkey(found.origin, platform().keys.log_key(found.site, found.year).public_key())
