# SPDX-License-Identifier: Apache-2.0
"""Reading accounts."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cmp.accounts.models import User

__all__ = ["count_users", "find_user", "list_users"]


def count_users(session: Session) -> int:
    """Return how many accounts there are, disabled ones included."""
    return session.scalar(select(func.count()).select_from(User)) or 0


def find_user(session: Session, email: str) -> User | None:
    """Return the account of `email`, however its letters are written."""
    return session.scalar(select(User).where(User.email == email.strip().lower()))


def list_users(session: Session) -> list[User]:
    """Return every account, in the order of their addresses."""
    return list(session.scalars(select(User).order_by(User.email)))
