"""Many files asked for at once, by one visitor and by some who have left."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.runs import export
from bench.browser.large_run import large_run
from core.execution.turns import TooManyError
from core.export import write_gif, write_html
from core.runs.record import RunError, RunRecord
from tests.conftest import until
from tests.support.recorded_run import record_run


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


def test_the_same_file_is_made_once_for_a_class_that_asks_at_once() -> None:
    made: list[str] = []

    def write(record: RunRecord, path: Path) -> None:
        made.append(record.id)
        path.write_bytes(b"all of it")

    def ask(visitor: int) -> bytes:
        return export._turn(
            lambda: export._shared("tsne-exercise", "asked-at-once", "gif", "done", write),
            f"visitor {visitor}",
            "",
        )

    with ThreadPoolExecutor(20) as pool:
        assert [*pool.map(ask, range(20))] == [b"all of it"] * 20
    assert made == ["tsne-exercise"]
    # A run that has gone on is another file.
    export._shared("tsne-exercise", "asked-at-once", "gif", "more of it", write)
    assert len(made) == 2


@pytest.fixture(scope="module")
def maps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RunRecord]:
    """A run for each kind of file that takes long."""
    folder = tmp_path_factory.mktemp("maps")
    return {
        "gif": record_run(folder / "small"),
        "html": large_run(folder / "large", digits=5001, frames=8),
    }


@pytest.mark.parametrize(("kind", "write"), [("gif", write_gif), ("html", write_html)])
def test_a_file_is_given_up_when_its_visitor_leaves(
    kind: str,
    write: Callable[[RunRecord, Path], None],
    maps: dict[str, RunRecord],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    path = tmp_path / "file"

    def is_open(session: str) -> bool:
        asked.append(session)
        return len(asked) < 4

    monkeypatch.setattr(export, "is_open", is_open)
    with pytest.raises(RunError, match="closed; ask for it again"):
        export._turn(lambda: write(maps[kind], path) or b"", "visitor", "here")
    assert asked == ["here"] * 4
    assert list(tmp_path.iterdir()) == []
    # Another visitor has the next turn, and all of the file.
    monkeypatch.setattr(export, "is_open", lambda session: True)
    export._turn(lambda: write(maps[kind], path) or b"", "another", "here")
    assert path.exists()
    # Outside of a page nobody is asked.
    write(maps[kind], path)
    assert len(asked) == 4
