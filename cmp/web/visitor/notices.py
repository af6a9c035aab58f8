# SPDX-License-Identifier: Apache-2.0
"""Notices as they were hashed, and the public cookie list made from the one in force."""

import msgspec
from flask import Response, render_template, request

from cmp.errors import NotFound
from cmp.sites.cookie_list import cookie_list
from cmp.sites.models import Notice
from cmp.sites.publish import find_site, notice_in_force
from cmp.web.frame.database import reading

__all__ = ["cookies", "cookies_json", "notice"]

FOREVER = "public, max-age=31536000, immutable"
FRESH = "public, max-age=300"


def notice(site: str, sha256: str) -> Response:
    """The canonical bytes of a notice: their SHA-256 is its name."""
    found = reading().get(Notice, sha256)
    if found is None or found.site != site:
        raise NotFound(
            "This site has no such notice.", now="Take the hash from a receipt or script."
        )
    return _open(Response(found.body.encode(), mimetype="application/json"), FOREVER)


def cookies(site: str) -> Response:
    """The public cookie list as a page, in the language asked for."""
    listed = _list(site)
    page = Response(render_template("visitor/cookies.html", list=listed), mimetype="text/html")
    return _open(page, FRESH)


def cookies_json(site: str) -> Response:
    """The same list for programs, and for the element that pages embed."""
    return _open(Response(msgspec.json.encode(_list(site)), mimetype="application/json"), FRESH)


def _list(site: str) -> dict[str, object]:
    row = find_site(reading(), site)
    in_force = notice_in_force(reading(), row)
    if in_force is None:
        raise NotFound("This site has published no notice.", now="Publish one in the workbench.")
    body = msgspec.json.decode(in_force.body)
    asked = request.args.get("lang", "")
    lang = asked if asked in body["languages"] else body["default_language"]
    return cookie_list(body, lang, sha256=in_force.sha256)


def _open(answer: Response, cache: str) -> Response:
    answer.headers["Cache-Control"] = cache
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
