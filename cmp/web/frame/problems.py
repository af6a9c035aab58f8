# SPDX-License-Identifier: Apache-2.0
"""Errors as `application/problem+json` (RFC 9457), for doors that talk to programs."""

from http import HTTPStatus

import msgspec
import structlog
from flask import Response, g
from werkzeug.exceptions import HTTPException

from cmp.errors import KvittError

__all__ = ["problem", "problem_of"]

_log = structlog.get_logger("kvitt.web")
MEDIA_TYPE = "application/problem+json"


def problem(status: int, kind: str, detail: str, **members: object) -> Response:
    """Return a problem answer: `kind` ends its type URI, `detail` says what to do."""
    body = {
        "type": f"urn:kvitt:problem:{kind}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **members,
    }
    answer = Response(msgspec.json.encode(body), status, mimetype=MEDIA_TYPE)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def problem_of(fault: Exception) -> Response:
    """Return the problem answer for `fault`. Nothing of an unexpected one is shown."""
    if isinstance(fault, KvittError):
        return problem(fault.status, fault.kind, str(fault), **fault.members)
    if isinstance(fault, HTTPException) and fault.code:
        kind = (fault.name or "error").lower().replace(" ", "-")
        answer = problem(fault.code, kind, fault.description or fault.name)
        for name, value in fault.get_headers():
            if name.lower() in ("allow", "retry-after"):
                answer.headers[name] = value
        return answer
    # A door that answers faults itself keeps them from Flask's signal, and so from our log.
    _log.error("fault", request_id=g.get("request_id"), exc_info=fault)
    return problem(500, "error", "The platform failed. The fault is in its log.")
