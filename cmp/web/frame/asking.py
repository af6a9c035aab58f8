# SPDX-License-Identifier: Apache-2.0
"""Asking for a login in the middle of something, without losing where one was or what was typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from cmp.web.frame.sessions import is_staff_path

__all__ = ["Carried", "ask_to_log_in", "carried_from", "safe_target"]

PREFIX = "carry."
NOT_CARRIED = ("csrf_token", "password")


@dataclass(frozen=True, slots=True)
class Carried:
    """A form that was sent after the session had ended: where to, and its fields in order."""

    target: str
    fields: Sequence[tuple[str, str]]


def ask_to_log_in() -> AnyResponse | Response:
    """Return the answer to somebody who is not logged in: a redirect, or 401 with their form."""
    here = request.full_path if request.query_string else request.path
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("account.login", next=here))
    carried = Carried(here, _own_fields())
    return make_response(
        render_template("frame/login.html", email="", problem="expired", carried=carried), 401
    )


def _own_fields() -> list[tuple[str, str]]:
    # A form of somebody else's page is not kept: one login later it would be ours.
    if request.headers.get("Sec-Fetch-Site") != "same-origin":
        return []
    fields = request.form.items(multi=True)
    return [(name, value) for name, value in fields if not name.startswith(NOT_CARRIED)]


def carried_from(form: Mapping[str, str], fields: Sequence[tuple[str, str]]) -> Carried:
    """Return what a login form carries along. `fields` are all its fields, in order."""
    mine = [(n.removeprefix(PREFIX), v) for n, v in fields if n.startswith(PREFIX)]
    return Carried(safe_target(form.get("next", "")), mine)


def safe_target(path: str) -> str:
    """Return `path` if it leads to one of our staff pages, else the start page."""
    parts = urlsplit(path.replace("\\", "/"))
    if parts.scheme or parts.netloc or not is_staff_path(parts.path):
        return "/account"
    return path
