"""Check a lesson file and return its lesson; all mistakes are told at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from core.lessons.fields import Fields, Path
from core.lessons.lesson import Experiment, Figure, Lesson, MeasureCall, Place, Step
from core.lessons.measures import MEASURES
from core.lessons.mistakes import LessonError, Mistakes
from core.lessons.parse_questions import parse_conditions, parse_question
from core.lessons.places import MARKS, PAGES
from core.lessons.yaml_text import MAX_CHARACTERS, read_yaml
from core.runs.folders import is_run_id
from core.training.config import training_settings

_MAX_STEPS = 12
_FIGURES = ("pictures", "bars", "lines")
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
    experiments = _experiments(fields.raw("experiments"), mistakes)
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


def _experiments(value: Any, mistakes: Mistakes) -> dict[str, Experiment]:
    found: dict[str, Experiment] = {}
    if value is None:
        return found
    if not isinstance(value, dict):
        mistakes.add(("experiments",), "needs names with settings below them.")
        return found
    for name, entry in value.items():
        fields = Fields(entry, ("experiments", name), mistakes)
        another = fields.name("another_of", "")
        if another and another not in found:
            fields.wrong("another_of", f"{another} must be an experiment above this one.")
        experiment = Experiment(
            name=name,
            title=fields.text("title", longest=80),
            gallery=_gallery(fields),
            model=fields.name("model", ""),
            config=_settings(fields, "config"),
            training=_settings(fields, "training"),
            shared=fields.flag("shared"),
            another_of=another,
        )
        if sum(map(bool, (experiment.gallery, experiment.model, another))) != 1:
            fields.wrong("title", "needs one of `gallery`, `model` and `another_of` beside it.")
        elif experiment.model:
            try:
                training_settings(experiment.model, experiment.config, experiment.training)
            except (ValueError, OverflowError, TypeError) as error:
                fields.wrong("model", str(error)[:300])
        fields.finish()
        found[name] = experiment
    return found


def _gallery(fields: Fields) -> str:
    value = fields.raw("gallery", "")
    if not isinstance(value, str) or (value and not is_run_id(value)):
        fields.wrong("gallery", f"{str(value)[:60]!r} is not the name of a run of the gallery.")
        return ""
    return value


def _settings(fields: Fields, name: str) -> Mapping[str, Any]:
    value = fields.raw(name, {})
    if not isinstance(value, dict):
        fields.wrong(name, "needs settings with their values, such as `epochs: 5`.")
        return {}
    return value


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
        _figure(each, (*path, "show", n), mistakes, series, pictures)
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
        place=_place(fields.raw("look"), (*path, "look"), mistakes),
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


def _place(value: Any, path: Path, mistakes: Mistakes) -> Place | None:
    if value is None:
        return None
    fields = Fields(value, path, mistakes)
    page = fields.one_of("page", PAGES)
    views = PAGES.get(page, ("",))
    found = Place(
        page=page,
        view=fields.one_of("view", views, views[0]),
        text=fields.text("text", longest=300),
        mark=fields.one_of("mark", MARKS, ""),
    )
    fields.finish()
    return found


def _figure(
    entry: Any, path: Path, mistakes: Mistakes, series: set[str], pictures: set[str]
) -> Figure:
    fields = Fields(entry, path, mistakes)
    kind = fields.one_of("kind", _FIGURES)
    allowed = pictures if kind == "pictures" else series
    names, words = fields.words("names", 1, 6), fields.words("words", 1, 6)
    for name in names:
        if name not in allowed:
            known = ", ".join(sorted(allowed)) or "none"
            fields.wrong("names", f"{name!r} is not measured in this step; there are {known}.")
    if len(words) != len(names):
        fields.wrong("words", f"needs {len(names)} entries, one for each of names.")
    labels: str | tuple[str, ...] = ()
    if isinstance(fields.raw("labels"), str):
        labels = fields.one_of("labels", series)
    elif fields.has("labels"):
        labels = fields.words("labels", 1, 40)
    lines = kind == "lines"
    found = Figure(
        kind=kind if kind in ("bars", "lines") else "pictures",
        title=fields.text("title", longest=120),
        names=names,
        words=words,
        x=fields.one_of("x", series) if lines else "",
        x_title=fields.text("x_title", None if lines else "", longest=80),
        y_title=fields.text("y_title", "" if kind == "pictures" else None, longest=80),
        labels=labels,
        log=fields.flag("log"),
    )
    fields.finish()
    return found
