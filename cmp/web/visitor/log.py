# SPDX-License-Identifier: Apache-2.0
"""The log over HTTP as C2SP tlog-tiles describes it, and the public keys."""

import msgspec
from flask import Response

from cmp.clock import now
from cmp.errors import NotFound
from cmp.ledger.reading import fresh_checkpoint, tile, verifier_keys
from cmp.proof.keys import public_jwk
from cmp.web.frame.database import db, reading
from cmp.web.frame.platform import platform

__all__ = ["checkpoint", "gpc", "jwks", "keys", "log_tile"]

FOREVER = "public, max-age=31536000, immutable"


def checkpoint(site: str, year: int) -> Response:
    """The newest signed root; signed now if the log has grown since."""
    note = fresh_checkpoint(db.engine, site, year, keys=platform().keys, at=now())
    return _text(note, "no-cache")


def log_tile(site: str, year: int, path: str) -> Response:
    """A tile of hashes or of entries: `<level>/<number>[.p/<width>]`."""
    found = tile(reading(), site, year, path)
    if found is None:
        raise NotFound(
            "The log has no such tile.", now="Ask for tiles below the checkpoint's size."
        )
    return _open(Response(found, mimetype="application/octet-stream"), FOREVER)


def keys() -> Response:
    """The verifier key of every log, one a line."""
    return _text(
        "".join(f"{key}\n" for key in verifier_keys(reading(), platform().keys)), "no-cache"
    )


def jwks() -> Response:
    """The receipt key as a JSON Web Key Set (RFC 7517)."""
    keyset = {"keys": [public_jwk(platform().keys.receipt_key.public_key())]}
    return _open(Response(msgspec.json.encode(keyset), mimetype="application/json"), "max-age=3600")


def gpc() -> Response:
    """The GPC statement: the signal is honoured (W3C Global Privacy Control)."""
    statement = {"gpc": True, "lastUpdate": "2026-11-24"}
    return _open(
        Response(msgspec.json.encode(statement), mimetype="application/json"), "max-age=3600"
    )


def _text(content: str, cache: str) -> Response:
    return _open(Response(content, mimetype="text/plain"), cache)


def _open(answer: Response, cache: str) -> Response:
    answer.headers["Cache-Control"] = cache
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
