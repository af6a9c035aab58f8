# SPDX-License-Identifier: Apache-2.0
"""No fork is ever signed, and nothing follows a seal, whatever the clocks say."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine, delete, func, select, update

from cmp.consent.record import Caller
from cmp.consent.recorder import Recorder
from cmp.contract.decision import Decision, decode
from cmp.errors import EnvironmentFault
from cmp.ledger import checkpoints
from cmp.ledger.append import lock_head
from cmp.ledger.checkpoints import CheckpointPublisher, publish
from cmp.ledger.keys import KeyStore
from cmp.ledger.models import Checkpoint, Leaf, Log, Record
from cmp.proof.merkle import Frontier
from cmp.settings import Settings
from cmp.sites.models import Notice
from cmp.store.transaction import write_transaction
from tests.factories import ORIGIN, SITE, decision
from tests.faults.child import PUBLIC_URL
from tests.stored import half_stored

OLD_YEAR = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
NEW_YEAR = datetime(2027, 1, 1, 0, 0, 1, tzinfo=UTC)


class Clock:
    """The server's clock, as wrong as a test wants it."""

    def __init__(self) -> None:
        self.at = OLD_YEAR

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(settings: Settings) -> KeyStore:
    return KeyStore(settings.key_dir)


@pytest.fixture
def recorder(
    notice: Notice,
    engine: Engine,
    keys: KeyStore,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Recorder]:
    """A write path that signs nothing by itself, so that a test decides when."""
    with monkeypatch.context() as patch:
        patch.setattr(CheckpointPublisher, "grew", lambda _self, _log_id: None)
        made = Recorder(engine, keys, PUBLIC_URL, clock)
    yield made
    made.stop()


def sent(notice: Notice) -> Decision:
    return decode(json.dumps(decision(notice)).encode())


def give(recorder: Recorder, notice: Notice) -> int:
    return recorder.record(SITE, sent(notice), Caller(ORIGIN, ""))[0].index


def kinds(engine: Engine, year: int) -> list[str]:
    with engine.connect() as connection:
        return list(
            connection.scalars(
                select(Leaf.kind)
                .join(Log, Log.log_id == Leaf.log_id)
                .where(Log.year == year)
                .order_by(Leaf.leaf_index)
            )
        )


def test_a_restored_backup_is_never_signed_and_receipts_are_still_given(
    recorder: Recorder, notice: Notice, engine: Engine, keys: KeyStore
) -> None:
    give(recorder, notice)
    with engine.connect() as connection:
        log_id, backup = connection.execute(select(Log.log_id, Log.frontier)).one()
    for _ in range(3):
        give(recorder, notice)
    assert publish(engine, log_id, keys=keys, at=OLD_YEAR)
    size = Frontier.from_bytes(backup).size
    with write_transaction(engine) as connection:
        connection.execute(delete(Record).where(Record.leaf_index >= size))
        connection.execute(delete(Leaf).where(Leaf.leaf_index >= size))
        connection.execute(update(Log).values(size=size, frontier=backup))

    # Smaller at first, then another tree of the size that was signed: refused both times.
    for _ in range(3):
        with pytest.raises(EnvironmentFault, match="signed"):
            publish(engine, log_id, keys=keys, at=OLD_YEAR)
        give(recorder, notice)
    with pytest.raises(EnvironmentFault, match="signed"):
        publish(engine, log_id, keys=keys, at=OLD_YEAR)
    with engine.connect() as connection:
        assert connection.scalar(select(func.max(Checkpoint.size))) == size + 3
        assert connection.scalar(select(func.count()).select_from(Checkpoint)) == 1
    assert half_stored(engine) == []


def test_a_clock_that_jumps_back_over_new_year_adds_nothing_behind_the_seal(
    recorder: Recorder, notice: Notice, engine: Engine, clock: Clock
) -> None:
    give(recorder, notice)
    clock.at = NEW_YEAR
    assert give(recorder, notice) == 2
    clock.at = OLD_YEAR
    assert give(recorder, notice) == 3
    assert kinds(engine, 2026) == ["genesis", "notice", "consent", "seal"]
    assert kinds(engine, 2027) == ["genesis", "notice", "consent", "consent"]
    assert half_stored(engine) == []


def test_a_clock_that_was_far_ahead_leaves_one_open_log(
    recorder: Recorder, notice: Notice, engine: Engine, clock: Clock
) -> None:
    give(recorder, notice)
    for year in (2099, 2026, 2027, 2098):
        clock.at = NEW_YEAR.replace(year=year)
        give(recorder, notice)
    with engine.connect() as connection:
        assert list(connection.scalars(select(Log.year).order_by(Log.year))) == [2026, 2099]
    assert half_stored(engine) == []


def test_who_waited_for_a_log_that_was_sealed_meanwhile_writes_to_the_next(
    recorder: Recorder, notice: Notice, engine: Engine, keys: KeyStore, clock: Clock
) -> None:
    """One process still has the old year when another, holding the lock, opens the new one."""
    give(recorder, notice)
    waits = Event()

    def late() -> int:
        waits.set()
        return give(recorder, notice)

    with ThreadPoolExecutor(1) as pool:
        with write_transaction(engine) as connection:
            lock_head(connection, SITE, at=NEW_YEAR, public_url=PUBLIC_URL, keys=keys)
            answer = pool.submit(late)
            assert waits.wait(10)
            with pytest.raises(TimeoutError):
                answer.result(0.5)
        assert answer.result(20) == 2
    assert kinds(engine, 2026)[-1] == "seal"
    assert half_stored(engine) == []


def test_processes_meet_new_year_together(notice: Notice, engine: Engine, keys: KeyStore) -> None:
    """Batches that straddle the year take the logs' locks in one order, so none is a deadlock."""
    moment = iter(OLD_YEAR + timedelta(milliseconds=20 * n) for n in range(100_000))
    recorders = [Recorder(engine, keys, PUBLIC_URL, lambda: next(moment)) for _ in range(2)]
    with ThreadPoolExecutor(16) as pool:
        work = [pool.submit(give, recorders[n % 2], notice) for n in range(120)]
        assert len([w.result(60) for w in work]) == 120
    assert kinds(engine, 2026)[-1] == "seal"
    assert kinds(engine, 2026).count("consent") + kinds(engine, 2027).count("consent") == 120
    assert half_stored(engine) == []
    for recorder in recorders:
        recorder.stop()


def test_a_log_that_cannot_be_sealed_does_not_stop_the_other_sites(
    recorder: Recorder, notice: Notice, engine: Engine, keys: KeyStore, clock: Clock
) -> None:
    """A fork of one site is found at New Year, in a batch that also holds another site's entry."""
    give(recorder, notice)
    with write_transaction(engine) as connection:
        head = lock_head(connection, SITE, at=OLD_YEAR, public_url=PUBLIC_URL, keys=keys)
        connection.execute(
            Checkpoint.__table__.insert(),
            {
                "log_id": head.log_id,
                "size": 99,
                "root": b"x" * 32,
                "note": "",
                "signed_at": OLD_YEAR,
            },
        )
    entry = recorder._entry(sent(notice), recorder.notices.in_force(SITE), Caller(ORIGIN, ""))
    clock.at = NEW_YEAR
    forked = recorder._entry(sent(notice), recorder.notices.in_force(SITE), Caller(ORIGIN, ""))
    refused, kept = recorder._writer.commit([forked, entry])
    assert isinstance(refused, EnvironmentFault)
    assert not isinstance(kept, Exception)
    assert kinds(engine, 2027) == []
    assert half_stored(engine) == []


def test_the_signing_thread_outlives_a_database_that_was_away(
    recorder: Recorder,
    notice: Notice,
    engine: Engine,
    keys: KeyStore,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    give(recorder, notice)
    failed, signed = Event(), Event()
    real = checkpoints.publish

    def away(*given: object, **named: object) -> None:
        if not failed.is_set():
            failed.set()
            raise OSError("no room for the lock file")
        real(*given, **named)  # type: ignore[arg-type]
        signed.set()

    monkeypatch.setattr(checkpoints, "publish", away)
    publisher = CheckpointPublisher(engine, keys, lambda: OLD_YEAR)
    with engine.connect() as connection:
        publisher.grew(connection.scalar(select(Log.log_id)) or 0)
    assert failed.wait(10)
    assert signed.wait(10), "nobody else has to say that the log grew"
    publisher.stop()


def test_two_signers_never_take_each_other_for_a_fork(
    recorder: Recorder, notice: Notice, engine: Engine, keys: KeyStore
) -> None:
    give(recorder, notice)
    with engine.connect() as connection:
        log_id = connection.scalar(select(Log.log_id)) or 0

    def sign(_: int) -> None:
        publish(engine, log_id, keys=keys, at=OLD_YEAR)

    with ThreadPoolExecutor(6) as pool:
        work = [
            pool.submit(sign, n) if n % 2 else pool.submit(give, recorder, notice)
            for n in range(160)
        ]
        for one in work:
            one.result(60)
