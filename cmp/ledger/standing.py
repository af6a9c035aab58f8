# SPDX-License-Identifier: Apache-2.0
"""How the logs stand: size, and the last root that was signed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from cmp.ledger.models import Checkpoint, Log

__all__ = ["Standing", "standings"]


@dataclass(frozen=True, slots=True)
class Standing:
    """One log: leaves on disk, and its newest checkpoint if one was signed.

    `size` may be ahead of `checkpoint.size` for a moment: leaves are signed once a second.
    """

    origin: str
    site: str
    year: int
    size: int
    sealed_at: datetime | None
    checkpoint: Checkpoint | None


def standings(session: Session, site: str | None = None) -> list[Standing]:
    """Return how each log stands, of one site or of all: by site, newest year first."""
    newest = (
        select(Checkpoint.log_id, func.max(Checkpoint.size).label("size"))
        .group_by(Checkpoint.log_id)
        .subquery()
    )
    query = (
        select(Log, Checkpoint)
        .outerjoin(newest, newest.c.log_id == Log.log_id)
        .outerjoin(
            Checkpoint,
            and_(Checkpoint.log_id == newest.c.log_id, Checkpoint.size == newest.c.size),
        )
        .order_by(Log.site, Log.year.desc())
    )
    if site is not None:
        query = query.where(Log.site == site)
    return [
        Standing(log.origin, log.site, log.year, log.size, log.sealed_at, note)
        for log, note in session.execute(query)
    ]
