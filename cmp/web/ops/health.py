# SPDX-License-Identifier: Apache-2.0
"""Is the process alive, can it reach its database, what has it counted."""

from flask import Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from cmp.errors import Unavailable
from cmp.web.frame.database import db

__all__ = ["healthz", "metrics", "readyz"]


def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


def readyz() -> Response:
    """The process reaches its database; 503 otherwise."""
    try:
        db.session.execute(text("select 1"))
    except SQLAlchemyError as fault:
        raise Unavailable(
            "The database does not answer.", now="Check that it runs and that its disk has room."
        ) from fault
    return jsonify(status="ready")


def metrics() -> Response:
    """Counters and timings of this process in the text format of Prometheus."""
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
