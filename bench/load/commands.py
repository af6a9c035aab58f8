# SPDX-License-Identifier: Apache-2.0
"""Commands for the load bench: make a site, count decisions in storage, list visitors, fill up.

    python -m bench.load.commands init | count | ids PREFIX | preload N | write_notice

Settings come from the environment, as for `kvitt`. The site's notice has four categories, so that a
decision answers for four, as the bench's peers do.
"""

import json
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cmp import clock
from cmp.catalog.item_rules import ItemFacts, ServiceFacts
from cmp.catalog.verbs import add_item, add_service
from cmp.cli.init import first_start
from cmp.cli.session import open_database, settings, write_session
from cmp.consent.record import Caller
from cmp.consent.recorder import Recorder
from cmp.contract.decision import Decision
from cmp.ledger.keys import KeyStore
from cmp.ledger.models import Leaf, Record
from cmp.migrations import migrate
from cmp.sites.notice import notice_bytes, notice_sha256
from cmp.sites.publish import draft, put_in_force
from cmp.sites.verbs import SiteFacts, add_site
from cmp.store.open import open_engine

NOTICE = Path(__file__).with_name("notice.json")
SITE = "load"
ORIGIN = "https://shop.example"
CATEGORIES = ("functional", "analytics", "personalisation", "marketing")
ANSWERS = ("granted", "granted", "granted", "denied")


def init() -> None:
    """Make the database and the site, and put the bench's own notice in force.

    `notice.json` is a notice as `publish` once made it, kept as it is: its hash stands in the
    requests of the plug-in files, so it must not change with every build.
    """
    given = settings()
    first_start(given)
    body = json.loads(NOTICE.read_text("utf-8"))
    with write_session(given) as session:
        site = add_site(session, SiteFacts(SITE, "Load", [ORIGIN]), at=clock.now(), actor="bench")
        notice = put_in_force(
            session,
            site,
            body,
            1,
            at=clock.now(),
            actor="bench",
            keys=KeyStore(given.key_dir),
            public_url=given.public_url,
        )
        print(notice.sha256)


def write_notice() -> None:
    """Make `notice.json` anew from the categories above; the plug-in files then need its hash."""
    at = datetime(2026, 11, 24, tzinfo=UTC)
    identity = {
        "controllers": [{"id": "load", "name": "Load", "address": "-", "email": "load@example.no"}],
        "policy": {"url": {"nb": f"{ORIGIN}/"}, "sha256": "0" * 64},
    }
    engine = open_engine("sqlite://")
    migrate(engine)
    with Session(engine) as session, session.begin():
        facts = SiteFacts(SITE, "Load", [ORIGIN], languages=["nb"], identity=identity)
        site = add_site(session, facts, at=at, actor="bench")
        for category in CATEGORIES:
            _fill(session, category, at)
        body, _ = draft(session, site, at=at)
    NOTICE.write_bytes(notice_bytes(body))
    print(notice_sha256(body))


def _fill(session: Session, category: str, at: datetime) -> None:
    facts = ServiceFacts(service_id=category, name=category, provider="Load", category=category)
    service = add_service(session, SITE, facts, at=at, actor="bench")
    item = ItemFacts(name=f"_{category}", technology="cookie", party="first", category=category)
    add_item(session, service, item, at=at, actor="bench")


def count() -> None:
    """Print the number of complete decisions: a record and the leaf it stands for."""
    with Session(open_database(settings())) as session:
        complete = (
            select(func.count())
            .select_from(Record)
            .join(Leaf, (Leaf.log_id == Record.log_id) & (Leaf.leaf_index == Record.leaf_index))
        )
        print(session.scalar(complete))


def ids(prefix: str) -> None:
    """Print every visitor whose pseudonym begins with `prefix`, without the padding."""
    with Session(open_database(settings())) as session:
        found = session.scalars(
            select(Record.subject_key).where(Record.subject_key.startswith(prefix, autoescape=True))
        )
        for subject in found:
            print(subject.rstrip("-"))


def preload(number: str) -> None:
    """Bring storage to `number` decisions through the product's own write path."""
    given = settings()
    engine = open_database(given)
    recorder = Recorder(engine, KeyStore(given.key_dir), given.public_url, clock.now)
    with Session(engine) as session:
        missing = int(number) - (session.scalar(select(func.count()).select_from(Record)) or 0)
    for batch in _batches(missing):
        recorder.record_many(SITE, [_decision(recorder) for _ in range(batch)], Caller(ORIGIN, ""))
    recorder.stop()


def _batches(missing: int) -> Iterator[int]:
    while missing > 0:
        yield min(missing, 256)
        missing -= 256


def _decision(recorder: Recorder) -> Decision:
    chosen = dict(zip(CATEGORIES, ANSWERS, strict=True))
    return Decision(
        idempotency_key=str(uuid.uuid4()),
        notice_sha256=recorder.notices.in_force(SITE).sha256,
        method="save_custom",
        layer=2,
        categories=chosen,  # type: ignore[arg-type]  # the words are the wire's own
        services=chosen,  # type: ignore[arg-type]  # the words are the wire's own
        lang="nb",
    )


COMMANDS = {f.__name__: f for f in (init, count, ids, preload, write_notice)}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])
