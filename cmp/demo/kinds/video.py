# SPDX-License-Identifier: Apache-2.0
"""Plays short films in a frame and remembers how loud."""

from flask import Flask, Response, abort, make_response, render_template, request

from cmp.demo.kinds.answers import script, with_id
from cmp.demo.texts import DEFAULT_LANGUAGE, LANGUAGES, say

__all__ = ["COOKIE", "FILMS", "LIFETIME", "attach"]

COOKIE = "dv_player"
LIFETIME = "P6M"
FILMS = frozenset({"strikking"})


def attach(app: Flask) -> None:
    """Add `GET /embed/<film>` and the player's script to `app`; the frame gives `dv_player`."""

    @app.get("/embed/<film>")
    def embed(film: str) -> Response:
        if film not in FILMS:
            abort(404)
        asked = request.args.get("lang", "")
        lang = asked if asked in LANGUAGES else DEFAULT_LANGUAGE
        page = render_template(
            "trackers/video.html",
            lang=lang,
            title=say(lang, f"video.{film}.title"),
            play=say(lang, "video.play"),
            pause=say(lang, "video.pause"),
        )
        return with_id(make_response(page), COOKIE, LIFETIME)

    @app.get("/player.js")
    def player() -> Response:
        return script("player.js")
