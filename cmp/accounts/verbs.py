# SPDX-License-Identifier: Apache-2.0
"""Writing accounts. Each verb notes who did what in the same transaction; the caller commits.

`session` must be in a write transaction.
"""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.orm import Session

from cmp.accounts.models import Role, User
from cmp.accounts.password import LONGEST, SHORTEST, fits, hash_password, one_time_password
from cmp.accounts.permissions import ROLES
from cmp.accounts.reads import find_user
from cmp.errors import Conflict, NotFound, Unprocessable
from cmp.trail import Activity

__all__ = [
    "change_password",
    "choose_language",
    "create_user",
    "disable_user",
    "end_sessions",
    "note",
    "one_time_password",
]

_ON_THIS_MACHINE = re.compile(r"[a-z0-9._+-]{1,60}@(?:[a-z0-9-]{1,60}\.){0,3}localhost")


def create_user(
    session: Session,
    email: str,
    roles: Iterable[str],
    password: str,
    *,
    at: datetime,
    must_change: bool,
    actor: str = "command line",
) -> User:
    """Add an account. With `must_change` the password is only good for choosing another.

    Raises Unprocessable for a bad address, role or password, Conflict for an address in use.
    """
    address, names = _address(email), sorted(set(roles))
    _refuse_password(password, address)
    if find_user(session, address) is not None:
        raise Conflict(f"There is an account {address} already.", now="Use another address.")
    user = User(
        email=address,
        password=hash_password(password),
        active=True,
        fs_uniquifier=_session_name(),
        must_change_password=must_change,
        language="nb",
        created_at=at,
        roles=[_role(session, name) for name in names],
    )
    session.add(user)
    note(session, "account.add", address, at=at, actor=actor, roles=names)
    session.flush()
    return user


def disable_user(session: Session, email: str, *, at: datetime, actor: str) -> User:
    """Refuse the account's logins and end its sessions. Raises NotFound for an unknown one."""
    user = find_user(session, email)
    if user is None:
        raise NotFound(f"There is no account {email}.", now="`kvitt user list` shows all.")
    user.active = False
    user.fs_uniquifier = _session_name()
    note(session, "account.disable", user.email, at=at, actor=actor)
    session.flush()
    return user


def change_password(session: Session, user: User, password: str, *, at: datetime) -> None:
    """Give the account another password and end its sessions. Raises Unprocessable if it is bad."""
    _refuse_password(password, user.email)
    user.password = hash_password(password)
    user.must_change_password = False
    user.fs_uniquifier = _session_name()
    note(session, "account.password", user.email, at=at, actor=user.email)
    session.flush()


def end_sessions(session: Session, user: User, *, at: datetime, actor: str) -> None:
    """End every session of the account: a copied cookie is worth nothing from now on."""
    user.fs_uniquifier = _session_name()
    note(session, "account.logout", user.email, at=at, actor=actor)
    session.flush()


def choose_language(session: Session, user: User, language: str) -> None:
    """Set the language in which the account's pages are shown."""
    user.language = language
    session.flush()


def note(
    session: Session,
    verb: str,
    subject: str,
    *,
    at: datetime,
    actor: str,
    site: str | None = None,
    **details: object,
) -> None:
    """Write down who did what to `subject`, in the transaction of the deed."""
    session.add(
        Activity(at=at, actor=actor, verb=verb, site=site, subject=subject, details=details)
    )


def _address(email: str) -> str:
    typed = email.strip().lower()
    # The first administrator and the demo live on this machine, where no mail is delivered.
    if _ON_THIS_MACHINE.fullmatch(typed):
        return typed
    try:
        found = validate_email(typed, check_deliverability=False, test_environment=True)
    except EmailNotValidError as fault:
        raise Unprocessable(
            f"{email[:80]!r} is no e-mail address: {fault}",
            now="Write one such as kari@example.no.",
        ) from fault
    return found.normalized.lower()


def _refuse_password(password: str, email: str) -> None:
    if not fits(password, email):
        raise Unprocessable(
            f"A password has {SHORTEST} to {LONGEST} characters and is not the address.",
            now="Choose another.",
        )


def _role(session: Session, name: str) -> Role:
    if name not in ROLES:
        raise Unprocessable(f"{name!r} is no role.", now=f"Choose {', '.join(ROLES)}.")
    known = session.scalar(select(Role).where(Role.name == name))
    if known is not None:
        return known
    made = Role(name=name, description=None)
    session.add(made)
    return made


def _session_name() -> str:
    return secrets.token_hex(32)
