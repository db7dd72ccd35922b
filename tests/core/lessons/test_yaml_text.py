"""Reading YAML that anybody may have written."""

from __future__ import annotations

import pytest

from core.lessons.mistakes import LessonError
from core.lessons.yaml_text import MAX_CHARACTERS, MAX_DEPTH, MAX_VALUES, read_yaml


def test_values_and_the_lines_where_they_begin() -> None:
    value, lines = read_yaml("a: 1\nb:\n  - x\n  - {c: 2.5}\n")
    assert value == {"a": 1, "b": ["x", {"c": 2.5}]}
    assert lines[("a",)] == 1
    assert lines[("b", 0)] == 3
    assert lines[("b", 1, "c")] == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &x [1]\nb: *x\n", "Line 1: a lesson has no anchors"),
        ("a: !!python/object/apply:os.system [ls]\n", "Line 1: a lesson has no tags"),
        ("a: 1\nb: 2\na: 3\n", "Line 3: a comes twice"),
        ("1: a\n", "is no name"),
        ("a: [1, 2\nb: 3\n", "this is no YAML"),
        ("a: 2026-13-40\n", "looks like a date"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "deep"),
        ("- 1\n" * (MAX_VALUES + 1), "more than 10,000 values"),
        ("x" * (MAX_CHARACTERS + 1), "make two lessons"),
        ("a: \x07\n", "no YAML"),
    ],
)
def test_what_is_refused_is_told_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(LessonError) as caught:
        read_yaml(text)
    assert said in str(caught.value)


def test_anchors_cannot_make_a_small_file_large() -> None:
    """The "billion laughs": it would take gigabytes."""
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40))]
    with pytest.raises(LessonError, match="anchors"):
        read_yaml("\n".join(lines))
