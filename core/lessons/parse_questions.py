"""Check the questions of a lesson file, and the conditions under which an answer is right."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from core.lessons.fields import Fields, Path, is_known, is_number, unknown
from core.lessons.lesson import (
    Choice,
    Condition,
    CurveQuestion,
    Level,
    Number,
    Option,
    Question,
    Relation,
    Sort,
)
from core.lessons.measures import MEASURES
from core.lessons.mistakes import Mistakes

#: The numbers that a question may show before any run: those of measures that need none, and whose
#: arguments are all left out.
FREE_NUMBERS = frozenset(
    name
    for measure in MEASURES.values()
    if measure.runs == (0, 0) and not measure.arguments
    for name in measure.numbers
)
_RELATIONS: tuple[Relation, ...] = ("above", "below", "from", "to", "among")
_KINDS = ("choice", "number", "curve", "sort")


def parse_conditions(
    entries: list[Any], path: Path, mistakes: Mistakes, numbers: Collection[str]
) -> tuple[Condition, ...]:
    """Return the conditions of a list such as `- {value: spread, below: 0.001}`."""
    found: list[Condition] = []
    for n, entry in enumerate(entries):
        fields = Fields(entry, (*path, n), mistakes)
        value = fields.raw("value")
        if not isinstance(value, str):
            fields.wrong("value", "needs the name of a measured number.")
            value = ""
        elif not is_known(value, numbers):
            fields.wrong("value", unknown(value, numbers))
        given: list[Relation] = [relation for relation in _RELATIONS if fields.has(relation)]
        if not given:
            fields.wrong("value", f"needs one of {', '.join(_RELATIONS)} beside it.")
        for relation in given:
            bound = _bound(fields, relation, numbers)
            if bound is not None:
                found.append(Condition(value=value, relation=relation, bound=bound))
        fields.finish()
    return tuple(found)


def _bound(
    fields: Fields, relation: Relation, numbers: Collection[str]
) -> float | str | tuple[float, ...] | None:
    bound = fields.raw(relation)
    if relation == "among":
        if isinstance(bound, list) and bound and all(is_number(each) for each in bound):
            return tuple(float(each) for each in bound)
        fields.wrong(relation, "needs a list of numbers, such as [2, 8].")
    elif isinstance(bound, str):
        if is_known(bound, numbers):
            return bound
        fields.wrong(relation, unknown(bound, numbers))
    elif is_number(bound):
        return float(bound)
    else:
        fields.wrong(relation, "needs a number, or the name of a measured one.")
    return None


def parse_question(
    entry: Any,
    path: Path,
    mistakes: Mistakes,
    numbers: Collection[str],
    series: Collection[str],
) -> Question:
    """Return one question; `numbers` and `series` are what the measures of its step give."""
    fields = Fields(entry, path, mistakes)
    kind = fields.one_of("kind", _KINDS)
    text = fields.text("text")
    if kind == "number":
        question: Question = _number(fields, text, numbers)
    elif kind == "curve":
        question = _curve(fields, text, mistakes, series)
    elif kind == "sort":
        question = _sort(fields, text, series)
    else:
        question = _choice(fields, text, mistakes, numbers)
    fields.finish()
    return question


def _choice(fields: Fields, text: str, mistakes: Mistakes, numbers: Collection[str]) -> Choice:
    options: list[Option] = []
    for n, entry in enumerate(fields.items("options", 2, 8)):
        own = Fields(entry, (*fields.path, "options", n), mistakes)
        conditions = own.items("right_if", 1, 6, optional=True)
        options.append(
            Option(
                text=own.text("text", longest=200),
                why=own.text("why", "", longest=200),
                right_if=parse_conditions(conditions, (*own.path, "right_if"), mistakes, numbers),
            )
        )
        own.finish()
    if options and not any(option.right_if for option in options):
        fields.wrong("options", "needs at least one option with `right_if`.")
    return Choice(text=text, options=tuple(options), many=fields.flag("many"))


def _number(fields: Fields, text: str, numbers: Collection[str]) -> Number:
    truth = _truth(fields, numbers)
    low, high = fields.number("low", -1e9, 1e9), fields.number("high", -1e9, 1e9)
    if not low < high:
        fields.wrong("high", f"{high:g} must be above low, {low:g}.")
    step = fields.number("step", 0.0, max(1e-9, high - low))
    if not step > 0:
        fields.wrong("step", "must be above 0.")
    factor = fields.number("factor", 1.0, 10.0, 0.0) if fields.has("factor") else 0.0
    distance = fields.number("distance", 0.0, 1e9, 0.0) if fields.has("distance") else 0.0
    if bool(factor) == bool(distance):
        fields.wrong("factor", "needs either `factor` or `distance`: how near counts as right.")
    return Number(
        text=text,
        truth=truth,
        unit=fields.text("unit", "", longest=60),
        low=low,
        high=high,
        step=step,
        factor=factor,
        distance=distance,
    )


def _curve(fields: Fields, text: str, mistakes: Mistakes, series: Collection[str]) -> CurveQuestion:
    x = fields.items("x", 2, 25)
    if not all(is_number(each) for each in x) or sorted(set(x)) != x:
        fields.wrong("x", "needs numbers that rise, such as [1, 2, 3].")
        x = []
    high = fields.number("high", 1e-6, 1e9)
    levels: list[Level] = []
    for n, entry in enumerate(fields.items("levels", 1, 3, optional=True)):
        own = Fields(entry, (*fields.path, "levels", n), mistakes)
        levels.append(Level(words=own.text("words", longest=60), value=_free(own, "value", high)))
        own.finish()
    start: tuple[float, float | str] | None = None
    if fields.has("start"):
        own = Fields(fields.raw("start"), (*fields.path, "start"), mistakes)
        start = own.number("x", -1e9, float(x[0]) if x else 1e9), _free(own, "y", high)
        own.finish()
    return CurveQuestion(
        text=text,
        truth=fields.one_of("truth", series),
        x=tuple(float(each) for each in x),
        x_title=fields.text("x_title", longest=80),
        y_title=fields.text("y_title", longest=80),
        high=high,
        factor=fields.number("factor", 1.0, 10.0),
        right_from=fields.whole("right_from", 1, max(1, len(x))),
        even=fields.flag("even"),
        start=start,
        levels=tuple(levels),
    )


def _sort(fields: Fields, text: str, series: Collection[str]) -> Sort:
    items = fields.words("items", 3, 12)
    if len(set(items)) < len(items):
        fields.wrong("items", "has an item twice; give each another name.")
    pairs = len(items) * (len(items) - 1) // 2
    return Sort(
        text=text,
        truth=fields.one_of("truth", series),
        items=items,
        right_from=fields.whole("right_from", 1, max(1, pairs)),
        tie=fields.number("tie", 0.0, 0.5, 0.05),
        first=fields.text("first", "smallest", longest=40),
        last=fields.text("last", "largest", longest=40),
    )


def _truth(fields: Fields, numbers: Collection[str]) -> str:
    truth = fields.raw("truth")
    if not isinstance(truth, str) or not is_known(truth, numbers):
        fields.wrong("truth", unknown(str(truth)[:60], numbers))
        return ""
    return truth


def _free(fields: Fields, name: str, high: float) -> float | str:
    """Return a height that is shown before any run: a number, or one that needs no run."""
    value = fields.raw(name)
    if isinstance(value, str) and value in FREE_NUMBERS:
        return value
    if is_number(value) and 0 <= value <= high:
        return float(value)
    known = ", ".join(sorted(FREE_NUMBERS))
    fields.wrong(name, f"must be a number from 0 to {high:g}, or one of {known}.")
    return 0.0
