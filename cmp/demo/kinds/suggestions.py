# SPDX-License-Identifier: Apache-2.0
"""Sorts the wares by what this browser has looked at."""

from flask import Flask, Response, jsonify, request

from cmp.demo.goods import GOODS
from cmp.demo.kinds.answers import script, with_id

__all__ = ["COOKIE", "LIFETIME", "attach", "for_you"]

COOKIE = "ds_id"
LIFETIME = "P6M"


def for_you(seen: list[str], here: str, count: int = 4) -> list[str]:
    """Return `count` slugs: the last seen first, then their shelf mates, never `here`."""
    known = [slug for slug in dict.fromkeys(reversed(seen)) if slug in GOODS]
    shelves = [GOODS[slug].shelf for slug in known]
    mates = sorted(GOODS.values(), key=lambda ware: ware.shelf not in shelves[:1])
    order = dict.fromkeys([*known, *(ware.slug for ware in mates)])
    return [slug for slug in order if slug != here][:count]


def attach(app: Flask) -> None:
    """Add `GET /forslag.js` and `GET /for-deg?seen=a,b&here=c` to `app`; both give `ds_id`."""

    @app.get("/forslag.js")
    def tag() -> Response:
        return with_id(script("forslag.js"), COOKIE, LIFETIME)

    @app.get("/for-deg")
    def choose() -> Response:
        seen = request.args.get("seen", "").split(",")[-20:]
        return with_id(jsonify(for_you(seen, request.args.get("here", ""))), COOKIE, LIFETIME)
