"""The routes for maps of large runs when many ask at once."""

from __future__ import annotations

import asyncio
import threading
import zlib
from collections.abc import Callable

import pytest

from app.server import map_parts, maps
from tests.support.coroutines import result_of
from tests.support.maps_lab import Answer, Lab, cookie


def hold(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, list[int]]:
    """Frames are made when the event is set; the list has those that have begun."""
    release, begun = threading.Event(), []

    def frame(run: str, version: str, number: int) -> bytes:
        begun.append(number)
        release.wait(30)
        return bytes(1000)

    monkeypatch.setattr(map_parts, "frame", frame)
    return release, begun


def together(lab: Lab, release: threading.Event, ready: Callable[[], bool], asks: list) -> list:
    async def all_of_them() -> list[Answer]:
        tasks = [asyncio.create_task(lab.ask(at, cookie=cookie(who))) for at, who in asks]
        while not ready() and not all(task.done() for task in tasks):
            await asyncio.sleep(0)
        for _ in range(200):  # until all others have asked, too: threads may begin before they do
            await asyncio.sleep(0)
        release.set()
        return await asyncio.gather(*tasks)

    return result_of(all_of_them())


def test_sixty_visitors_wait_for_two_at_work_and_a_part_is_made_once(
    lab: Lab, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, begun = hold(monkeypatch)
    asks = [(f"{address}/frames/{who % 4}", who) for who in range(1, 61)]
    seen: list[int] = []

    def two_at_work() -> bool:
        seen.append(len(begun))
        return len(begun) == maps.MAX_AT_WORK

    answers = together(lab, release, two_at_work, asks)
    assert {answer.status for answer in answers} == {200}
    assert max(seen) == maps.MAX_AT_WORK
    assert sorted(begun) == [0, 1, 2, 3]


def test_one_visitor_has_so_many_requests_and_the_others_still_get_theirs(
    lab: Lab, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, begun = hold(monkeypatch)
    asks = [(f"{address}/frames/{number}", 1) for number in range(maps.MAX_OF_A_VISITOR + 3)]
    asks.append((f"{address}/frames/30", 2))
    *own, other = together(lab, release, lambda: len(begun) == maps.MAX_AT_WORK, asks)
    assert sorted(answer.status for answer in own) == [200] * maps.MAX_OF_A_VISITOR + [429] * 3
    assert other.status == 200


def test_parts_are_kept_up_to_a_bound(
    lab: Lab, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, begun = hold(monkeypatch)
    release.set()
    size = len(zlib.compress(bytes(1000), 1))
    monkeypatch.setattr(maps, "KEPT_BYTES", 2 * size)
    for number in (0, 1, 0, 2, 0, 1):
        lab.get(f"{address}/frames/{number}")
    assert begun == [0, 1, 2, 1]  # 0 was used last each time, so that 1 had to go
