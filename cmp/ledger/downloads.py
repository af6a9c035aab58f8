# SPDX-License-Identifier: Apache-2.0
"""Downloads of records, each noted in the trail before it begins: who, when, which records."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cmp.clock import as_rfc3339
from cmp.ledger.selection import Selection
from cmp.trail import Activity

__all__ = ["VERB", "downloads", "note_download"]

VERB = "record.export"
MOST = 200


def note_download(
    session: Session, selection: Selection, form: str, *, at: datetime, actor: str
) -> None:
    """Write to the trail that `actor` downloads `selection` as `form` (`csv` or `jsonl`).

    `session` must be in a write transaction; the caller commits before the first byte leaves, for
    who breaks a download off has seen what came before.
    """
    details = {
        name: as_rfc3339(value) if isinstance(value, datetime) else value
        for name, value in asdict(selection).items()
    }
    session.add(
        Activity(at=at, actor=actor, verb=VERB, site=selection.site, subject=form, details=details)
    )


def downloads(session: Session, site: str) -> Sequence[Activity]:
    """Return the downloads of the site's records so far, newest first, at most 200."""
    return session.scalars(
        select(Activity)
        .where(Activity.site == site, Activity.verb == VERB)
        .order_by(Activity.at.desc(), Activity.activity_id.desc())
        .limit(MOST)
    ).all()
