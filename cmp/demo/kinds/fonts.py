# SPDX-License-Identifier: Apache-2.0
"""Lends out a typeface: a style sheet that names a font file. No cookies; a call all the same."""

from flask import Flask, Response

from cmp.demo.kinds.answers import file

__all__ = ["attach"]

WEEK = 604_800


def attach(app: Flask) -> None:
    """Add `GET /css` and `GET /s/bricolage-grotesque.woff2` to `app`."""

    @app.get("/css")
    def style_sheet() -> Response:
        answer = file("fonts.css", "text/css")
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    @app.get("/s/bricolage-grotesque.woff2")
    def font() -> Response:
        answer = file("bricolage-grotesque.woff2", "font/woff2")
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Cache-Control"] = f"public, max-age={WEEK}"
        return answer
