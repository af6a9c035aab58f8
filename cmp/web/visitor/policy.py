# SPDX-License-Identifier: Apache-2.0
"""What holds for every answer of the visitors' door: no cookie, problems as JSON, CORS, limits."""

from typing import cast

import structlog
from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from cmp.errors import KvittError, NotFound, Unavailable
from cmp.web.frame.platform import EXTENSION, platform
from cmp.web.frame.problems import problem_of
from cmp.web.frame.throttle import Throttle

__all__ = ["attach_policy", "decision_throttle"]

_log = structlog.get_logger("kvitt.visitor")
_THROTTLE = "kvitt_decision_throttle"
# What a database says that does not answer, or cannot take more; anything else is our fault.
_AWAY = (OperationalError, InterfaceError, PoolTimeout)

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def attach_policy(door: Blueprint) -> None:
    """Attach the door's rules to `door`."""
    door.record(_attach_throttle)
    door.before_request(_refuse_nul)
    door.after_request(_finish)
    for away in _AWAY:
        door.register_error_handler(away, _unavailable)
    door.register_error_handler(KvittError, problem_of)
    door.register_error_handler(HTTPException, problem_of)
    door.register_error_handler(Exception, problem_of)


def decision_throttle() -> Throttle:
    """Return the counter of decisions by network of the application that serves this request."""
    return cast(Throttle, current_app.extensions[_THROTTLE])


def _attach_throttle(state: BlueprintSetupState) -> None:
    settings = state.app.extensions[EXTENSION].settings
    state.app.extensions[_THROTTLE] = Throttle(settings.rate_limit)


def _refuse_nul() -> None:
    """No name holds a NUL, and PostgreSQL will not even be asked for one."""
    names = [*(request.view_args or {}).values(), *request.args.values()]
    if any("\0" in name for name in names if isinstance(name, str)):
        raise NotFound("There is nothing of that name here.", now="Check the address.")


def _unavailable(fault: Exception) -> Response:
    _log.error("database away", fault=str(fault).partition("\n")[0])
    return problem_of(
        Unavailable("The platform cannot reach its database.", now="Try again in a moment.")
    )


def _finish(answer: Response) -> Response:
    answer.headers["X-Content-Type-Options"] = "nosniff"
    if answer.mimetype == "text/html":
        answer.headers["Content-Security-Policy"] = PAGE_POLICY
        answer.headers.setdefault("Referrer-Policy", "no-referrer")
    _allow_site_pages(answer)
    if "Set-Cookie" in answer.headers:
        raise AssertionError("the visitors' door must never set a cookie")
    return answer


def _allow_site_pages(answer: Response) -> None:
    """Let the site's own pages read the answer to their decision, errors included."""
    origin, site = request.headers.get("Origin"), (request.view_args or {}).get("site")
    if "Access-Control-Allow-Origin" in answer.headers or not origin or not site:
        return
    answer.headers.add("Vary", "Origin")
    try:
        allowed = platform().recorder.notices.in_force(site).origins
    except (KvittError, SQLAlchemyError):
        return
    if origin in allowed:
        answer.headers["Access-Control-Allow-Origin"] = origin
