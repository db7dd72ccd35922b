"""Running a generator to its end."""

from __future__ import annotations

from collections.abc import Generator

from core.generators import finish


class Turn:
    """Counts how often it is entered, and whether it is held now."""

    def __init__(self) -> None:
        self.count = 0
        self.held = False

    def __enter__(self) -> None:
        self.count += 1
        self.held = True

    def __exit__(self, *_: object) -> None:
        self.held = False


def work(turn: Turn) -> Generator[int, None, str]:
    for number in range(3):
        assert turn.held
        yield number
    return "done"


def test_each_step_has_a_turn_of_its_own_and_is_reported_after_it() -> None:
    turn = Turn()
    told: list[tuple[int, bool]] = []
    assert finish(work(turn), turn, lambda step: told.append((step, turn.held))) == "done"
    assert told == [(0, False), (1, False), (2, False)]
    assert turn.count == 4  # the last one finds the end
