# SPDX-License-Identifier: Apache-2.0
"""Takes the card in a frame of its own so that the shop never sees it, and hands out a token."""

import secrets

from flask import Flask, Response, jsonify, make_response, render_template, request

from cmp.demo.kinds.answers import script, with_id
from cmp.demo.texts import DEFAULT_LANGUAGE, LANGUAGES, say

__all__ = ["COOKIE", "LIFETIME", "attach"]

COOKIE = "db_session"
LIFETIME = "session"


def attach(app: Flask) -> None:
    """Add `GET /pay.js`, `GET /fields` (the frame) and `POST /tokens` to `app`."""

    @app.get("/pay.js")
    def tag() -> Response:
        return script("pay.js")

    @app.get("/fields")
    def fields() -> Response:
        asked = request.args.get("lang", "")
        lang = asked if asked in LANGUAGES else DEFAULT_LANGUAGE
        page = render_template(
            "trackers/fields.html",
            lang=lang,
            card=say(lang, "payment.card"),
            note=say(lang, "payment.note"),
        )
        return with_id(make_response(page), COOKIE, LIFETIME)

    @app.post("/tokens")
    def tokens() -> Response:
        return with_id(jsonify({"token": f"tok_demo_{secrets.token_hex(8)}"}), COOKIE, LIFETIME)
