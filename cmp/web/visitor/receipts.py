# SPDX-License-Identifier: Apache-2.0
"""A visitor's receipt: for programs as JWS, for verifiers as a tlog-proof, for people as a page.

The record's id is the capability: whoever has it may read the receipt, nobody can list them.
"""

import re

import msgspec
from flask import Response, render_template, request

from cmp.clock import from_rfc3339
from cmp.consent.receipt import kept_record, sign
from cmp.consent.write import Kept
from cmp.errors import NotFound
from cmp.i18n.date import date_in_words
from cmp.i18n.text import texts
from cmp.ledger.proofs import record_proof
from cmp.sites.models import Notice
from cmp.web.frame.database import reading
from cmp.web.frame.platform import platform

__all__ = ["receipt"]

JWS, PROOF, PAGE = "application/jwt", "text/plain", "text/html"
_RECORD_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def receipt(record_id: str) -> Response:
    """The receipt in the form that the caller accepts; JWS when it accepts anything."""
    if not _RECORD_ID.fullmatch(record_id):
        raise NotFound("There is no such receipt.", now="Check the address.")
    kept, site = kept_record(reading().connection(), record_id)
    answer = _FORMS[_wanted()](kept, site)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Vary"] = "Accept"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _wanted() -> str:
    """The form named by the link on the receipt's page, else the one the caller accepts."""
    named = {"jws": JWS, "proof": PROOF}.get(request.args.get("form", ""))
    return named or request.accept_mimetypes.best_match([JWS, PROOF, PAGE], default=JWS)


def _jws(kept: Kept, site: str) -> Response:
    return Response(sign(kept, site=site, keys=platform().keys), mimetype=JWS)


def _proof(kept: Kept, site: str) -> Response:
    text = record_proof(reading(), kept.record_id)
    if text is None:
        raise NotFound(
            "No checkpoint covers this receipt yet.",
            now="Ask again in two seconds, or take the JWS.",
        )
    return Response(text, mimetype=PROOF)


def _page(kept: Kept, site: str) -> Response:
    record = msgspec.json.decode(kept.body)
    notice = reading().get(Notice, record["notice"]["sha256"])
    if notice is None:
        raise NotFound("The notice of this receipt is missing.", now="Tell the site's controller.")
    body = msgspec.json.decode(notice.body)
    lang = record["lang"].partition("-")[0]
    page = render_template(
        "visitor/receipt.html",
        record=record,
        notice=body,
        lang=lang,
        labels=texts("receipt", lang),
        decided_on=date_in_words(from_rfc3339(record["event"]["time"]), lang),
        valid_on=date_in_words(from_rfc3339(record["event"]["valid_until"]), lang),
        index=kept.index,
        log=kept.origin,
    )
    return Response(page, mimetype=PAGE)


_FORMS = {JWS: _jws, PROOF: _proof, PAGE: _page}
