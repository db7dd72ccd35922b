"""The runs of a step: found among those that are finished here, or started with one press."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.runs.start import start_training
from app.server.shared import store
from app.server.visitor import visitor
from core.lessons.lesson import Experiment, Lesson, Step
from core.runs.record import RunError, RunRecord
from core.runs.store import Summary
from core.training.config import training_settings, with_defaults

#: What a run costs, as training epochs on all digits: these take about a second of one core each.
SECONDS_PER_EPOCH = 1.0


@dataclass(kw_only=True)
class Found:
    """The runs of a step by the names of their experiments, as they stand now.

    `ready` are finished, `going` are computed or wait, `missing` must be started; `stopped` says
    of some missing ones why their last run has no result.
    """

    ready: dict[str, RunRecord] = field(default_factory=dict)
    going: dict[str, RunRecord] = field(default_factory=dict)
    missing: dict[str, Experiment] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)
    #: The experiments whose run somebody else has made.
    of_others: set[str] = field(default_factory=set)


def find_runs(lesson: Lesson, step: Step) -> Found:
    """Return the runs of a step: of each experiment the newest finished one that fits.

    One that is going on comes first, since it was started after the others.
    """
    found = Found()
    every = store().list("train") if step.runs else []
    for name in step.runs:
        _find(lesson, lesson.experiments[name], every, found)
    return found


def start_missing(lesson: Lesson, found: Found) -> None:
    """Start a run for each experiment that has none.

    Raises:
        RunError: too many runs wait, or a run cannot be written.
        ValueError: the experiment cannot be started.
    """
    for experiment in list(found.missing.values()):
        _start(lesson, experiment, found)


def start_another(lesson: Lesson, step: Step) -> None:
    """Start each own run of a step once more, with a seed that no run of this visitor has.

    Raises:
        RunError: too many runs wait, or a run cannot be written.
    """
    for name in own_names(lesson, step):
        settings = _settings(lesson, lesson.experiments[name])
        used = [
            run.request.settings["training"].get("seed", 0)
            for run in store().list("train")
            if run.request.visitor == visitor() and _without_seed(run) == _unseeded(settings)
        ]
        training = {**settings["training"], "seed": max(used, default=-1) + 1}
        start_training(settings["model"], settings["config"], training)


def own_names(lesson: Lesson, step: Step) -> list[str]:
    """Return the experiments of a step that can be run with another seed."""
    return [
        name
        for name in step.runs
        if lesson.experiments[name].model
        and not lesson.experiments[name].shared
        and "seed" not in lesson.experiments[name].training
    ]


def run_title(record: RunRecord) -> str:
    """Return what a run was, for when it is gone: its title and its seed."""
    seed = record.request.settings.get("training", {}).get("seed", 0)
    return f"{record.request.title}, seed {seed}"


def seconds(experiments: Mapping[str, Experiment]) -> float:
    """Return about how long one core computes these experiments."""
    return sum(SECONDS_PER_EPOCH * each.training.get("epochs", 5) for each in experiments.values())


def _find(lesson: Lesson, experiment: Experiment, every: list[Summary], found: Found) -> None:
    name = experiment.name
    if experiment.gallery:
        record = store().get(experiment.gallery)
        if record.state.status == "done":
            found.ready[name] = record
        return
    settings = _settings(lesson, experiment)
    fixed = settings["training"].get("seed") if "seed" in experiment.training else None
    base = found.ready.get(experiment.another_of) or found.going.get(experiment.another_of)
    for run in every:
        mine = run.request.visitor == visitor()
        if run.in_gallery or not (mine or experiment.shared):
            continue
        if _without_seed(run) != _unseeded(settings):
            continue
        seed = run.request.settings["training"].get("seed", 0)
        if fixed is not None and seed != fixed:
            continue
        if experiment.another_of and (base is None or seed == _seed(base)):
            continue
        if run.state.is_active and mine:
            found.going[name] = store().get(run.id)
            return
        if run.state.status == "done":
            found.ready[name] = store().get(run.id)
            if not mine:
                found.of_others.add(name)
            return
        if mine and name not in found.stopped:
            found.stopped[name] = run.state.error or f"The run is {run.state.status}."
    found.missing[name] = experiment


def _start(lesson: Lesson, experiment: Experiment, found: Found) -> None:
    settings = _settings(lesson, experiment)
    training = dict(settings["training"])
    if experiment.another_of:
        base = found.ready.get(experiment.another_of) or found.going.get(experiment.another_of)
        if base is None:
            raise RunError("The first run of this step must be started before the other one.")
        training["seed"] = _seed(base) + 1
    record = start_training(settings["model"], settings["config"], training)
    found.going[experiment.name] = record
    found.missing.pop(experiment.name, None)


def _settings(lesson: Lesson, experiment: Experiment) -> dict[str, Any]:
    base = lesson.experiments.get(experiment.another_of, experiment)
    return training_settings(base.model, base.config, base.training)


def _without_seed(run: Summary) -> dict[str, Any]:
    return _unseeded(with_defaults(run.request.settings))


def _unseeded(settings: Mapping[str, Any]) -> dict[str, Any]:
    training = {name: value for name, value in settings["training"].items() if name != "seed"}
    return {**settings, "training": training}


def _seed(record: RunRecord) -> int:
    return int(record.request.settings["training"].get("seed", 0))
