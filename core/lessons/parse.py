"""Check a lesson file and return its lesson; all mistakes are told at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from core.lessons.fields import Fields, Path
from core.lessons.lesson import Experiment, Lesson, MeasureCall, Step
from core.lessons.measures import MEASURES
from core.lessons.mistakes import LessonError, Mistakes
from core.lessons.parse_experiments import parse_experiments
from core.lessons.parse_figures import parse_figure, parse_place
from core.lessons.parse_questions import parse_conditions, parse_question
from core.lessons.yaml_text import MAX_CHARACTERS, read_yaml

_MAX_STEPS = 12
#: The numbers that every reveal has: how many points the first prediction has, out of how many.
SCORE_NUMBERS = ("points", "of")


def read_lesson(path: FilePath) -> Lesson:
    """Return the lesson in a file.

    Raises:
        LessonError: the file cannot be read, or breaks a rule.
    """
    try:
        with path.open("rb") as file:
            content = file.read(4 * MAX_CHARACTERS + 1)
        text = content.decode("utf-8")
    except OSError as error:
        raise LessonError([f"{path.name} cannot be read ({error.strerror or error})."]) from None
    except UnicodeDecodeError:
        raise LessonError([f"{path.name} is not in UTF-8; save it so."]) from None
    return parse_lesson(text, path)


def parse_lesson(text: str, path: FilePath | None = None) -> Lesson:
    """Return the lesson that a text in YAML describes.

    Raises:
        LessonError: the text breaks a rule; there is a sentence for each mistake.
    """
    value, lines = read_yaml(text)
    mistakes = Mistakes(lines)
    fields = Fields(value, (), mistakes)
    lesson_id = fields.name("lesson")
    order = fields.whole("order", 1, 999)
    title, task = fields.text("title", longest=80), fields.text("task", longest=40)
    about = fields.text("about", longest=400)
    experiments = parse_experiments(fields.raw("experiments"), mistakes)
    steps: list[Step] = []
    for n, entry in enumerate(fields.items("steps", 1, _MAX_STEPS)):
        steps.append(_step(entry, ("steps", n), mistakes, experiments))
    ids = [step.id for step in steps]
    for n, step_id in enumerate(ids):
        if step_id and step_id in ids[:n]:
            mistakes.add(("steps", n, "id"), f"{step_id} comes twice; give the step another name.")
    fields.finish()
    mistakes.check()
    return Lesson(
        id=lesson_id,
        order=order,
        title=title,
        task=task,
        about=about,
        experiments=experiments,
        steps=tuple(steps),
        path=path,
    )


def _step(
    entry: Any, path: Path, mistakes: Mistakes, experiments: Mapping[str, Experiment]
) -> Step:
    fields = Fields(entry, path, mistakes)
    runs = _runs(fields, "runs", experiments, ())
    calls = [
        _call(each, (*path, "measure", n), mistakes, experiments, runs)
        for n, each in enumerate(fields.items("measure", 1, 4))
    ]
    numbers, series, pictures = _given(fields, calls)
    texts = {*numbers, *(f"{name}." for name in series), *SCORE_NUMBERS}
    known = texts - set(SCORE_NUMBERS)
    questions = [
        parse_question(each, (*path, "ask", n), mistakes, known, series)
        for n, each in enumerate(fields.items("ask", 1, 3))
    ]
    holds = fields.items("holds", 1, 10, optional=True)
    figures = [
        parse_figure(each, (*path, "show", n), mistakes, series, pictures)
        for n, each in enumerate(fields.items("show", 1, 4, optional=True))
    ]
    step = Step(
        id=fields.name("id"),
        title=fields.text("title", longest=80),
        minutes=fields.whole("minutes", 1, 30),
        goal=fields.text("goal", longest=200),
        source=fields.text("source", longest=200),
        text=fields.text("text", ""),
        questions=tuple(questions),
        runs=runs,
        note=fields.text("note", "", longest=300),
        place=parse_place(fields.raw("look"), (*path, "look"), mistakes),
        measures=tuple(calls),
        holds=parse_conditions(holds, (*path, "holds"), mistakes, known),
        band=fields.text("band", longest=300, numbers=texts),
        right=fields.text("right", numbers=texts),
        wrong=fields.text("wrong", numbers=texts),
        figures=tuple(figures),
        explain=fields.text("explain", longest=500),
    )
    fields.finish()
    return step


def _runs(
    fields: Fields, name: str, experiments: Mapping[str, Experiment], default: tuple[str, ...]
) -> tuple[str, ...]:
    if not fields.has(name):
        return default
    found: list[str] = []
    for entry in fields.items(name, 0, 6):
        if not isinstance(entry, str) or entry not in experiments:
            known = ", ".join(experiments) or "none"
            fields.wrong(name, f"{str(entry)[:60]!r} is no experiment of this lesson; there are "
                         f"{known}.")  # fmt: skip
        else:
            found.append(entry)
    return tuple(found)


def _call(
    entry: Any,
    path: Path,
    mistakes: Mistakes,
    experiments: Mapping[str, Experiment],
    runs: tuple[str, ...],
) -> MeasureCall:
    fields = Fields(entry, path, mistakes)
    name = fields.one_of("name", MEASURES)
    measure = MEASURES.get(name)
    default = runs if measure is not None and measure.runs[1] else ()
    own = _runs(fields, "runs", experiments, default)
    if strangers := [each for each in own if each not in runs]:
        fields.wrong("runs", f"{', '.join(strangers)} must be among the runs of the step.")
    values: dict[str, Any] = {}
    if measure is not None:
        least, most = measure.runs
        if not least <= len(own) <= most:
            fields.wrong("runs", f"{name} takes {least} to {most} runs, and gets {len(own)}.")
        given = fields.raw("with", {})
        if not isinstance(given, dict):
            fields.wrong("with", "needs arguments with their values.")
            given = {}
        for key, value in given.items():
            argument = measure.arguments.get(key)
            if argument is None:
                known = ", ".join(measure.arguments) or "none"
                fields.wrong("with", f"{name} has no argument {key!r}; it has {known}.")
                continue
            try:
                values[key] = argument.read(value)
            except ValueError as error:
                fields.wrong("with", f"{key} (={str(value)[:40]}) {error}.")
    fields.finish()
    return MeasureCall(name=name, runs=own, arguments=values)


def _given(fields: Fields, calls: list[MeasureCall]) -> tuple[set[str], set[str], set[str]]:
    """Return the names of all numbers, series and pictures that some measures give."""
    found: tuple[set[str], set[str], set[str]] = set(), set(), set()
    for call in calls:
        measure = MEASURES.get(call.name)
        if measure is None:
            continue
        given = measure.numbers, measure.series, measure.pictures
        for all_names, names in zip(found, given, strict=True):
            if twice := all_names & set(names):
                fields.wrong("measure", f"two measures give {', '.join(sorted(twice))}; take one.")
            all_names.update(names)
    return found
