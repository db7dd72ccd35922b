"""Whatever stands in a lesson file, it is a lesson or there are sentences about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from core.lessons.lesson import Lesson
from core.lessons.mistakes import LessonError
from core.lessons.parse import parse_lesson

FILES = Path(__file__).resolve().parents[3] / "core" / "lessons" / "files"

_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=40)
    | st.sampled_from(["spread", "own", "compression", "{spread}", "1.1", "steps", "curve", "sort"])
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["kind", "text", "value", "x", "right_if"]), inner)
    ),
    max_leaves=8,
)


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    entries = (
        value.items() if isinstance(value, dict)
        else enumerate(value) if isinstance(value, list) else ()
    )  # fmt: skip
    for key, inner in entries:
        found += places_in(inner, (*path, key))
    return found


def sentences(text: str) -> tuple[str, ...]:
    """What is told of a text; nothing if it is a lesson."""
    try:
        assert isinstance(parse_lesson(text), Lesson)
    except LessonError as error:
        return error.mistakes or ("",)
    return ()


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_any_change_of_a_lesson_is_a_lesson_or_sentences(data: st.DataObject) -> None:
    """One of our lessons with any value in any place."""
    path = data.draw(st.sampled_from(sorted(FILES.glob("*.yaml"))))
    lesson = yaml.safe_load(path.read_text(encoding="utf-8"))
    *before, last = data.draw(st.sampled_from(places_in(lesson)))
    target = lesson
    for part in before:
        target = target[part]
    target[last] = data.draw(_VALUES)
    text = yaml.safe_dump(lesson)
    assert all(0 < len(sentence) < 2000 for sentence in sentences(text))


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_is_refused_in_sentences(text: str) -> None:
    with pytest.raises(LessonError):
        parse_lesson(text)
