"""Many files asked for at once, by one visitor and by some who have left."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.runs import export
from core.execution.turns import TooManyError
from core.runs.record import RunError
from tests.conftest import until


def test_sixty_requests_of_one_visitor_leave_room_for_another() -> None:
    go_on = threading.Event()
    begun: list[str] = []

    def slow(name: str) -> Callable[[], bytes]:
        def make() -> bytes:
            begun.append(name)
            go_on.wait(20)
            return name.encode()

        return make

    with ThreadPoolExecutor(61) as pool:
        greedy = [pool.submit(export._turn, slow("greedy"), "greedy", "") for _ in range(60)]
        until(lambda: sum(each.done() for each in greedy) == 57)
        modest = pool.submit(export._turn, slow("modest"), "modest", "")
        until(lambda: "modest" in begun)
        assert begun == ["greedy", "modest"]
        go_on.set()
        assert modest.result(20) == b"modest"
        failed = [each for each in greedy if each.exception(20) is not None]
    assert len(failed) == 57
    assert all(isinstance(each.exception(), TooManyError) for each in failed)


def test_no_file_is_made_for_somebody_who_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "is_open", lambda session: session == "here")
    assert export._turn(lambda: b"file", "visitor", "here") == b"file"
    with pytest.raises(RunError, match="closed; ask for it again"):
        export._turn(lambda: pytest.fail("it is made"), "visitor", "gone")
