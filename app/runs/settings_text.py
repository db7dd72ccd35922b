"""The settings of a training or of a t-SNE run, in the words of its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.runs.record import RunRecord
from core.training.config import TrainConfig
from core.training.record import read_configs
from core.tsne.config import TSNEConfig
from models import MODELS, OPENED, Hyperparameter, hyperparameters, spec_of

#: Settings of t-SNE that no form shows as a field and that tell runs apart.
_ALSO_OF_MAPS = ("data", "optimizers", "source")
#: What a list of runs says of every training anyway, or of none where all have the same data set.
_NOT_SAID = ("training.epochs", "training.seed", "training.data")


def flat(config: Mapping[str, Any], training: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a model's config and of its training under names such as
    `config.latent_dim` and `training.epochs`."""
    return {f"config.{name}": value for name, value in config.items()} | {
        f"training.{name}": value for name, value in training.items()
    }


def fields(model: str, values: Mapping[str, Any]) -> dict[str, tuple[Hyperparameter, Any]]:
    """Return the fields of the form for a training, named as by `flat`: the rule of each, with the
    names that its choices have beside these values, and its value in the exercise."""
    spec = spec_of(model)
    if model in OPENED:  # nothing is known of its training but the data set
        known = {"training.data": hyperparameters(TrainConfig)["data"]}
        rules = flat(hyperparameters(spec.config), {}) | known
        return {name: (rule, rule.default) for name, rule in rules.items()}
    rules = flat(hyperparameters(spec.config), hyperparameters(TrainConfig))
    usual = flat({}, spec.training)
    return {
        name: (rule.beside(section_of(name, values)), usual.get(name, rule.default))
        for name, rule in rules.items()
        if rule.shown
    }


def asked_for(run: RunRecord) -> tuple[str, dict[str, Any]]:
    """Return the name of a run's model, and the value of every field, named as by `flat`.

    Raises:
        RunError: this version of the lab cannot do what the run asks for.
    """
    model, config, training = read_configs(run)
    return model, flat(config.to_dict(), training.to_dict())


def changed(model: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Return the settings that differ from the exercise's, by name: "code size 2".

    A setting that has no effect beside the others is left out.
    """
    return {
        name: f"{lower_first(rule.label)} {in_words(rule, values[name])}"
        for name, (rule, usual) in fields(model, values).items()
        if name in values
        and _listed(values[name]) != _listed(usual)
        and rule.has_effect(section_of(name, values))
    }


def in_a_list(model: str, values: Mapping[str, Any]) -> list[str]:
    """Return the settings that tell a training from others of its kind, a short text for each.

    The data set is not among them.
    """
    if model not in MODELS:
        return []
    return [text for name, text in changed(model, values).items() if name not in _NOT_SAID]


def sentence(model: str, values: Mapping[str, Any]) -> str:
    """Return how a training differs from the exercise's: "code size 2 (was 32)"."""
    task = f"Exercise {lower_first(MODELS[model].task)}"
    usual = fields(model, values)
    different = [
        f"{text} (was {in_words(*usual[name])})" for name, text in changed(model, values).items()
    ]
    return f"{task}, changed: {', '.join(different)}." if different else f"{task}, unchanged."


def fields_of_maps(values: Mapping[str, Any]) -> dict[str, Hyperparameter]:
    """Return the settings of a t-SNE run that tell it from others, by name: those of `values` that
    have an effect beside the others."""
    return {
        name: rule
        for name, rule in hyperparameters(TSNEConfig).items()
        if name in values and (rule.shown or name in _ALSO_OF_MAPS) and rule.has_effect(values)
    }


def changed_of_maps(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the settings of a t-SNE run that differ from the exercise's, by name: "sigma 3"."""
    return {
        name: f"{lower_first(rule.label)} {in_words(rule, values[name])}"
        for name, rule in fields_of_maps(values).items()
        if _listed(values[name]) != _listed(rule.default)
    }


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def section_of(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the config that a field belongs to, by their names in it."""
    section = name.partition(".")[0] + "."
    return {
        key.removeprefix(section): value for key, value in values.items() if key.startswith(section)
    }


def in_words(rule: Hyperparameter, value: Any) -> str:
    """Return the value of a setting as text for a sentence."""
    if rule.choices:
        return rule.choice_name(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, float):
        return f"{value:g}"
    return f"{value:,}" if type(value) is int else str(value)


def value_in_words(rule: Hyperparameter, value: Any) -> str:
    """Return the value of a setting as text for a list with commas, thus without any of its own."""
    return str(value) if type(value) is int and not rule.choices else in_words(rule, value)


def lower_first(label: str) -> str:
    """Return a label as it stands within a sentence; abbreviations keep their capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
