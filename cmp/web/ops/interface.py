# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI description of what programs may call, made from the wire types themselves."""

from functools import cache
from typing import Any

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


@cache
def description() -> dict[str, Any]:
    """Return the document of `/openapi.json` (OpenAPI 3.1)."""
    (decision, stored), parts = msgspec.json.schema_components(
        [Decision, Stored], ref_template="#/components/schemas/{name}"
    )
    return {
        "openapi": "3.1.0",
        "info": {"title": "Kvitt", "version": __version__},
        "paths": {
            "/v1/sites/{site}/decisions": {"post": _decide(decision, stored)},
            "/v1/receipts/{record_id}": {"get": _read("The receipt.", "record_id", RECEIPT_TYPES)},
            "/v1/sites/{site}/cookies.json": {"get": _read("The cookie list.", "site", JSON)},
            "/k/{site}.js": {"get": _read("The blocking script.", "site", ("text/javascript",))},
        },
        "components": {"schemas": {**parts, "Problem": PROBLEM}},
    }


JSON = ("application/json",)
RECEIPT_TYPES = ("application/jwt", "text/plain", "text/html")
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


def _decide(decision: dict[str, Any], stored: dict[str, Any]) -> dict[str, Any]:
    kept = {"application/json": {"schema": stored}}
    return {
        "operationId": "decide",
        "parameters": [_parameter("site")],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": decision},
                "text/plain": {"schema": decision},
            },
        },
        "responses": {
            "201": {"description": "Stored, durable, signed.", "content": kept},
            "200": {"description": "The same request was stored before.", "content": kept},
            **{str(status): _problem(text) for status, text in PROBLEMS.items()},
        },
    }


def _read(text: str, name: str, types: tuple[str, ...]) -> dict[str, Any]:
    content: dict[str, Any] = {media: {} for media in types}
    return {
        "parameters": [_parameter(name)],
        "responses": {
            "200": {"description": text, "content": content},
            "404": _problem("Unknown."),
        },
    }


def _parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _problem(text: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": text, "content": {"application/problem+json": {"schema": schema}}}


def openapi() -> Response:
    """Serve the description."""
    return Response(msgspec.json.encode(description()), mimetype="application/json")
