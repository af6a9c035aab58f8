# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI description of what programs may call, made from the wire types themselves."""

import re
from functools import cache
from typing import Any, NamedTuple

import msgspec
from flask import Response

from cmp import __version__
from cmp.contract.decision import Decision, Stored

__all__ = ["description", "openapi"]

PROBLEMS = {
    400: "Malformed body.",
    403: "The page is not one of the site's.",
    404: "Unknown site or notice.",
    409: "The notice was replaced by one that needs asking again; names its hash.",
    413: "Body over 16 KiB.",
    415: "Neither application/json nor text/plain.",
    422: "The decision does not fit its notice, or reuses a key for another decision.",
    429: "Too many decisions from this network.",
    503: "Nothing was stored; try again with the same key.",
}


DECISIONS = "/v1/sites/{site}/decisions"
JSON = "application/json"
TEXT = "text/plain"
SCRIPT = "text/javascript"
HTML = "text/html"
RECEIPT = ("application/jwt", TEXT, HTML)


class Read(NamedTuple):
    """A GET: address, operation, what a 200 holds and as which media types, names in the query."""

    address: str
    name: str
    text: str
    types: tuple[str, ...]
    query: tuple[str, ...] = ()


READS = (
    Read("/k/{site}.js", "script", "The blocking script.", (SCRIPT,), ("v",)),
    Read("/k/ui.{name}.js", "chunk", "A part of the banner.", (SCRIPT,)),
    Read("/v1/receipts/{record_id}", "receipt", "The receipt.", RECEIPT, ("form",)),
    Read("/v1/sites/{site}/notices/{sha256}", "notice", "The notice as hashed.", (JSON,)),
    Read("/v1/sites/{site}/cookies", "cookies", "The cookie list.", (HTML,), ("lang",)),
    Read("/v1/sites/{site}/cookies.json", "cookiesJson", "The same.", (JSON,), ("lang",)),
    Read("/log/{site}/{year}/checkpoint", "checkpoint", "The newest signed root.", (TEXT,)),
    Read("/log/{site}/{year}/tile/{path}", "tile", "A tile.", ("application/octet-stream",)),
    Read("/.well-known/kvitt-keys.txt", "logKeys", "The key of every log.", (TEXT,)),
    Read("/.well-known/jwks.json", "receiptKeys", "The keys of receipts.", (JSON,)),
    Read("/.well-known/gpc.json", "gpc", "The GPC statement.", (JSON,)),
    Read("/healthz", "healthz", "The process answers.", (JSON,)),
    Read("/readyz", "readyz", "The database answers; 503 if not.", (JSON,)),
    Read("/metrics", "metrics", "Counters for Prometheus.", (TEXT,)),
    Read("/openapi.json", "openapi", "This description.", (JSON,)),
)
PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "notice_sha256": {"type": "string"},
    },
}


@cache
def description() -> dict[str, Any]:
    """Return the document of `/openapi.json` (OpenAPI 3.1): every address that needs no login."""
    (decision, stored), parts = msgspec.json.schema_components(
        [Decision, Stored], ref_template="#/components/schemas/{name}"
    )
    reads = {read.address: {"get": _read(read)} for read in READS}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Kvitt", "version": __version__},
        "paths": {DECISIONS: {"post": _decide(decision, stored)}, **reads},
        "components": {"schemas": {**parts, "Problem": PROBLEM}},
    }


def _decide(decision: dict[str, Any], stored: dict[str, Any]) -> dict[str, Any]:
    kept = {JSON: {"schema": stored}}
    return {
        "operationId": "decide",
        "parameters": _parameters(DECISIONS),
        "requestBody": {
            "required": True,
            "content": {JSON: {"schema": decision}, TEXT: {"schema": decision}},
        },
        "responses": {
            "201": {"description": "Stored, durable, signed.", "content": kept},
            "200": {"description": "The same request was stored before.", "content": kept},
            **{str(status): _problem(text) for status, text in PROBLEMS.items()},
        },
    }


def _read(read: Read) -> dict[str, Any]:
    content: dict[str, Any] = {media: {} for media in read.types}
    unknown = {"404": _problem("There is no such thing here.")} if "{" in read.address else {}
    return {
        "operationId": read.name,
        "parameters": _parameters(read.address, read.query),
        "responses": {"200": {"description": read.text, "content": content}, **unknown},
    }


def _parameters(address: str, query: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    named = [(name, "path") for name in re.findall(r"{(\w+)}", address)]
    return [
        {"name": name, "in": place, "required": place == "path", "schema": {"type": "string"}}
        for name, place in [*named, *((name, "query") for name in query)]
    ]


def _problem(text: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": text, "content": {"application/problem+json": {"schema": schema}}}


def openapi() -> Response:
    """Describe the visitors' and operators' addresses (OpenAPI 3.1)."""
    return Response(msgspec.json.encode(description()), mimetype=JSON)
