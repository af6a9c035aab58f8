# SPDX-License-Identifier: Apache-2.0
"""The few answers that third parties give: a script, a transparent pixel, a lasting cookie."""

import secrets
from base64 import b64decode
from types import MappingProxyType

from flask import Response, request

from cmp.paths import PACKAGE

__all__ = ["SECONDS", "file", "pixel", "script", "with_id"]

_DAY = 86_400
# Months as browsers count them; none reaches the 400 days that they cap a cookie's life at.
SECONDS = MappingProxyType(
    {"session": None, "P30D": 30 * _DAY, "P6M": 182 * _DAY, "P13M": 395 * _DAY}
)
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


def with_id(response: Response, cookie: str, lifetime: str) -> Response:
    """Return `response` that gives the browser an identifier in `cookie`, or renews the one it has.

    `lifetime` is a key of SECONDS. `SameSite=None; Secure` is what a cookie
    needs to be kept and sent in pages of another site (RFC 6265bis section 5.5).
    """
    value = request.cookies.get(cookie) or secrets.token_hex(8)
    response.set_cookie(
        cookie, value, max_age=SECONDS[lifetime], secure=True, httponly=True, samesite="None"
    )
    return response
