"""What a browser says was selected in a replay is believed only where it can be true."""

from __future__ import annotations

import pytest

from app.components.player.selection import NOTHING, Selection, selection_from

SEEN = {"signature": "now", "count": 10, "iterations": frozenset({0, 5, 10})}


def test_a_selection_is_what_the_browser_sent() -> None:
    sent = {"signature": "now", "point": 3, "lasso": [7, 2, 7], "iteration": 5}
    assert selection_from(sent, **SEEN) == Selection(point=3, lasso=(2, 7), iteration=5)
    nothing = {"signature": "now", "point": None, "lasso": [], "iteration": 0}
    assert selection_from(nothing, **SEEN) == Selection(iteration=0)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        7,
        "now",
        [],
        {},
        {"signature": "before", "point": 3, "lasso": [], "iteration": 5},
        *(
            {"signature": "now", "point": None, "lasso": [], "iteration": 5} | wrong
            for wrong in (
                {"point": 10},
                {"point": -1},
                {"point": True},
                {"point": 3.0},
                {"point": "3"},
                {"point": [3]},
                {"lasso": None},
                {"lasso": {"0": 1}},
                {"lasso": [10]},
                {"lasso": [1, "2"]},
                {"lasso": [[1]]},
                {"lasso": [False]},
                {"lasso": [1] * 11},
                {"iteration": 4},
                {"iteration": 5.0},
                {"iteration": True},
                {"iteration": [5]},
                {"iteration": {}},
                {"iteration": 10**400},
            )
        ),
    ],
)
def test_a_hostile_answer_selects_nothing(answer: object) -> None:
    assert selection_from(answer, **SEEN) is NOTHING
