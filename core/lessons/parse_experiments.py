"""Check the experiments of a lesson file: the runs that its steps use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.lessons.fields import Fields
from core.lessons.lesson import Experiment
from core.lessons.mistakes import Mistakes
from core.runs.folders import is_run_id
from core.training.config import training_settings


def parse_experiments(value: Any, mistakes: Mistakes) -> dict[str, Experiment]:
    """Return the experiments of a lesson by their names."""
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
