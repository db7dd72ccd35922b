"""Lesson files: ours are whole, mistakes are told with their place, and nothing else is raised."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.lessons.fields import Fields
from core.lessons.lesson import Choice, CurveQuestion, Lesson, Number, Sort
from core.lessons.measures import MEASURES
from core.lessons.mistakes import MAX_MISTAKES, LessonError, Mistakes
from core.lessons.parse import parse_lesson, read_lesson
from core.lessons.shelf import shelf

FILES = Path(__file__).resolve().parents[3] / "core" / "lessons" / "files"

SMALL: dict[str, Any] = {
    "lesson": "small",
    "order": 500,
    "title": "Small",
    "task": "1.1",
    "about": "A lesson of one step.",
    "experiments": {"own": {"title": "Mine", "model": "compression", "training": {"epochs": 5}}},
    "steps": [
        {
            "id": "one",
            "title": "One",
            "minutes": 2,
            "goal": "Know one thing.",
            "source": "Exercise, task 1.1",
            "ask": [
                {
                    "kind": "number",
                    "text": "How large?",
                    "truth": "spread",
                    "low": 0,
                    "high": 1,
                    "step": 0.01,
                    "factor": 2,
                }
            ],
            "runs": ["own"],
            "measure": [{"name": "spread_of_outputs", "with": {"digits": 100}}],
            "holds": [{"value": "spread", "below": 0.5}],
            "band": "0.0001",
            "right": "Yes: {spread}.",
            "wrong": "No: {spread:2}.",
            "explain": "Why?",
        }
    ],
}


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    value = copy.deepcopy(SMALL)
    change(value)
    return yaml.safe_dump(value, sort_keys=False)


def put(where: str, value: Any) -> Callable[[dict[str, Any]], object]:
    """A change of one place, such as "steps.0.minutes"; None takes it away."""

    def change(lesson: dict[str, Any]) -> None:
        *before, last = (int(part) if part.isdecimal() else part for part in where.split("."))
        target: Any = lesson
        for part in before:
            target = target[part]
        if value is None:
            del target[last]
        else:
            target[last] = value

    return change


def test_our_lessons_are_whole() -> None:
    found = shelf()
    assert not found.problems
    assert [lesson.id for lesson in found.lessons] == ["compression", "denoising"]
    assert {path.name for path in FILES.glob("*.yaml")} == {
        lesson.path.name for lesson in found.lessons if lesson.path
    }
    kinds = {type(q) for lesson in found.lessons for step in lesson.steps for q in step.questions}
    assert kinds == {Choice, Number, CurveQuestion, Sort}


@pytest.mark.parametrize("path", sorted(FILES.glob("*.yaml")), ids=lambda path: path.stem)
def test_each_step_takes_as_long_and_says_as_much_as_the_course_asks(path: Path) -> None:
    lesson = read_lesson(path)
    assert 3 <= len(lesson.steps) <= 6
    for step in lesson.steps:
        assert 2 <= step.minutes <= 5, step.id
        assert step.goal.endswith("."), step.id
        assert step.goal.count(". ") == 0, f"{step.id}: the goal is one sentence"
        assert step.source, step.id
        assert step.explain.rstrip().endswith(("?", ".")), step.id


def test_a_small_lesson_is_read() -> None:
    lesson = parse_lesson(changed(lambda _: None))
    assert isinstance(lesson, Lesson)
    (step,) = lesson.steps
    assert step.runs == ("own",)
    assert step.measures[0].arguments == {"digits": 100}
    assert lesson.minutes == 2
    assert lesson.step("one") is step
    assert lesson.step("two") is None


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        ("lesson", "Not A Name", "lesson: 'Not A Name' is no name"),
        ("lesson", "../x", "is no name"),
        ("order", 0, "must be a whole number from 1 to 999"),
        ("order", True, "must be a whole number"),
        ("task", 1.1, "1.1 is a number; put it between quotation marks"),
        ("title", None, "title: is missing"),
        ("title", "  ", "is empty"),
        ("title", "x" * 81, "has 81 characters, and may have 80"),
        ("about", "see <script>alert(1)</script>", "has HTML"),
        ("about", "![x](https://example.org/x.png)", "a picture"),
        ("about", "[x](javascript:alert(1))", "a link that is not https"),
        ("about", "{spread}", "numbers may stand in band, right and wrong only"),
        ("extra", 1, "extra: is no field here"),
        ("steps", [], "needs a list of 1 to 12 entries"),
        ("steps", "one", "and has no list"),
        ("steps.0.minutes", 31, "must be a whole number from 1 to 30"),
        ("steps.0.runs", ["own", "other"], "'other' is no experiment of this lesson"),
        ("steps.0.runs", [], "spread_of_outputs takes 1 to 1 runs, and gets 0"),
        ("steps.0.measure.0.name", "os.system", "must be one of baselines"),
        ("steps.0.measure.0.with", {"digits": 5}, "digits (=5) must be a whole number from 10"),
        ("steps.0.measure.0.with", {"digits": 10**400}, "must be a whole number from 10"),
        ("steps.0.measure.0.with", {"dig": 5}, "has no argument 'dig'; it has epoch, digits"),
        ("steps.0.ask.0.truth", "spred", "no number 'spred'"),
        ("steps.0.ask.0.high", -1, "must be above low"),
        ("steps.0.ask.0.distance", 1, "either `factor` or `distance`"),
        ("steps.0.ask.0.kind", "essay", "must be one of choice, number, curve, sort"),
        ("steps.0.holds.0.value", "mean", "give no number 'mean'"),
        ("steps.0.holds.0", {"value": "spread"}, "needs one of above, below"),
        ("steps.0.holds.0.below", "x", "give no number 'x'"),
        ("steps.0.right", "{spread.__class__}", "has braces that hold no name"),
        ("steps.0.right", "{spread!r}", "has braces that hold no name"),
        ("steps.0.right", "{spread:>10}", "has braces that hold no name"),
        ("steps.0.right", "{spread:hex}", "can be written as percent"),
        ("steps.0.wrong", "{nothing}", "give no number 'nothing'"),
        ("experiments.own.training.epochs", 0, "epochs (=0)"),
        ("experiments.own.model", "gan", "gan"),
        ("experiments.own.gallery", "vae", "needs one of `gallery`, `model` and `another_of`"),
        ("experiments.own.gallery", "../vae", "is not the name of a run"),
        ("experiments.own.another_of", "other", "must be an experiment above this one"),
        ("steps.0.look", {"page": "admin", "text": "x"}, "must be one of autoencoders"),
        ("steps.0.look", {"page": "vae", "view": "Denoise", "text": "x"}, "must be one of Train"),
        ("steps.0.show", [{"kind": "bars", "title": "x", "names": ["y"], "words": ["y"],
                           "y_title": "z"}], "'y' is not measured"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(where: str, value: Any, said: str) -> None:
    with pytest.raises(LessonError) as caught:
        parse_lesson(changed(put(where, value)))
    assert said in str(caught.value)
    assert all(sentence.startswith("Line ") for sentence in caught.value.mistakes)


def test_all_mistakes_come_at_once_and_with_their_lines() -> None:
    text = changed(put("steps.0.minutes", 99)).replace("title: Small", "title: ''")
    with pytest.raises(LessonError) as caught:
        parse_lesson(text)
    assert len(caught.value.mistakes) == 2
    line = 1 + text.splitlines().index("  minutes: 99")
    assert f"Line {line}, steps 1, minutes: 99" in str(caught.value)


def test_two_steps_of_one_name_are_refused() -> None:
    with pytest.raises(LessonError, match="one comes twice"):
        parse_lesson(
            changed(lambda lesson: lesson["steps"].append(copy.deepcopy(SMALL["steps"][0])))
        )


def test_of_many_mistakes_the_first_are_told() -> None:
    mistakes = Mistakes({})
    Fields({f"x{n}": 1 for n in range(MAX_MISTAKES + 7)}, (), mistakes).finish()
    with pytest.raises(LessonError) as caught:
        mistakes.check()
    assert len(caught.value.mistakes) == MAX_MISTAKES + 1
    assert "There are 7 more mistakes" in caught.value.mistakes[-1]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None])
def test_files_that_cannot_be_read(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LessonError, match=r"x\.yaml"):
        read_lesson(path)


def test_the_example_of_the_document_is_whole() -> None:
    text = (FILES.parents[2] / "docs" / "lessons.md").read_text(encoding="utf-8")
    example = text.partition("```yaml\n")[2].partition("```")[0]
    assert parse_lesson(example).id == "my-lesson"


def test_the_document_names_every_measure() -> None:
    text = (FILES.parents[2] / "docs" / "lessons.md").read_text(encoding="utf-8")
    assert {name for name in MEASURES if f"| `{name}` |" not in text} == set()
