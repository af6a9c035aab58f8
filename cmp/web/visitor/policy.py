# SPDX-License-Identifier: Apache-2.0
"""What holds for every answer of the visitors' door: no cookie, problems as JSON, CORS, limits."""

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from cmp.errors import KvittError
from cmp.web.frame.platform import platform
from cmp.web.frame.problems import problem_of

__all__ = ["attach_policy"]

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def attach_policy(door: Blueprint) -> None:
    """Attach the door's rules to `door`."""
    door.after_request(_finish)
    door.register_error_handler(KvittError, problem_of)
    door.register_error_handler(HTTPException, problem_of)
    door.register_error_handler(Exception, problem_of)


def _finish(answer: Response) -> Response:
    answer.headers["X-Content-Type-Options"] = "nosniff"
    if answer.mimetype == "text/html":
        answer.headers["Content-Security-Policy"] = PAGE_POLICY
        answer.headers.setdefault("Referrer-Policy", "no-referrer")
    _allow_site_pages(answer)
    if "Set-Cookie" in answer.headers:
        raise AssertionError("the visitors' door must never set a cookie")
    return answer


def _allow_site_pages(answer: Response) -> None:
    """Let the site's own pages read the answer to their decision, errors included."""
    origin, site = request.headers.get("Origin"), (request.view_args or {}).get("site")
    if "Access-Control-Allow-Origin" in answer.headers or not origin or not site:
        return
    answer.headers.add("Vary", "Origin")
    try:
        allowed = platform().recorder.notices.in_force(site).origins
    except KvittError:
        return
    if origin in allowed:
        answer.headers["Access-Control-Allow-Origin"] = origin
