"""Turns: how many are had at a time, in all and by one name, and who is refused."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter

import pytest

from core.execution.turns import TooManyError, Turns
from tests.conftest import until
from tests.support.coroutines import result_of


def test_few_have_a_turn_at_a_time_and_of_one_name_one() -> None:
    turns = Turns(2, waiting=2)
    go_on = threading.Event()
    lock = threading.Lock()
    having: Counter[str] = Counter()
    done: list[str] = []
    most: list[int] = []

    def work(name: str) -> None:
        with turns.take(name):
            with lock:
                having[name] += 1
                most.append(having.total())
                assert having[name] == 1
            go_on.wait(20)
            with lock:
                having[name] -= 1
                done.append(name)

    threads = [threading.Thread(target=work, args=(name,)) for name in "aaabbcc"]
    for thread in threads:
        thread.start()
    until(lambda: having.total() == 2)
    assert sorted(+having) != ["a"]
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert Counter(done) == {"a": 3, "b": 2, "c": 2}
    assert max(most) == 2


def test_who_asks_for_too_many_is_refused_and_may_come_again() -> None:
    turns = Turns(2, waiting=0)
    with turns.take("a"):
        with pytest.raises(TooManyError, match="1 of yours"), turns.take("a"):
            pass
        with turns.take("b"):
            pass
    with turns.take("a"):
        pass


def test_a_turn_that_fails_is_over() -> None:
    turns = Turns(1, waiting=0)
    with pytest.raises(ZeroDivisionError), turns.take("a"):
        raise ZeroDivisionError
    with turns.take("a"):
        pass


def test_coroutines_stand_in_the_same_line_and_who_is_cancelled_gives_way() -> None:
    turns = Turns(1, waiting=2)
    order: list[str] = []

    async def work(name: str) -> None:
        async with turns.take_async(name):
            order.append(name)

    async def attack() -> None:
        with turns.take("a"):
            b, a, c = (asyncio.create_task(work(name)) for name in "bac")
            await asyncio.sleep(0)
            assert order == []
            b.cancel()
            with pytest.raises(asyncio.CancelledError):
                await b
        await asyncio.gather(a, c)

    result_of(attack())
    assert order == ["a", "c"]
    with turns.take("b"):
        pass


def test_a_line_has_an_end() -> None:
    turns = Turns(1, waiting=1, longest=2)
    with turns.take("a"):
        thread = threading.Thread(target=lambda: turns.take("b").__enter__())
        thread.start()
        until(lambda: len(turns._line) == 2)
        with pytest.raises(TooManyError, match="2 files are being made or wait"), turns.take("c"):
            pass
    thread.join(20)
    assert not thread.is_alive()
