# SPDX-License-Identifier: Apache-2.0
"""Rows of accounts. Login behaviour is added at the door."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cmp.store.base import Base, Instant

__all__ = ["Role", "User", "UserRole"]


class UserRole(Base):
    """Which account has which role."""

    __tablename__ = "user_role"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"), primary_key=True)


class Role(Base):
    """One of admin, marketing, auditor. What each may do is said in `cmp.accounts.permissions`."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20), unique=True)
    description: Mapped[str | None] = mapped_column(String(255))


class User(Base):
    """An account. `fs_uniquifier` names its sessions: a new value ends them all.

    `must_change_password` is set for a password that was printed once and is good for one login.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(12), default="nb")
    created_at: Mapped[datetime] = mapped_column(Instant)

    roles: Mapped[list[Role]] = relationship(secondary="user_role", lazy="selectin")
