# SPDX-License-Identifier: Apache-2.0
"""The group commit: everybody is answered, in order, and only after the commit."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from cmp.store.group_commit import LARGEST_BATCH, GroupCommit, Stopped


def test_every_caller_gets_its_own_result() -> None:
    queue: GroupCommit[int, int] = GroupCommit(lambda batch: [item * 2 for item in batch])
    with ThreadPoolExecutor(32) as pool:
        assert list(pool.map(queue.submit, range(500))) == [item * 2 for item in range(500)]
    queue.stop()


def test_what_waits_during_a_commit_is_committed_together() -> None:
    sizes: list[int] = []
    first_began, go_on = Event(), Event()

    def commit(batch: Sequence[int]) -> list[int]:
        sizes.append(len(batch))
        first_began.set()
        assert go_on.wait(10)
        return list(batch)

    queue: GroupCommit[int, int] = GroupCommit(commit)
    with ThreadPoolExecutor(300) as pool:
        answers = [pool.submit(queue.submit, 0)]
        assert first_began.wait(10)
        answers += [pool.submit(queue.submit, n) for n in range(1, 300)]
        while queue._waiting.qsize() < 299:
            pass
        go_on.set()
        assert [answer.result(10) for answer in answers] == list(range(300))
    assert sizes == [1, LARGEST_BATCH, 299 - LARGEST_BATCH]
    queue.stop()


def test_a_failed_commit_fails_its_whole_batch_and_the_next_goes_on() -> None:
    fail = True

    def commit(batch: Sequence[int]) -> list[int]:
        if fail:
            raise OSError("disk full")
        return list(batch)

    queue: GroupCommit[int, int] = GroupCommit(commit)
    with pytest.raises(OSError, match="disk full"):
        queue.submit(1)
    fail = False
    assert queue.submit(2) == 2
    queue.stop()


def test_one_item_can_be_refused_without_harm_to_the_others() -> None:
    def commit(batch: Sequence[int]) -> list[int | Exception]:
        return [ValueError("odd") if item % 2 else item for item in batch]

    queue: GroupCommit[int, int] = GroupCommit(commit)
    assert queue.submit(2) == 2
    with pytest.raises(ValueError, match="odd"):
        queue.submit(3)
    queue.stop()


def test_a_commit_that_answers_for_too_few_fails_its_batch_and_not_the_thread() -> None:
    answers: list[list[int]] = [[], [2]]
    queue: GroupCommit[int, int] = GroupCommit(lambda _batch: answers.pop(0))
    with pytest.raises(ValueError, match="shorter"):
        queue.submit(1, timeout_s=5)
    assert queue.submit(2, timeout_s=5) == 2
    queue.stop()


def test_nobody_waits_for_ever() -> None:
    go_on = Event()

    def commit(batch: Sequence[int]) -> list[int]:
        assert go_on.wait(10)
        return list(batch)

    queue: GroupCommit[int, int] = GroupCommit(commit)
    with pytest.raises(TimeoutError):
        queue.submit(1, timeout_s=0.05)
    go_on.set()
    assert queue.submit(2) == 2
    queue.stop()


def test_what_waits_is_committed_before_the_end_and_nothing_is_taken_after_it() -> None:
    began, go_on = Event(), Event()

    def commit(batch: Sequence[int]) -> list[int]:
        began.set()
        assert go_on.wait(10)
        return list(batch)

    queue: GroupCommit[int, int] = GroupCommit(commit)
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(queue.submit, 1)]
        assert began.wait(10)
        answers.append(pool.submit(queue.submit, 2))
        while not queue._waiting.qsize():
            pass
        ending = pool.submit(queue.stop)
        while not queue._stopped:
            pass
        with pytest.raises(Stopped):
            queue.submit(3, timeout_s=5)
        go_on.set()
        assert [answer.result(10) for answer in answers] == [1, 2]
        ending.result(10)
