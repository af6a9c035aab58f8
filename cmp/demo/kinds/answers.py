# SPDX-License-Identifier: Apache-2.0
"""The few answers that third parties give: a script, a transparent pixel, a lasting cookie."""

import secrets
from base64 import b64decode

from flask import Response, request

from cmp.paths import PACKAGE

__all__ = ["DAY", "file", "pixel", "script", "with_id"]

DAY = 86_400
_FILES = PACKAGE / "demo" / "static" / "trackers"
_GIF = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


def file(name: str, mimetype: str) -> Response:
    """Return the file `name` of `static/trackers/`."""
    return Response((_FILES / name).read_bytes(), mimetype=mimetype)


def script(name: str) -> Response:
    """Return the JavaScript file `name` of `static/trackers/`."""
    return file(name, "text/javascript")


def pixel() -> Response:
    """Return the one transparent pixel that is asked for only so that the request is made."""
    return Response(_GIF, mimetype="image/gif")


def with_id(response: Response, cookie: str, seconds: int | None) -> Response:
    """Return `response` that gives the browser an identifier in `cookie`, or renews the one it has.

    `seconds` is its life, None a life until the browser closes. `SameSite=None; Secure` is what a
    cookie needs to be kept and sent in pages of another site (RFC 6265bis section 5.5).
    """
    value = request.cookies.get(cookie) or secrets.token_hex(8)
    response.set_cookie(cookie, value, max_age=seconds, secure=True, httponly=True, samesite="None")
    return response
