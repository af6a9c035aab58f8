# SPDX-License-Identifier: Apache-2.0
"""A corner to ask in. Nobody sits at the other end, and it says so."""

from flask import Flask, Response, jsonify, make_response, request

from cmp.demo.kinds.answers import script, with_id
from cmp.demo.texts import DEFAULT_LANGUAGE, LANGUAGES, say

__all__ = ["COOKIE", "LIFETIME", "attach"]

COOKIE = "dp_thread"
LIFETIME = "P30D"


def attach(app: Flask) -> None:
    """Add `GET /prat.js` and `GET /hei?lang=nb` (the words of the corner) to `app`."""

    @app.get("/prat.js")
    def tag() -> Response:
        return script("prat.js")

    @app.get("/hei")
    def hello() -> Response:
        asked = request.args.get("lang", "")
        lang = asked if asked in LANGUAGES else DEFAULT_LANGUAGE
        words = {key: say(lang, f"chat.{key}") for key in ("open", "close", "hello")}
        return with_id(make_response(jsonify(words)), COOKIE, LIFETIME)
