"""The executor on threads."""

from __future__ import annotations

import threading

import pytest

from core.execution.threads import BackgroundThreads


def test_threads_keep_to_the_order_and_pass_on_results_and_errors() -> None:
    executor = BackgroundThreads(1)
    made: list[int] = []
    futures = [executor.submit(made.append, number) for number in range(5)]
    fine = executor.submit(divmod, 7, 2)
    wrong = executor.submit(divmod, 7, 0)
    assert fine.result(timeout=30) == (3, 1)
    assert isinstance(wrong.exception(timeout=30), ZeroDivisionError)
    assert all(future.done() for future in futures)
    assert made == list(range(5))
    executor.shutdown()


def test_threads_that_are_shut_down_take_nothing_and_can_drop_what_waits() -> None:
    executor = BackgroundThreads(1)
    started, go_on = threading.Event(), threading.Event()

    def work() -> str:
        started.set()
        assert go_on.wait(30)
        return "done"

    running, waiting = executor.submit(work), executor.submit(work)
    assert started.wait(30)
    executor.shutdown(wait=False, cancel_futures=True)
    assert waiting.cancelled()
    with pytest.raises(RuntimeError, match="after shutdown"):
        executor.submit(work)
    go_on.set()
    executor.shutdown()
    assert running.result(timeout=0) == "done"
