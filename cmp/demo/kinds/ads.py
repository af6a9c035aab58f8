# SPDX-License-Identifier: Apache-2.0
"""Shows advertising elsewhere to those who were here: a script and a pixel."""

from flask import Flask, Response

from cmp.demo.kinds.answers import pixel, script, with_id

__all__ = ["COOKIE", "LIFETIME", "attach"]

COOKIE = "da_id"
LIFETIME = "P13M"


def attach(app: Flask) -> None:
    """Add `GET /px.js` and `GET /px.gif` to `app`; both give the browser `da_id`."""

    @app.get("/px.js")
    def tag() -> Response:
        return with_id(script("px.js"), COOKIE, LIFETIME)

    @app.get("/px.gif")
    def image() -> Response:
        return with_id(pixel(), COOKIE, LIFETIME)
