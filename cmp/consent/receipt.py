# SPDX-License-Identifier: Apache-2.0
"""Receipts: made from what is on disk, whenever they are asked for, and never stored.

Ed25519 is deterministic, so the same record always gives the same receipt.
"""

from base64 import b64encode

import msgspec
from sqlalchemy import Connection, select

from cmp.consent.write import Kept
from cmp.errors import NotFound
from cmp.ledger.append import period_of
from cmp.ledger.keys import KeyStore
from cmp.ledger.models import Log, Record
from cmp.proof.commitment import commitment
from cmp.proof.leaf import leaf_entry
from cmp.proof.receipt import sign_receipt

__all__ = ["kept_record", "sign"]


def sign(kept: Kept, *, site: str, keys: KeyStore) -> str:
    """Return the receipt of `kept` as compact JWS (specification B.2, instant receipt)."""
    entry = leaf_entry("consent", period_of(kept.at), commitment(kept.body.encode(), kept.salt))
    payload = {
        "entry": b64encode(entry).decode(),
        "index": kept.index,
        "iss": kept.origin.partition("/")[0],
        "log": kept.origin,
        "record": msgspec.json.decode(kept.body),
        "salt": b64encode(kept.salt).decode(),
    }
    return sign_receipt(payload, keys.receipt_key)


def kept_record(connection: Connection, record_id: str) -> tuple[Kept, str]:
    """Return what is kept of a record and its site. Raises NotFound for unknown and erased ones."""
    row = connection.execute(
        select(
            Record.subject_key,
            Record.body,
            Record.salt,
            Record.log_id,
            Log.origin,
            Record.leaf_index,
            Record.valid_until,
            Record.decided_at,
            Record.site,
        )
        .join(Log, Log.log_id == Record.log_id)
        .where(Record.record_id == record_id)
    ).one_or_none()
    if row is None:
        raise NotFound(
            "There is no such receipt.", now="Check the address; erased records have none."
        )
    kept = Kept(
        record_id=record_id,
        subject=row.subject_key,
        body=row.body,
        salt=row.salt,
        log_id=row.log_id,
        origin=row.origin,
        index=row.leaf_index,
        valid_until=row.valid_until,
        at=row.decided_at,
        is_new=False,
    )
    return kept, row.site
