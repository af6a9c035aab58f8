# SPDX-License-Identifier: Apache-2.0
"""Counts visits: a script, and an address that every page view is sent to."""

from flask import Flask, Response

from cmp.demo.kinds.answers import script, with_id

__all__ = ["COOKIE", "LIFETIME", "attach"]

COOKIE = "dm_id"
LIFETIME = "P13M"


def attach(app: Flask) -> None:
    """Add `GET /dm.js` and `POST|GET /collect` to `app`; both give the browser `dm_id`."""

    @app.get("/dm.js")
    def tag() -> Response:
        return with_id(script("dm.js"), COOKIE, LIFETIME)

    @app.route("/collect", methods=["GET", "POST"])
    def collect() -> Response:
        return with_id(Response(status=204), COOKIE, LIFETIME)
