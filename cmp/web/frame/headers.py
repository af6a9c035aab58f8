# SPDX-License-Identifier: Apache-2.0
"""Security headers of the staff pages, and how faults are answered on each side.

Content Security Policy Level 3, Trusted Types, Permissions Policy. The visitors' door has a policy
of its own; addresses that belong to no door are answered as programs expect.
"""

from collections.abc import Mapping

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from cmp.errors import KvittError
from cmp.web.frame.pages import error_page
from cmp.web.frame.problems import problem_of
from cmp.web.frame.sessions import is_staff_path

__all__ = ["STAFF_HEADERS", "attach_headers"]

STAFF_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
        "require-trusted-types-for 'script'"
    ),
    # Flask-WTF compares the Referer of unsafe requests under https; others learn nothing.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), "
        "gyroscope=(), microphone=(), payment=(), publickey-credentials-get=(self), usb=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def attach_headers(app: Flask) -> None:
    """Give the staff pages of `app` their headers, and every fault an answer for its reader."""
    app.after_request(_finish)
    app.register_error_handler(KvittError, _answer)
    app.register_error_handler(HTTPException, _answer)


def _finish(answer: Response) -> Response:
    if is_staff_path(request.path):
        for name, value in STAFF_HEADERS.items():
            answer.headers[name] = value
    elif request.path.startswith("/static/"):
        answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _answer(fault: Exception) -> AnyResponse:
    return error_page(fault) if is_staff_path(request.path) else problem_of(fault)
