# SPDX-License-Identifier: Apache-2.0
"""Lends out a typeface: a style sheet that names a font file. No cookies; a call all the same."""

from flask import Flask, Response, current_app

__all__ = ["attach"]

WEEK = 604_800


def attach(app: Flask) -> None:
    """Add `GET /css` and `GET /s/bricolage-grotesque.woff2` to `app`."""

    @app.get("/css")
    def style_sheet() -> Response:
        answer = current_app.send_static_file("fonts.css")
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    @app.get("/s/bricolage-grotesque.woff2")
    def font() -> Response:
        answer = current_app.send_static_file("bricolage-grotesque.woff2")
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Cache-Control"] = f"public, max-age={WEEK}"
        return answer
