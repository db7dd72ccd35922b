"""The description of a config field: its default, bounds, unit and help, written once.

A config is a frozen, keyword-only dataclass that derives from `Config` and makes its fields with
`hyperparameter(...)`. The form on a page, the `--set` option of the command line and the check of
bad values all read the same metadata.
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Self, cast

_KEY = "hyperparameter"
#: Characters of a bad value that a message repeats: a page travels with its messages.
_LONGEST_SHOWN = 60


@dataclass(frozen=True, kw_only=True)
class Hyperparameter:
    """One field of a config: how it is labelled, explained, bounded and typed.

    `kind` is the type of one value (int, float, bool or str); `sequence` says that the field holds
    a tuple of such values, whose length is at most `max_length`. `minimum` and `maximum` are
    inclusive and hold for each element. A field that is not `shown` is for the command line only.
    `choice_names` are what a page calls choices that are no words of their own. `choice_names_by`
    is the name of another field of the config, and such names for values of it. A field with
    `only_with`, the name and the value of another field of the config, has no effect while that
    field has another value.
    """

    name: str
    kind: type
    default: Any
    label: str
    help: str
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Any, ...] = ()
    choice_names: Mapping[Any, str] = field(default_factory=dict)
    choice_names_by: tuple[str, Mapping[Any, Mapping[Any, str]]] | None = None
    only_with: tuple[str, Any] | None = None
    sequence: bool = False
    max_length: int = 4
    logarithmic: bool = False
    shown: bool = True

    def check(self, value: Any) -> Any:
        """Return the value in the field's own type; raise ValueError if it breaks the rule."""
        if not self.sequence:
            return self._check_one(value)
        if isinstance(value, str | bytes) or not isinstance(value, list | tuple):
            form = "names" if self.kind is str else "numbers, such as 128, 64"
            raise ValueError(f"{self.name} (={_shown(value)}) must be a list of {form}.")
        if len(value) > self.max_length:
            raise ValueError(
                f"{self.name} has {len(value)} entries; at most {self.max_length} are allowed."
            )
        return tuple(self._check_one(item) for item in value)

    def parse(self, text: str) -> Any:
        """Read a value as typed on the command line or into a text field.

        Raises:
            ValueError: the text is no value of the field's type, or breaks the rule.
        """
        if self.sequence:
            return self.check([self._parse_one(part) for part in text.replace(",", " ").split()])
        return self.check(self._parse_one(text.strip()))

    def _parse_one(self, text: str) -> Any:
        if self.kind is bool:
            if text.lower() in {"true", "yes", "on", "1"}:
                return True
            if text.lower() in {"false", "no", "off", "0"}:
                return False
            raise ValueError(f"{self.name} (={_shown(text)}) must be true or false.")
        try:
            return self.kind(text)
        except ValueError:
            noun = "a whole number" if self.kind is int else "a number"
            if self.sequence:
                noun += " or several, with commas between them"
            raise ValueError(f"{self.name} (={_shown(text)}) must be {noun}.") from None

    def _check_one(self, value: Any) -> Any:
        if self.kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if type(value) is not self.kind:
            noun = {
                int: "a whole number",
                float: "a number",
                bool: "true or false",
            }.get(self.kind, "a text")
            raise ValueError(f"{self.name} (={_shown(value)}) must be {noun}.")
        if self.choices and value not in self.choices:
            allowed = ", ".join(str(choice) for choice in self.choices)
            raise ValueError(f"{self.name} (={_shown(value)}) must be one of: {allowed}.")
        if self.kind is float and not math.isfinite(value):
            raise ValueError(f"{self.name} (={_shown(value)}) must be a finite number.")
        below = self.minimum is not None and value < self.minimum
        above = self.maximum is not None and value > self.maximum
        if below or above:
            raise ValueError(f"{self.name} (={_shown(value)}) must be {self.range_text()}.")
        return value

    def has_effect(self, values: Mapping[str, Any]) -> bool:
        """Return whether the field counts beside these values of its config."""
        if self.only_with is None:
            return True
        name, value = self.only_with
        return name not in values or values[name] == value

    def beside(self, values: Mapping[str, Any]) -> Hyperparameter:
        """Return the field with the names that its choices have beside these values."""
        if self.choice_names_by is None:
            return self
        name, names = self.choice_names_by
        found = next((one for value, one in names.items() if value == values.get(name)), None)
        return self if found is None else dataclasses.replace(self, choice_names=found)

    def choice_name(self, value: Any) -> str:
        """Return what a page calls one of the choices."""
        # Not by `get`: a value may come from a damaged file, and need not be hashable.
        names = (name for choice, name in self.choice_names.items() if choice == value)
        return next(names, str(value))

    def range_text(self) -> str:
        """Return the range in words, e.g. "between 1 and 1,000 epochs"; empty without bounds."""
        unit = f" {self.unit}" if self.unit else ""
        if self.minimum is not None and self.maximum is not None:
            return f"between {_plain(self.minimum)} and {_plain(self.maximum)}{unit}"
        if self.minimum is not None:
            return f"at least {_plain(self.minimum)}{unit}"
        if self.maximum is not None:
            return f"at most {_plain(self.maximum)}{unit}"
        return ""


def _shown(value: Any) -> str:
    """Return a value as a message repeats it, cut where it is long."""
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _plain(value: float) -> str:
    """Return a bound as people write it: 2,147,483,647 rather than 2.14748e+09."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.12f}".rstrip("0") if 0 < value < 1e-4 else f"{value:,g}"


def hyperparameter(default: Any, *, help: str, label: str = "", **rule: Any) -> Any:
    """Make a dataclass field that carries a `Hyperparameter`, whose other fields are `rule`."""
    return dataclasses.field(
        default=default, metadata={_KEY: {"help": help, "label": label, **rule}}
    )


@dataclass(frozen=True, kw_only=True)
class Config:
    """Base of every config: checks its fields by their rules, reads and writes plain dicts."""

    def __post_init__(self) -> None:
        for name, rule in hyperparameters(type(self)).items():
            object.__setattr__(self, name, rule.check(getattr(self, name)))

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain JSON values."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in ((name, getattr(self, name)) for name in hyperparameters(type(self)))
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Make the config with these values, and defaults for the rest.

        Raises:
            ValueError: a name is not a field of this config, or a value breaks its rule.
        """
        known = hyperparameters(cls)
        for name in values:
            if name not in known:
                raise ValueError(
                    f"{name} is not a setting of {cls.__name__}; it has {', '.join(known)}."
                )
        return cls(**values)


@lru_cache(maxsize=64)
def hyperparameters(config_class: type[Config]) -> Mapping[str, Hyperparameter]:
    """Return the fields of a config class by name, in the order of their definition."""
    hints = typing.get_type_hints(config_class)
    found: dict[str, Hyperparameter] = {}
    for each in dataclasses.fields(config_class):
        rule = each.metadata.get(_KEY)
        if rule is None:
            raise TypeError(f"{config_class.__name__}.{each.name} has no hyperparameter(...).")
        hint = hints[each.name]
        sequence = typing.get_origin(hint) is tuple
        kind = cast(type, typing.get_args(hint)[0] if sequence else hint)
        if isinstance(kind, types.UnionType):
            raise TypeError(f"{config_class.__name__}.{each.name} must have one plain type.")
        label = rule["label"] or each.name.replace("_", " ").capitalize()
        found[each.name] = Hyperparameter(
            **{**rule, "label": label},
            name=each.name,
            kind=kind,
            default=each.default,
            sequence=sequence,
        )
    return types.MappingProxyType(found)
