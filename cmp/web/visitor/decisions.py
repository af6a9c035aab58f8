# SPDX-License-Identifier: Apache-2.0
"""`POST /v1/sites/<site>/decisions`: one click in, one signed receipt out."""

from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge, TooManyRequests, UnsupportedMediaType

from cmp.consent.record import Caller
from cmp.consent.shown import Shown
from cmp.contract.decision import LARGEST_BODY, decode, encode
from cmp.errors import KvittError
from cmp.web.frame.platform import platform
from cmp.web.frame.throttle import network_key
from cmp.web.visitor.policy import decision_throttle

__all__ = ["ForeignOrigin", "decide", "preflight"]

# A text/plain body needs no preflight, so a decision is one round trip from any page.
MEDIA_TYPES = ("application/json", "text/plain")
# What RFC 6454 writes for an origin that cannot be named; used where no Origin header was sent.
NO_ORIGIN = "null"


class ForeignOrigin(KvittError):
    """The request came from a page that is not the site's."""

    status = 403
    kind = "foreign-origin"


def decide(site: str) -> Response:
    """Store the decision in the body; 201 with its receipt, 200 if the same was stored before."""
    _take_turn()
    notice = platform().recorder.notices.in_force(site)
    origin = _origin(notice)
    body = _body()
    caller = Caller(origin=origin, agent=request.headers.get("User-Agent", ""))
    stored, is_new = platform().recorder.record(site, decode(body), caller)
    answer = Response(encode(stored), 201 if is_new else 200, mimetype="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def preflight(site: str) -> Response:
    """Answer a CORS preflight for pages of the site."""
    _origin(platform().recorder.notices.in_force(site))
    answer = Response(status=204)
    answer.headers["Access-Control-Allow-Methods"] = "POST"
    answer.headers["Access-Control-Allow-Headers"] = "Content-Type"
    answer.headers["Access-Control-Max-Age"] = "86400"
    return answer


def _take_turn() -> None:
    """Count one decision of the caller's network, before anything of the request is read.

    The network is known to this process's memory only (specification B.2, write protection).
    """
    network, throttle = network_key(request.remote_addr), decision_throttle()
    if wait := throttle.wait_s(network):
        raise TooManyRequests(
            f"Too many decisions from this network. Try again in {wait} seconds.", retry_after=wait
        )
    throttle.count(network)


def _origin(notice: Shown) -> str:
    """The page's origin, which must be the site's. A program that sends none is taken as it is."""
    origin = request.headers.get("Origin")
    if origin is None:
        return NO_ORIGIN
    if origin not in notice.origins:
        raise ForeignOrigin(
            "This page is not one of the site's.", now="Add its origin to the site and publish."
        )
    return origin


def _body() -> bytes:
    if request.mimetype not in MEDIA_TYPES:
        raise UnsupportedMediaType(f"Send one of {', '.join(MEDIA_TYPES)}.")
    if (request.content_length or 0) > LARGEST_BODY:
        raise RequestEntityTooLarge(f"A decision has at most {LARGEST_BODY} bytes.")
    body = request.stream.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        raise RequestEntityTooLarge(f"A decision has at most {LARGEST_BODY} bytes.")
    return body
