# SPDX-License-Identifier: Apache-2.0
"""Logins: Flask-Security over our own accounts, and the guard in front of every staff route."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Flask, abort, current_app, g, redirect, session, url_for
from flask_security import (
    RoleMixin,
    Security,
    SQLAlchemyUserDatastore,
    UserMixin,
    current_user,
    logout_user,
)
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import Mapped, relationship

from cmp.accounts.models import Role, User
from cmp.accounts.permissions import may
from cmp.settings import Settings
from cmp.web.frame.asking import ask_to_log_in
from cmp.web.frame.database import db
from cmp.web.frame.doors import View
from cmp.web.frame.sessions import attach_sessions
from cmp.web.frame.throttle import Throttle

__all__ = [
    "OWN_ACCOUNT",
    "Account",
    "Person",
    "attach_security",
    "csrf",
    "guard",
    "login_throttle",
    "person",
]

# The action of routes that everybody with an account has, a password to be changed included.
OWN_ACCOUNT = "account.own"

csrf = CSRFProtect()


class Kind(Role, RoleMixin):
    """A role as Flask-Security sees it."""


class Account(User, UserMixin):
    """An account as Flask-Security sees it: the row of `cmp.accounts`, with login behaviour."""

    roles: Mapped[list[Kind]] = relationship(  # type: ignore[assignment]  # the same rows, as Kind
        secondary="user_role", lazy="selectin", viewonly=True
    )


@dataclass(frozen=True, slots=True)
class Person:
    """Who is logged in, detached from the database. `email` is the actor of what they do."""

    account_id: int
    email: str
    roles: frozenset[str]
    language: str
    must_change_password: bool

    def may(self, action: str) -> bool:
        """Say whether they may do `action`."""
        return may(self.roles, action)


def attach_security(app: Flask, settings: Settings) -> None:
    """Give `app` logins, revocable sessions and CSRF tokens."""
    attach_sessions(app, settings)
    app.config.update(
        SECURITY_USE_REGISTER_V2=True,
        SECURITY_CLI_USERS_NAME=False,
        SECURITY_CLI_ROLES_NAME=False,
        # Tokens live as long as the session: nobody loses an hour's typing to an expired one.
        WTF_CSRF_TIME_LIMIT=None,
        # Staff doors ask for it themselves; visitors' pages post without a session.
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    csrf.init_app(app)
    datastore = SQLAlchemyUserDatastore(db, Account, Kind)
    security = Security(app, datastore, register_blueprint=False)
    _keep_off_visitors(security)
    app.extensions["kvitt_login_throttle"] = Throttle(settings.login_rate_limit)
    app.extensions["kvitt_session_s"] = settings.session_hours * 3600


def _keep_off_visitors(security: Security) -> None:
    """Take out what would look for a login in every request: tokens in bodies, identities."""
    security.login_manager.request_loader(lambda _request: None)
    security.login_manager.session_protection = None
    security.principal.identity_loaders.clear()


def login_throttle() -> Throttle:
    """Return the counter of login attempts of this process."""
    throttle: Throttle = current_app.extensions["kvitt_login_throttle"]
    return throttle


def person() -> Person | None:
    """Return who is logged in in this request, or None. Leaves no transaction open."""
    if "person" not in g:
        g.person = _load_person()
    found: Person | None = g.person
    return found


def _load_person() -> Person | None:
    if not current_user.is_authenticated:
        return None
    if _is_over():
        logout_user()
        return None
    found = Person(
        account_id=current_user.id,
        email=current_user.email,
        roles=frozenset(role.name for role in current_user.roles),
        language=current_user.language,
        must_change_password=current_user.must_change_password,
    )
    # A view that writes must find the session unused.
    db.session.rollback()
    return found


def _is_over() -> bool:
    lasts: int = current_app.extensions["kvitt_session_s"]
    begun: float = session.get("fs_paa", 0)
    return time.time() - begun > lasts


def guard(action: str) -> Callable[[View], View]:
    """Return a decorator that lets those through who may do `action`.

    Others are sent to the login, to the choice of a new password, or get a 403 page. An unsafe
    request without this session's CSRF token is refused with 400.
    """

    def protect(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            someone = person()
            if someone is None:
                return ask_to_log_in()
            csrf.protect()
            if someone.must_change_password and action != OWN_ACCOUNT:
                return redirect(url_for("account.password"))
            if not someone.may(action):
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return protect
