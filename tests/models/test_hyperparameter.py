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


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("count", "many", "count (='many') must be a whole number."),
        ("rate", "fast", "rate (='fast') must be a number."),
        ("bias", "maybe", "bias (='maybe') must be true or false."),
        (
            "widths",
            "64, many",
            "widths (='many') must be a whole number or several, with commas between them.",
        ),
    ],
)
def test_text_that_is_none_is_explained(name: str, text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        hyperparameters(Example)[name].parse(text)


@pytest.mark.parametrize(
    ("minimum", "maximum", "unit", "words"),
    [
        (0, None, "", "at least 0"),
        (None, 0.5, "s", "at most 0.5 s"),
        (None, None, "s", ""),
        (1e-6, 1.0, "", "between 0.000001 and 1"),
        (1, 2**31 - 1, "digits", "between 1 and 2,147,483,647 digits"),
        (0.0001, 2500.0, "", "between 0.0001 and 2,500"),
    ],
)
def test_a_range_in_words(
    minimum: float | None, maximum: float | None, unit: str, words: str
) -> None:
    rule = hyperparameters(Example)["rate"]
    assert replace(rule, minimum=minimum, maximum=maximum, unit=unit).range_text() == words


def test_a_rule_has_the_label_type_and_default_of_its_field() -> None:
    rules = hyperparameters(Example)
    assert list(rules) == ["count", "rate", "widths", "noise", "bias"]
    assert [rule.label for rule in rules.values()] == ["Count", "Rate", "Widths", "Noise", "Bias"]
    assert [rule.kind for rule in rules.values()] == [int, float, int, str, bool]
    assert [rule.sequence for rule in rules.values()] == [False, False, True, False, False]
    assert rules["widths"].default == (8, 4)
    assert rules["rate"].shown
    assert not rules["rate"].logarithmic


def test_a_field_without_a_rule_or_with_two_types_is_a_mistake() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Bare(Config):
        count: int = 3

    with pytest.raises(TypeError, match=r"^Bare\.count has no hyperparameter\(\.\.\.\)\.$"):
        Bare()

    @dataclass(frozen=True, kw_only=True)
    class Torn(Config):
        count: int | None = hyperparameter(None, help="How many, if any.")

    with pytest.raises(TypeError, match=r"^Torn\.count must have one plain type\.$"):
        Torn()


def test_a_list_says_what_it_is_a_list_of() -> None:
    with pytest.raises(ValueError, match="must be a list of numbers, such as 128, 64"):
        hyperparameters(Example)["widths"].check("64")
    names = replace(hyperparameters(Example)["widths"], name="names", kind=str)
    with pytest.raises(ValueError, match=r"names \(='sgd'\) must be a list of names\.$"):
        names.check("sgd")
