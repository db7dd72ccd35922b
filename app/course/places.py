"""Where a visitor is in the course: the step of the address, and the step that is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.lessons.answers import Kept
from core.lessons.lesson import Lesson, Step
from core.lessons.shelf import Shelf

#: The path of the page of the course.
COURSE_PAGE = "app/pages/course.py"
#: The step whose panel is shown on all pages, in `st.session_state`.
_OPEN = "course:open"


@dataclass(frozen=True)
class Spot:
    """A step within its lesson."""

    lesson: Lesson
    step: Step

    @property
    def place(self) -> tuple[str, str]:
        """What names the step in the database and in keys."""
        return self.lesson.id, self.step.id

    @property
    def name(self) -> str:
        """What names the step in the address."""
        return f"{self.lesson.id}.{self.step.id}"

    @property
    def number(self) -> str:
        """The number of the step in its lesson, from 1 on, such as "2 of 6"."""
        return f"{self.lesson.steps.index(self.step) + 1} of {len(self.lesson.steps)}"


def spot_named(shelf: Shelf, name: str) -> Spot | None:
    """Return the step that a name from an address means, if there is one."""
    lesson_id, _, step_id = name.partition(".")
    lesson = shelf.lesson(lesson_id)
    step = lesson.step(step_id) if lesson else None
    return Spot(lesson, step) if lesson and step else None


def every_spot(shelf: Shelf) -> list[Spot]:
    """Return all steps of the course in their order."""
    return [Spot(lesson, step) for lesson in shelf.lessons for step in lesson.steps]


def next_spot(shelf: Shelf, spot: Spot) -> Spot | None:
    """Return the step after this one; None after the last."""
    spots = every_spot(shelf)
    place = spots.index(spot) + 1
    return spots[place] if place < len(spots) else None


def open_spot(spot: Spot | None) -> None:
    """Note which step is open; None closes its panel."""
    st.session_state[_OPEN] = "" if spot is None else spot.name


def opened(shelf: Shelf) -> Spot | None:
    """Return the step that is open, if there is one."""
    return spot_named(shelf, st.session_state.get(_OPEN, ""))


def done_in(lesson: Lesson, kept: Mapping[tuple[str, str], Kept]) -> int:
    """Return how many steps of a lesson are done: their result has been revealed."""
    return sum(
        (known := kept.get((lesson.id, step.id))) is not None and known.reveal is not None
        for step in lesson.steps
    )
