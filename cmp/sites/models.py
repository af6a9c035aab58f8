# SPDX-License-Identifier: Apache-2.0
"""Rows of sites, their immutable notices, and the files compiled from them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cmp.store.base import Base, Document, Instant

__all__ = ["Asset", "Notice", "Site"]


class Site(Base):
    """One web property. `identity` and `texts` are what marketing edits beside the catalogue.

    `identity`: controllers, dpo, authority, policy (the shapes of the notice). `texts`: per
    language, the strings that replace the defaults of both layers. `notice_sha256` is the notice in
    force, `script` the file that pages which embed the site load now.
    """

    __tablename__ = "site"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    origins: Mapped[list[str]] = mapped_column(Document)
    languages: Mapped[list[str]] = mapped_column(Document)
    default_language: Mapped[str] = mapped_column(String(12))
    mode: Mapped[str] = mapped_column(String(10))
    jurisdiction: Mapped[str] = mapped_column(String(40))
    identity: Mapped[dict[str, Any]] = mapped_column(Document)
    texts: Mapped[dict[str, Any]] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(Instant)
    notice_sha256: Mapped[str | None] = mapped_column(String(64))
    script: Mapped[str | None] = mapped_column(String(100))


class Notice(Base):
    """A published notice: the exact bytes that were hashed. Never changed, never deleted."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("site", "number"),)

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    site: Mapped[str] = mapped_column(ForeignKey("site.key"), index=True)
    number: Mapped[int]
    version: Mapped[str] = mapped_column(String(40))
    material_sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(Instant)
    published_by: Mapped[str] = mapped_column(String(255))


class Asset(Base):
    """A file visitors load, kept for ever under the hash of its bytes.

    `name` is the first 12 digits of their SHA-256, `kind` is `loader` or `ui`, `brotli` and `gzip`
    are the packed forms, `integrity` the value of an SRI attribute.
    """

    __tablename__ = "asset"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    site: Mapped[str] = mapped_column(ForeignKey("site.key"), index=True)
    notice_sha256: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    plain: Mapped[bytes] = mapped_column(LargeBinary)
    gzip: Mapped[bytes] = mapped_column(LargeBinary)
    brotli: Mapped[bytes] = mapped_column(LargeBinary)
    integrity: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime] = mapped_column(Instant)
