# SPDX-License-Identifier: Apache-2.0
"""One JSON line for each request and fault, without address, agent, query, identifier or token.

The line names the route's rule and not the path, for a path may hold the number of a record.
"""

import logging
import secrets
import sys
import time
from typing import Any

import msgspec
import structlog
from flask import Flask, Response, g, got_request_exception, request

from cmp.settings import Settings

__all__ = ["attach_logs", "configure_logs"]

_log = structlog.get_logger("kvitt.web")


def configure_logs(level: str) -> None:
    """Write structured lines of `level` (debug, info, warning, error) and above to stderr."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_as_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        # Asked anew for each line: who replaces stderr later is heard.
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _as_json(event: Any, **_: Any) -> str:
    return msgspec.json.encode(event, enc_hook=repr).decode()


def attach_logs(app: Flask, settings: Settings) -> None:
    """Give each request of `app` a number, and log it when it has been answered."""
    configure_logs(settings.log_level)
    # Faults are logged below, in one form; Flask's own lines would come beside them.
    app.logger.disabled = True
    app.before_request(_begin)
    app.after_request(_end)
    got_request_exception.connect(_fault, app)


def _begin() -> None:
    g.request_id = secrets.token_hex(8)
    g.begun = time.perf_counter()


def _end(answer: Response) -> Response:
    answer.headers["X-Request-Id"] = g.request_id
    _log.info(
        "request",
        request_id=g.request_id,
        method=request.method,
        rule=request.url_rule.rule if request.url_rule else None,
        status=answer.status_code,
        ms=round((time.perf_counter() - g.begun) * 1000, 1),
    )
    return answer


def _fault(_app: Flask, exception: BaseException, **_: object) -> None:
    rule = request.url_rule.rule if request.url_rule else None
    _log.error("fault", request_id=g.get("request_id"), rule=rule, exc_info=exception)
