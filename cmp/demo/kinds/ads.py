# SPDX-License-Identifier: Apache-2.0
"""Shows advertising elsewhere to those who were here: a script and a pixel."""

from flask import Flask, Response

from cmp.demo.kinds.answers import DAY, pixel, script, with_id

__all__ = ["COOKIE", "COOKIE_DAYS", "attach"]

COOKIE = "da_id"
COOKIE_DAYS = 395


def attach(app: Flask) -> None:
    """Add `GET /px.js` and `GET /px.gif` to `app`; both give the browser `da_id`."""

    @app.get("/px.js")
    def tag() -> Response:
        return with_id(script("px.js"), COOKIE, COOKIE_DAYS * DAY)

    @app.get("/px.gif")
    def image() -> Response:
        return with_id(pixel(), COOKIE, COOKIE_DAYS * DAY)
