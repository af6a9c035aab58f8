# SPDX-License-Identifier: Apache-2.0
"""One writer thread per process takes what waits and commits it together.

There is no linger: while one batch is being committed the next one gathers, so the commit under way
is the window. A caller is released only when its batch is on disk or has failed as a whole.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Generic, TypeVar

__all__ = ["GroupCommit", "Stopped"]

Item = TypeVar("Item")
Result = TypeVar("Result")

LARGEST_BATCH = 256
# Longer than SQLite waits for its lock; then the caller is told, and may ask again.
LONGEST_WAIT_S = 20.0


class Stopped(RuntimeError):
    """The writer has stopped and takes nothing more."""


class GroupCommit(Generic[Item, Result]):
    """Turns many callers of `submit` into few calls of `commit`.

    `commit` takes a batch and returns one result for each item in order, after they are durable.
    An item's own refusal is returned as an exception in its place; an exception raised by `commit`
    fails the batch, and then nothing of it is stored.
    """

    def __init__(self, commit: Callable[[Sequence[Item]], Sequence[Result | Exception]]) -> None:
        self._commit = commit
        self._waiting: SimpleQueue[tuple[Item, Future[Result]] | None] = SimpleQueue()
        self._guard = Lock()
        self._thread: Thread | None = None
        self._stopped = False

    def submit(self, item: Item, *, timeout_s: float = LONGEST_WAIT_S) -> Result:
        """Wait until `item` is durable and return its result, or raise why it is not stored.

        Raises TimeoutError when it is not known after `timeout_s`: it may still be stored. Raises
        Stopped after `stop`.
        """
        answer: Future[Result] = Future()
        # Behind the guard nothing is queued after the last batch, where nobody would answer it.
        with self._guard:
            if self._stopped:
                raise Stopped("the writer has stopped; nothing more is taken")
            self._start()
            self._waiting.put((item, answer))
        return answer.result(timeout_s)

    def stop(self) -> None:
        """Commit what waits, then end the thread."""
        with self._guard:
            self._stopped = True
            self._waiting.put(None)
        if self._thread is not None:
            self._thread.join()

    def _start(self) -> None:
        # Started by the first caller and not at construction, so that a forked worker gets its own.
        if self._thread is None:
            self._thread = Thread(target=self._run, name="group-commit", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch, ends = [first], False
            while len(batch) < LARGEST_BATCH and not self._waiting.empty():
                following = self._waiting.get()
                if following is None:
                    ends = True
                    break
                batch.append(following)
            self._finish(batch)
            if ends:
                return

    def _finish(self, batch: Sequence[tuple[Item, Future[Result]]]) -> None:
        try:
            results = self._commit([item for item, _ in batch])
            pairs = list(zip(batch, results, strict=True))
        except Exception as fault:  # every waiting caller must hear of it; none may hang
            for _, answer in batch:
                answer.set_exception(fault)
            return
        for (_, answer), result in pairs:
            if isinstance(result, Exception):
                answer.set_exception(result)
            else:
                answer.set_result(result)
