# SPDX-License-Identifier: Apache-2.0
"""The staff's session cookie, which visitors' addresses can neither read nor set.

On any other path the session is empty and forgotten at the end of the request, so that no extension
can make a visitor's answer carry a cookie or vary by one.
"""

from datetime import timedelta

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from cmp.settings import Settings

__all__ = ["COOKIE", "STAFF_PATHS", "attach_sessions", "is_staff_path"]

COOKIE = "kvitt_session"
STAFF_PATHS = ("/admin", "/audit", "/login", "/logout", "/account")


def is_staff_path(path: str) -> bool:
    """Say whether `path` belongs to the pages behind a login, or to the login itself."""
    return any(path == staff or path.startswith(f"{staff}/") for staff in STAFF_PATHS)


class _StaffSessions(SecureCookieSessionInterface):
    def open_session(self, app: Flask, asked: Request) -> SecureCookieSession | None:
        if not is_staff_path(asked.path):
            return SecureCookieSession()
        return super().open_session(app, asked)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if is_staff_path(request.path):
            super().save_session(app, session, response)


def attach_sessions(app: Flask, settings: Settings) -> None:
    """Give `app` signed session cookies that end `settings.session_hours` after the login."""
    app.session_interface = _StaffSessions()
    app.config.update(
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https:"),
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
    )
