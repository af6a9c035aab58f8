# SPDX-License-Identifier: Apache-2.0
"""The operators' door."""

from flask import Blueprint
from werkzeug.exceptions import HTTPException

from cmp.errors import KvittError
from cmp.web.frame.doors import PUBLIC, Route, attach
from cmp.web.frame.problems import problem_of
from cmp.web.ops import health, interface

__all__ = ["door"]

door = Blueprint("ops", __name__)

attach(
    door,
    [
        Route("/healthz", health.healthz, PUBLIC),
        Route("/readyz", health.readyz, PUBLIC),
        Route("/metrics", health.metrics, PUBLIC),
        Route("/openapi.json", interface.openapi, PUBLIC),
    ],
)
door.register_error_handler(KvittError, problem_of)
door.register_error_handler(HTTPException, problem_of)
