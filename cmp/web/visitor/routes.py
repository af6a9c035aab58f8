# SPDX-License-Identifier: Apache-2.0
"""The visitors' door: every address that pages and people reach without a login (contract 3.3)."""

from flask import Blueprint

from cmp.web.frame.doors import PUBLIC, Route, attach
from cmp.web.visitor import decisions, log, notices, receipts, script
from cmp.web.visitor.policy import attach_policy

__all__ = ["door"]

door = Blueprint("visitor", __name__, template_folder="templates")

attach(
    door,
    [
        Route("/k/<site>.js", script.script, PUBLIC),
        Route("/k/ui.<name>.js", script.chunk, PUBLIC),
        Route("/v1/sites/<site>/decisions", decisions.decide, PUBLIC, ("POST",)),
        Route("/v1/sites/<site>/decisions", decisions.preflight, PUBLIC, ("OPTIONS",)),
        Route("/v1/receipts/<record_id>", receipts.receipt, PUBLIC),
        Route("/v1/sites/<site>/notices/<sha256>", notices.notice, PUBLIC),
        Route("/v1/sites/<site>/cookies", notices.cookies, PUBLIC),
        Route("/v1/sites/<site>/cookies.json", notices.cookies_json, PUBLIC),
        Route("/log/<site>/<int:year>/checkpoint", log.checkpoint, PUBLIC),
        Route("/log/<site>/<int:year>/tile/<path:path>", log.log_tile, PUBLIC),
        Route("/.well-known/kvitt-keys.txt", log.keys, PUBLIC),
        Route("/.well-known/jwks.json", log.jwks, PUBLIC),
        Route("/.well-known/gpc.json", log.gpc, PUBLIC),
    ],
)
attach_policy(door)
