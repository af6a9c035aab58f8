# SPDX-License-Identifier: Apache-2.0
"""Invoices sales that came from partner sites: told the order, and nothing about the buyer."""

from flask import Flask, Response, abort, request

from cmp.demo.kinds.answers import pixel, script, with_id

__all__ = ["COOKIE", "LIFETIME", "TOLD", "attach"]

COOKIE = "df_ref"
LIFETIME = "P30D"
TOLD = frozenset({"order", "sum", "code"})


def attach(app: Flask) -> None:
    """Add `GET /tag.js` and `GET /conv` to `app`; `/conv` takes exactly the fields of TOLD."""

    @app.get("/tag.js")
    def tag() -> Response:
        return script("affiliate.js")

    @app.get("/conv")
    def conversion() -> Response:
        if set(request.args) != TOLD:
            abort(400)
        return with_id(pixel(), COOKIE, LIFETIME)
