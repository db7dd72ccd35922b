"""Numbers in texts."""

from __future__ import annotations

import math

import pytest

from core.lessons.numbers import FORMATS, fill, places, significant, stray_braces


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.0211944, 3, "0.0212"),
        (0.00489, 2, "0.0049"),
        (0.00002, 1, "0.00002"),
        (0.000001, 3, "0"),
        (0.0, 3, "0"),
        (1234.5, 3, "1,234"),
        (-0.21, 2, "−0.21"),
        (math.nan, 3, "not a number"),
        (math.inf, 3, "not a number"),
    ],
)
def test_significant_digits(value: float, digits: int, text: str) -> None:
    assert significant(value, digits) == text


@pytest.mark.parametrize(
    ("how", "value", "text"),
    [
        ("percent", 0.807, "81 %"),
        ("whole", 999.6, "1,000"),
        ("whole", -3.0, "−3"),
        ("signed", 0.214, "+0.21"),
        ("signed", -0.214, "−0.21"),
        ("whole", math.nan, "not a number"),
    ],
)
def test_formats(how: str, value: float, text: str) -> None:
    assert FORMATS[how](value) == text


def test_a_text_is_filled_but_for_its_formulas() -> None:
    text = r"{error} of $x_{i}$, {share:percent}, {gone}"
    assert list(places(text)) == [("error", ""), ("share", "percent"), ("gone", "")]
    assert not stray_braces(text)
    filled = fill(text, {"error": 0.5, "share": 0.25, "i": 7.0}.get)
    assert filled == r"0.500 of $x_{i}$, 25 %, –"


@pytest.mark.parametrize("text", ["{", "{a.b}", "{a!r}", "{a[0]}", "{A}", "{a:.3f}", "{}", "{a.0}"])
def test_nothing_of_python_is_a_place(text: str) -> None:
    assert stray_braces(text)
    assert fill(text, {"a": 1.0}.get) == text
