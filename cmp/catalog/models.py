# SPDX-License-Identifier: Apache-2.0
"""Rows of a site's catalogue: its services and the storage items of each."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cmp.store.base import Base, Document, Instant

__all__ = ["Service", "StorageItem"]


class Service(Base):
    """A first or third party that stores, reads or is called on a site.

    `hosts` and `paths` are patterns as `cmp.rules.pattern` reads them; `necessity` and
    `description` hold one text per language. `revision` counts the edits, so that two editors
    notice each other.
    """

    __tablename__ = "service"
    __table_args__ = (UniqueConstraint("site", "service_id"),)

    row_id: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(ForeignKey("site.key"), index=True)
    service_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    provider: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    role: Mapped[str] = mapped_column(String(20))
    category: Mapped[str] = mapped_column(String(40))
    legal_basis: Mapped[str] = mapped_column(String(20))
    hosts: Mapped[list[str]] = mapped_column(Document)
    paths: Mapped[list[str]] = mapped_column(Document)
    policy_url: Mapped[str] = mapped_column(String(500))
    necessity: Mapped[dict[str, str]] = mapped_column(Document)
    description: Mapped[dict[str, str]] = mapped_column(Document)
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[str] = mapped_column(String(255))

    items: Mapped[list["StorageItem"]] = relationship(
        back_populates="service", cascade="all, delete-orphan", order_by="StorageItem.name"
    )


class StorageItem(Base):
    """Something a service stores or sends: a cookie, an entry in web storage, a pixel.

    `lifetime` is an ISO 8601 duration, `session`, `persistent` or empty (not known).
    """

    __tablename__ = "storage_item"
    __table_args__ = (UniqueConstraint("service_row", "name", "technology", "domain"),)

    row_id: Mapped[int] = mapped_column(primary_key=True)
    service_row: Mapped[int] = mapped_column(
        ForeignKey("service.row_id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(200))
    technology: Mapped[str] = mapped_column(String(20))
    party: Mapped[str] = mapped_column(String(5))
    domain: Mapped[str] = mapped_column(String(253))
    lifetime: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[dict[str, str]] = mapped_column(Document)
    source: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[str] = mapped_column(String(255))

    service: Mapped[Service] = relationship(back_populates="items")
