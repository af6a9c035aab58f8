# SPDX-License-Identifier: Apache-2.0
"""`Recorder.record`, the one verb of the visitor's door: from a decision to a signed receipt."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from cmp.clock import as_rfc3339, from_rfc3339
from cmp.consent.fit import check
from cmp.consent.notices import Notices
from cmp.consent.receipt import sign
from cmp.consent.record import Caller, build
from cmp.consent.shown import Shown
from cmp.consent.write import Entry, Kept, Writer
from cmp.contract.decision import Decision, Stored, request_bytes
from cmp.errors import EnvironmentFault, Unavailable
from cmp.ledger.checkpoints import CheckpointPublisher
from cmp.ledger.keys import KeyStore
from cmp.sites.banner_texts import banner_texts, dialog_texts, rendered_text_sha256
from cmp.store.group_commit import GroupCommit, Stopped

__all__ = ["Recorder"]

_log = structlog.get_logger("kvitt.consent")


class Recorder:
    """The write path of one process: notices, the group commit, the checkpoints behind it."""

    def __init__(
        self, engine: Engine, keys: KeyStore, public_url: str, now: Callable[[], datetime]
    ) -> None:
        self.notices = Notices(engine)
        self.checkpoints = CheckpointPublisher(engine, keys, now)
        self._keys, self._public_url, self._now = keys, public_url, now
        self._writer = Writer(engine, keys, public_url, self.checkpoints.grew)
        self._queue: GroupCommit[Entry, Kept] = GroupCommit(self._writer.commit)
        self._text_sha256 = lru_cache(maxsize=256)(self._expected_text)

    def record(self, site: str, decision: Decision, caller: Caller) -> tuple[Stored, bool]:
        """Store `decision` and return its receipt, and whether it is new. Durable when it returns.

        Raises NotFound, Conflict or Unprocessable as the contract says, Unavailable when it cannot
        be taken now. Then nothing of it is stored, or, where the connection broke in the commit
        itself, all of it; the same key again gives the receipt in either case.
        """
        try:
            notice = self.notices.find(site, decision.notice_sha256)
            check(decision, notice, self.notices.in_force(site))
            kept = self._queue.submit(self._entry(decision, notice, caller))
            return self._stored(decision, notice, kept), kept.is_new
        except (SQLAlchemyError, OSError, EnvironmentFault, Stopped) as fault:
            # The first line only: PostgreSQL's next ones may quote a row.
            _log.error("decision not stored", site=site, fault=str(fault).partition("\n")[0])
            raise Unavailable(
                "The decision could not be stored.", now="Try again with the same idempotency key."
            ) from fault

    def record_many(self, site: str, decisions: Sequence[Decision], caller: Caller) -> list[Stored]:
        """Store `decisions` in one transaction, for imports and measurements; else as `record`."""
        notices = [self.notices.find(site, d.notice_sha256) for d in decisions]
        pairs = list(zip(decisions, notices, strict=True))
        for decision, notice in pairs:
            check(decision, notice, self.notices.in_force(site))
        kept = self._writer.commit([self._entry(d, n, caller) for d, n in pairs])
        for answer in kept:
            if isinstance(answer, Exception):
                raise answer
        return [
            self._stored(d, n, k)
            for (d, n), k in zip(pairs, kept, strict=True)
            if isinstance(k, Kept)
        ]

    def stop(self) -> None:
        """Commit and sign what waits, then end the threads."""
        self._queue.stop()
        self.checkpoints.stop()

    def _entry(self, decision: Decision, notice: Shown, caller: Caller) -> Entry:
        at = self._now()
        text = self._text_sha256(notice.site, notice.sha256, decision.lang, decision.layer == 1)
        record = build(decision, notice, caller, at=at, text_sha256=text)
        return Entry(
            record=record,
            notice=notice,
            idempotency_key=decision.idempotency_key,
            request_sha256=hashlib.sha256(request_bytes(decision)).digest(),
            at=at,
            valid_until=from_rfc3339(record["event"]["valid_until"]),
            returning=decision.subject is not None,
        )

    def _stored(self, decision: Decision, notice: Shown, kept: Kept) -> Stored:
        return Stored(
            record_id=kept.record_id,
            idempotency_key=decision.idempotency_key,
            receipt=sign(kept, site=notice.site, keys=self._keys),
            index=kept.index,
            valid_until=as_rfc3339(kept.valid_until),
            subject=kept.subject,
        )

    def _expected_text(self, site: str, sha256: str, lang: str, first_layer: bool) -> str:
        """The hash of the text that the notice shows in that language (A.3)."""
        body, short = self.notices.find(site, sha256).body, lang.partition("-")[0]
        build_texts = banner_texts if first_layer else dialog_texts
        texts = build_texts(body, short, base=self._public_url)
        return rendered_text_sha256(texts, 1 if first_layer else 2, short)
