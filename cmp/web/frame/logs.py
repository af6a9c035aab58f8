# SPDX-License-Identifier: Apache-2.0
"""JSON lines for requests and faults, without address, agent, query, identifier or token.

The line names the route's rule and not the path, for a path may hold the number of a record.
"""

import logging
import secrets
import sys
import time
from typing import Any

import msgspec
import structlog
from flask import Flask, Response, current_app, g, got_request_exception, request

from cmp.settings import Settings
from cmp.web.frame.sessions import is_staff_path

__all__ = ["attach_logs", "configure_logs"]

_log = structlog.get_logger("kvitt.web")
_EXTENSION = "kvitt_log_everything"


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
    """Give each request of `app` a number; log those of the staff, those that failed, all faults.

    With level `debug` every request is logged.
    """
    configure_logs(settings.log_level)
    app.extensions[_EXTENSION] = settings.log_level == "debug"
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
    # Visitors' answers are counted by the metrics; a line for each would cost as much as they do.
    wanted = is_staff_path(request.path) or answer.status_code >= 400
    if not (wanted or current_app.extensions[_EXTENSION]):
        return answer
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
