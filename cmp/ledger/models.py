# SPDX-License-Identifier: Apache-2.0
"""Rows of the log. A leaf is written once; a record may be erased, its leaf not."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cmp.store.base import Base, BigInt, Instant

__all__ = ["Checkpoint", "Leaf", "Log", "NoticeLeaf", "PublicBody", "Record"]


class Log(Base):
    """One log per site and calendar year, and its head: next index and the tree's right edge."""

    __tablename__ = "log"
    __table_args__ = (UniqueConstraint("site", "year"),)

    log_id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(String(300), unique=True)
    site: Mapped[str] = mapped_column(String(64))
    year: Mapped[int]
    size: Mapped[int] = mapped_column(BigInt)
    frontier: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime | None] = mapped_column(Instant)


class Leaf(Base):
    """What the tree holds of one event: kind, month and a 32-byte commitment or public hash."""

    __tablename__ = "leaf"

    log_id: Mapped[int] = mapped_column(ForeignKey("log.log_id"), primary_key=True)
    leaf_index: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(8))
    period: Mapped[str] = mapped_column(String(7))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class PublicBody(Base):
    """The canonical JSON behind a public leaf (genesis, notice, erasure, key, seal)."""

    __tablename__ = "public_body"

    log_id: Mapped[int] = mapped_column(ForeignKey("log.log_id"), primary_key=True)
    leaf_index: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Text)


class NoticeLeaf(Base):
    """Where a notice stands in a log. A record may only name a notice that stands below it."""

    __tablename__ = "notice_leaf"

    log_id: Mapped[int] = mapped_column(ForeignKey("log.log_id"), primary_key=True)
    notice_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    leaf_index: Mapped[int] = mapped_column(BigInt)


class Record(Base):
    """The evidence of one decision: canonical body and salt, and columns to find it by.

    `body` and `salt` are what a receipt shows and what erasure deletes. `request_sha256` is the
    hash of the decoded request, so that a key reused with other content is noticed.
    """

    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint("log_id", "leaf_index"),
        UniqueConstraint("site", "idempotency_key"),
        Index("ix_record_site_decided_at", "site", "decided_at"),
        Index("ix_record_site_subject_key", "site", "subject_key"),
    )

    record_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    log_id: Mapped[int] = mapped_column(ForeignKey("log.log_id"))
    leaf_index: Mapped[int] = mapped_column(BigInt)
    site: Mapped[str] = mapped_column(String(64))
    subject_key: Mapped[str] = mapped_column(String(22))
    idempotency_key: Mapped[str] = mapped_column(String(36))
    request_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    notice_sha256: Mapped[str] = mapped_column(String(64))
    method: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12))
    granted: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime] = mapped_column(Instant)
    valid_until: Mapped[datetime] = mapped_column(Instant)
    body: Mapped[str] = mapped_column(Text)
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))


class Checkpoint(Base):
    """A signed root. Never two roots for one size: the primary key refuses the second."""

    __tablename__ = "checkpoint"

    log_id: Mapped[int] = mapped_column(ForeignKey("log.log_id"), primary_key=True)
    size: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    note: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime] = mapped_column(Instant)
