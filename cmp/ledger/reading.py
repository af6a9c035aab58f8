# SPDX-License-Identifier: Apache-2.0
"""The log as others fetch it: newest checkpoint, tiles (C2SP tlog-tiles), verifier keys."""

from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from cmp.errors import NotFound
from cmp.ledger.checkpoints import publish
from cmp.ledger.keys import KeyStore
from cmp.ledger.models import Checkpoint, Leaf, Log
from cmp.ledger.proofs import subtree_hashes
from cmp.proof.keys import vkey
from cmp.proof.leaf import leaf_entry
from cmp.proof.tiles import WIDTH, entry_bundle, parse_tile_path

__all__ = ["fresh_checkpoint", "tile", "verifier_keys"]


def _log(session: Session, site: str, year: int) -> Log:
    log = session.scalar(select(Log).where(Log.site == site, Log.year == year))
    if log is None:
        raise NotFound(f"There is no log of {site} for {year}.", now="Check site and year.")
    return log


def fresh_checkpoint(engine: Engine, site: str, year: int, *, keys: KeyStore, at: datetime) -> str:
    """Return the checkpoint of everything on disk, signing it if the last one is behind.

    The same routine runs after each batch: what a crash left unsigned is signed by the next reader.
    """
    with Session(engine) as session:
        log = _log(session, site, year)
        note = _newest(session, log.log_id)
        if note is not None and note.size == log.size:
            return note.note
        log_id = log.log_id
    publish(engine, log_id, keys=keys, at=at)
    with Session(engine) as session:
        note = _newest(session, log_id)
        if note is None:
            raise AssertionError("a log that exists has a genesis leaf, so it was just signed")
        return note.note


def _newest(session: Session, log_id: int) -> Checkpoint | None:
    return session.scalar(
        select(Checkpoint)
        .where(Checkpoint.log_id == log_id)
        .order_by(Checkpoint.size.desc())
        .limit(1)
    )


def tile(session: Session, site: str, year: int, path: str) -> bytes | None:
    """Return the bytes of the tile at `path` (below `tile/`), or None if the log has no such tile.

    Only what a checkpoint covers is given out.
    """
    asked = parse_tile_path(path)
    log = _log(session, site, year)
    note = _newest(session, log.log_id)
    if asked is None or note is None:
        return None
    level = 0 if asked.level == "entries" else int(asked.level)
    first = asked.number * WIDTH
    if first + asked.width > note.size >> (8 * level):
        return None
    if asked.level == "entries":
        return _entries(session, log.log_id, first, asked.width)
    return b"".join(subtree_hashes(session, log.log_id, 8 * level, first, asked.width))


def _entries(session: Session, log_id: int, first: int, width: int) -> bytes:
    rows = session.execute(
        select(Leaf.kind, Leaf.period, Leaf.digest)
        .where(Leaf.log_id == log_id, Leaf.leaf_index.between(first, first + width - 1))
        .order_by(Leaf.leaf_index)
    )
    return entry_bundle([leaf_entry(r.kind, r.period, r.digest) for r in rows])


def verifier_keys(session: Session, keys: KeyStore) -> list[str]:
    """Return the verifier key (C2SP signed-note) of every log, oldest first."""
    logs = session.scalars(select(Log).order_by(Log.site, Log.year))
    return [vkey(log.origin, keys.log_key(log.site, log.year).public_key()) for log in logs]
