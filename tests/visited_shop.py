# SPDX-License-Identifier: Apache-2.0
"""The shop of `tests.factories` with visitors: a log with as many records as a test asks for."""

import json
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cmp.consent.record import Caller
from cmp.consent.recorder import Recorder
from cmp.contract.decision import Stored, decode
from cmp.ledger.export import json_lines
from cmp.ledger.keys import KeyStore
from cmp.ledger.selection import Selection
from cmp.settings import Settings
from tests.factories import AT, ORIGIN, SITE, decision, make_site

__all__ = ["LATER", "VisitedShop"]

LATER = AT + timedelta(days=1)
GRANTS = {
    "method": "accept_all",
    "categories": {"analytics": "granted", "marketing": "granted"},
    "services": {"maling": "granted", "annonse": "granted"},
}


class VisitedShop:
    """A published shop whose visitors decide, one a minute; every fifth grants."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine, self.keys, self.at = engine, KeyStore(settings.key_dir), AT
        self.notice = make_site(engine, settings)
        self._public_url = settings.public_url

    def visit(self, count: int) -> list[Stored]:
        """Let `count` visitors decide and sign the log; return what they were answered."""
        recorder = Recorder(self.engine, self.keys, self._public_url, lambda: self.at)
        stored = []
        for number in range(count):
            self.at += timedelta(minutes=1)
            body = decision(self.notice, **(GRANTS if number % 5 == 0 else {}))
            decided = decode(json.dumps(body).encode())
            stored += recorder.record_many(SITE, [decided], Caller(ORIGIN, ""))
        recorder.stop()
        return stored

    def chunks(self, selection: Selection) -> Iterable[bytes]:
        """Return the download of a selection, as it is streamed."""
        with Session(self.engine) as session:
            return json_lines(session, selection, keys=self.keys, at=LATER)
