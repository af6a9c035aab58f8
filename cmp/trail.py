# SPDX-License-Identifier: Apache-2.0
"""The trail: who did what, when, to what. Every room that changes something writes to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cmp.store.base import Base, Document, Instant

__all__ = ["Activity"]


class Activity(Base):
    """Who did what, when, to what. Written in the transaction of the deed; never changed."""

    __tablename__ = "activity"

    activity_id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    actor: Mapped[str] = mapped_column(String(255))
    verb: Mapped[str] = mapped_column(String(40))
    site: Mapped[str | None] = mapped_column(String(64), index=True)
    subject: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(Document)
