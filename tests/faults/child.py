# SPDX-License-Identifier: Apache-2.0
"""The write path in a process of its own, which may be told to die at a named point.

    python -m tests.faults.child DATABASE_URL KEY_DIR POINT

Decisions come in as JSON, one a line; each is answered by a line with its receipt, once it is
durable. The word `die` arms POINT: the next decision meets SIGKILL there.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, event

from cmp import clock
from cmp.consent import write
from cmp.consent.record import Caller
from cmp.consent.recorder import Recorder
from cmp.contract.decision import decode
from cmp.ledger import checkpoints
from cmp.ledger.keys import KeyStore
from cmp.store.open import open_engine
from tests.factories import ORIGIN, SITE

PUBLIC_URL = "https://consent.example.no"
released = Event()


def die() -> None:
    """Nothing is flushed, closed, rolled back or released."""
    os.kill(os.getpid(), signal.SIGKILL)


def _before_lock(_engine: Engine) -> None:
    write.write_transaction = lambda _engine: die()  # type: ignore[assignment]


def _after(module: Any, name: str) -> Callable[[Engine], None]:
    """Die when the function `name` of `module` has done its work."""

    def arm(_engine: Engine) -> None:
        real = getattr(module, name)

        def dying(*given: Any, **named: Any) -> None:
            real(*given, **named)
            die()

        setattr(module, name, dying)

    return arm


def _after_record_insert(engine: Engine) -> None:
    @event.listens_for(engine, "after_cursor_execute")
    def _inserted(_c: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO record "):
            die()


def _before_commit(engine: Engine) -> None:
    event.listen(engine, "commit", lambda _connection: die())


def _after_commit(_engine: Engine) -> None:
    real = write.write_transaction

    @contextmanager
    def dying(engine: Engine) -> Iterator[Connection]:
        with real(engine) as connection:
            yield connection
        die()

    write.write_transaction = dying


def _before_checkpoint(_engine: Engine) -> None:
    def dying(*_: Any, **__: Any) -> None:
        released.wait()
        die()

    checkpoints.publish = dying  # type: ignore[assignment]


POINTS: dict[str, Callable[[Engine], None]] = {
    "never": lambda _engine: None,
    "before-lock": _before_lock,
    "after-lock": _after(write, "lock_head"),
    "after-leaf-insert": _after(write, "append"),
    "after-record-insert": _after_record_insert,
    "before-commit": _before_commit,
    "after-commit-before-release": _after_commit,
    "after-release-before-checkpoint": _before_checkpoint,
    "after-signing-before-storing": _after(checkpoints, "sign_checkpoint"),
}


def main(url: str, key_dir: str, point: str) -> None:
    """Answer decisions until the input or the process ends."""
    engine = open_engine(url)
    now: Callable[[], datetime] = clock.now
    recorder = Recorder(engine, KeyStore(Path(key_dir)), PUBLIC_URL, now)
    for line in sys.stdin:
        if line.strip() == "die":
            # What the earlier decisions left to sign must not meet the point meant for the next.
            recorder.checkpoints.publish_grown()
            POINTS[point](engine)
            continue
        stored, _ = recorder.record(SITE, decode(line.encode()), Caller(ORIGIN, ""))
        sys.stdout.write(msgspec.json.encode(stored).decode() + "\n")
        sys.stdout.flush()
        released.set()
    recorder.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
