"""Configs: what they take, what they refuse and in which words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pytest

from models.hyperparameter import Config, hyperparameter, hyperparameters


@dataclass(frozen=True, kw_only=True)
class Example(Config):
    count: int = hyperparameter(3, minimum=1, maximum=1_000, unit="digits", help="How many.")
    rate: float = hyperparameter(0.5, minimum=0.0, help="How fast.")
    widths: tuple[int, ...] = hyperparameter((8, 4), minimum=1, max_length=3, help="How wide.")
    noise: str = hyperparameter("none", choices=("none", "gaussian"), help="Which noise.")
    bias: bool = hyperparameter(True, help="With a bias.")


def test_values_come_back_as_they_went_in() -> None:
    config = Example(count=7, rate=1, widths=(1, 2, 3), noise="gaussian", bias=False)
    assert Example.from_dict(config.to_dict()) == config
    assert config.to_dict() == {
        "count": 7,
        "rate": 1.0,
        "widths": [1, 2, 3],
        "noise": "gaussian",
        "bias": False,
    }


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"count": 0}, "count (=0) must be between 1 and 1,000 digits."),
        ({"count": 10**9}, "count (=1000000000) must be between 1 and 1,000 digits."),
        ({"count": 2.5}, "count (=2.5) must be a whole number."),
        ({"count": True}, "count (=True) must be a whole number."),
        ({"rate": float("nan")}, "rate (=nan) must be a finite number."),
        ({"rate": -0.1}, "rate (=-0.1) must be at least 0."),
        ({"rate": True}, "rate (=True) must be a number."),
        ({"rate": "fast"}, "rate (='fast') must be a number."),
        ({"widths": (0,)}, "widths (=0) must be at least 1."),
        ({"widths": (1, 2, 3, 4)}, "widths has 4 entries; at most 3 are allowed."),
        ({"widths": "1, 2"}, "widths (='1, 2') must be a list of numbers, such as 128, 64."),
        ({"noise": "pink"}, "noise (='pink') must be one of: none, gaussian."),
        ({"bias": 1}, "bias (=1) must be true or false."),
        (
            {"color": 1},
            "color is not a setting of Example; it has count, rate, widths, noise, bias.",
        ),
    ],
)
def test_a_bad_value_is_named_with_its_rule(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        Example.from_dict(values)


def test_text_is_parsed_by_the_type_of_the_field() -> None:
    rules = hyperparameters(Example)
    assert rules["count"].parse(" 12 ") == 12
    assert rules["rate"].parse("1e-3") == 1e-3
    assert rules["widths"].parse("64, 32") == (64, 32)
    assert rules["widths"].parse("64 32") == (64, 32)
    assert rules["bias"].parse("no") is False
    with pytest.raises(ValueError, match=r"count \(='many'\) must be a whole number\."):
        rules["count"].parse("many")


def test_a_list_says_what_it_is_a_list_of() -> None:
    with pytest.raises(ValueError, match="must be a list of numbers, such as 128, 64"):
        hyperparameters(Example)["widths"].check("64")
    names = replace(hyperparameters(Example)["widths"], name="names", kind=str)
    with pytest.raises(ValueError, match=r"names \(='sgd'\) must be a list of names\.$"):
        names.check("sgd")
