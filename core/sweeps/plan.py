"""Plan a sweep: one setting with several values, each trained with one or more seeds."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.training.config import TrainConfig, sort_values, training_settings
from models import Hyperparameter, hyperparameters, spec_of

#: With more values a chart and its table have no room, and the last runs are reached too late.
MAX_VALUES = 9
#: The range of five seeds is a fair picture of the spread; more cost more than they tell.
MAX_SEEDS = 5

_SEED = "seed"
_DATA = "data"


@dataclass(frozen=True, kw_only=True)
class SweepPlan:
    """Trainings of one model: one for each pair of a value of `field` and a seed.

    `others` are the values of further settings by their names; the rest is as in the exercise.

    Raises:
        ValueError: the model or a setting does not exist, a value breaks its rule or comes twice,
            there are too many or too few values or seeds, or the weights of one run would take too
            much room.
    """

    model: str
    field: str
    values: tuple[Any, ...]
    seeds: tuple[int, ...] = (0,)
    others: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        rule = sweepable_field(self.model, self.field)
        seed = rules_of(self.model)[_SEED]
        object.__setattr__(self, "values", _different(rule, self.values, MAX_VALUES))
        object.__setattr__(self, "seeds", _different(seed, self.seeds, MAX_SEEDS))
        if len(self.values) * len(self.seeds) < 2:
            raise ValueError(
                "One value with one seed is a single run; give several values or several seeds."
            )
        self._check_effect(rule)
        for name in (self.field, _SEED):
            if name in (self.others or {}):
                raise ValueError(f"{name} is given twice; give it once, with all its values.")
        for _ in self.settings():
            pass  # each checks itself

    def _check_effect(self, rule: Hyperparameter) -> None:
        """Check that the field makes a difference beside the other settings.

        Raises:
            ValueError: it does not: all runs would be the same.
        """
        usual = training_settings(self.model, {}, {})
        values = {**usual["config"], **usual["training"], **(self.others or {})}
        if rule.only_with is not None and not rule.has_effect(values):
            name, wanted = rule.only_with
            raise ValueError(
                f"{self.field} has no effect while {name} is {values[name]}; set {name} to "
                f"{wanted}, or vary another setting."
            )

    def settings(self) -> Iterable[dict[str, Any]]:
        """Yield what `run.json` keeps of each run: all values with the first seed, then the next.

        In this order the whole range of values is seen early.
        """
        for seed, value in itertools.product(self.seeds, self.values):
            values = {**(self.others or {}), self.field: value, _SEED: seed}
            yield training_settings(self.model, *sort_values(self.model, values))

    def __len__(self) -> int:
        return len(self.values) * len(self.seeds)


def sweepable_fields(model: str) -> dict[str, Hyperparameter]:
    """Return the settings of a model and its training that a sweep may vary, by name.

    Left out are lists, such as the widths of layers, the seed, which a sweep has anyway, the data
    set, since losses on different pictures cannot be compared, and what the form does not show.

    Raises:
        ValueError: there is no such model.
    """
    return {
        name: rule
        for name, rule in rules_of(model).items()
        if rule.shown and not rule.sequence and name not in (_SEED, _DATA)
    }


def sweepable_field(model: str, name: str) -> Hyperparameter:
    """Return the rule of a setting that a sweep may vary.

    Raises:
        ValueError: there is no such model, or a sweep cannot vary this setting.
    """
    fields = sweepable_fields(model)
    if name not in fields:
        raise ValueError(f"A sweep cannot vary {name[:80]!r}; choose one of {', '.join(fields)}.")
    return fields[name]


def parse_values(rule: Hyperparameter, text: str, most: int = MAX_VALUES) -> tuple[Any, ...]:
    """Read the values of a setting as somebody types them: "2, 8, 32".

    Raises:
        ValueError: there are none or too many, or one breaks its rule or comes twice.
    """
    parts = text.replace(",", " ").replace(";", " ").split()
    return _different(rule, [rule.parse(part) for part in parts], most)


def rules_of(model: str) -> dict[str, Hyperparameter]:
    """Return all settings of a model and of its training, by name.

    Raises:
        ValueError: there is no such model.
    """
    return {**hyperparameters(spec_of(model).config), **hyperparameters(TrainConfig)}


def _different(rule: Hyperparameter, values: Iterable[Any], most: int) -> tuple[Any, ...]:
    """Return values, each checked by the rule of their setting.

    Raises:
        ValueError: there are none or more than `most`, or one breaks the rule or comes twice.
    """
    checked = tuple(rule.check(value) for value in values)
    if not checked:
        raise ValueError(f"{rule.name} has no value; give at least one.")
    if len(checked) > most:
        raise ValueError(f"{rule.name} has {len(checked)} values; a sweep takes at most {most}.")
    for value in checked:
        if checked.count(value) > 1:
            raise ValueError(f"{rule.name} has the value {value} more than once; give it once.")
    return checked
