# SPDX-License-Identifier: Apache-2.0
"""The files a page loads: the blocking script and the banner's chunks, packed beforehand."""

from typing import cast

from flask import Response, request
from sqlalchemy import select

from cmp.errors import NotFound
from cmp.sites.assets import LOADER, UI
from cmp.sites.models import Asset, Site
from cmp.web.frame.database import db

__all__ = ["chunk", "script"]

FRESH = "public, max-age=300, stale-while-revalidate=86400"
FOREVER = "public, max-age=31536000, immutable"


def script(site: str) -> Response:
    """The one script a page embeds; with `?v=` the very file of that hash, for ever."""
    pinned = request.args.get("v")
    name = pinned or db.session.scalar(select(Site.script).where(Site.key == site))
    asset = db.session.get(Asset, name) if name else None
    if asset is None or asset.site != site or asset.kind != LOADER:
        raise NotFound(
            "There is no script for this site.", now="Check the key, or publish a notice."
        )
    return _answer(asset, FOREVER if pinned else FRESH)


def chunk(name: str) -> Response:
    """A part of the banner, named by the hash of its bytes."""
    asset = db.session.get(Asset, name)
    if asset is None or asset.kind != UI:
        raise NotFound("There is no such file.", now="Load /k/<site>.js again; it names the files.")
    return _answer(asset, FOREVER)


def _answer(asset: Asset, cache: str) -> Response:
    packed, coding = _packed(asset)
    answer = Response(packed, mimetype="text/javascript")
    answer.headers["Cache-Control"] = cache
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Vary"] = "Accept-Encoding"
    if coding:
        answer.headers["Content-Encoding"] = coding
    answer.set_etag(f"{asset.name}-{coding or 'plain'}")
    return cast(Response, answer.make_conditional(request))


def _packed(asset: Asset) -> tuple[bytes, str]:
    accepted = request.accept_encodings
    if accepted["br"]:
        return asset.brotli, "br"
    if accepted["gzip"]:
        return asset.gzip, "gzip"
    return asset.plain, ""
