"""Reveal a step: measure the runs, judge the prediction, and fill the text with the numbers."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from core.lessons.conditions import first_broken
from core.lessons.lesson import Choice, Condition, Step
from core.lessons.measures import MEASURES, Measured
from core.lessons.numbers import fill, significant
from core.lessons.scoring import Answer, Score, right_options, score
from core.runs.record import RunError, RunRecord

#: `different`: what the step claims does not hold for this run, which then decides nothing.
Outcome = Literal["right", "wrong", "different"]


@dataclass(frozen=True, kw_only=True)
class Reveal:
    """What a student is told: the outcome, the text in Markdown, and a score for each question."""

    outcome: Outcome
    text: str
    scores: tuple[Score, ...]

    @property
    def is_right(self) -> bool:
        """Whether all predictions of the step fit the run, whatever its text says."""
        return all(each.right for each in self.scores)


def measure_step(step: Step, runs: Mapping[str, RunRecord]) -> Measured:
    """Return what the measures of a step give for its runs, by the names of its experiments.

    Raises:
        RunError: a run is missing, unfinished or damaged.
        DigitsError: the digits of a run cannot be had.
    """
    found: list[Measured] = []
    for call in step.measures:
        missing = [name for name in call.runs if name not in runs]
        if missing:
            raise RunError(f"The run {missing[0]} of this step is missing; start it first.")
        found.append(MEASURES[call.name]([runs[name] for name in call.runs], **call.arguments))
    return Measured(
        numbers=dict(ChainMap(*(dict(each.numbers) for each in found))),
        series=dict(ChainMap(*(dict(each.series) for each in found))),
        pictures=dict(ChainMap(*(dict(each.pictures) for each in found))),
    )


def reveal(step: Step, answers: Sequence[Answer], measured: Measured) -> Reveal:
    """Judge the answers of a step, one for each question, by what was measured."""
    scores = tuple(
        score(question, answer, measured)
        for question, answer in zip(step.questions, answers, strict=True)
    )

    def number(name: str) -> float | None:
        first = {"points": scores[0].points, "of": scores[0].of}
        return float(first[name]) if name in first else measured.number(name)

    broken = first_broken(step.holds, measured)
    if broken is not None or _nothing_fits(step, measured):
        return Reveal(outcome="different", text=_different(step, broken, number), scores=scores)
    right = all(each.right for each in scores)
    text = fill(step.right if right else step.wrong, number)
    return Reveal(outcome="right" if right else "wrong", text=text, scores=scores)


def _nothing_fits(step: Step, measured: Measured) -> bool:
    """Return whether a question has no right option for this run."""
    return any(
        isinstance(each, Choice) and not each.many and not right_options(each, measured)
        for each in step.questions
    )


def _different(step: Step, broken: Condition | None, number: Callable[[str], float | None]) -> str:
    """Return the text for a run in which the claim of the step does not hold."""
    value = number(broken.value) if broken is not None else None
    name = broken.value.replace("_", " ").replace(".", " ") if broken is not None else ""
    measured = f": {name} is {significant(value)}" if value is not None else ""
    band = fill(step.band, number)
    return (
        f"Your run came out differently{measured}. Our three runs gave {band}. This can be luck "
        "(another seed) or another processor. Press **Another seed** and look whether it stays."
    )
