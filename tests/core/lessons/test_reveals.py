"""Every reveal of our lessons on the gallery's runs and on small ones made here.

The numbers that were measured when the lessons were designed are held to 3 %; those of own
trainings differ from processor to processor, so that only what the step claims is asked of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from core.lessons.lesson import Experiment, Lesson, Step
from core.lessons.measures import MEASURES, Measured
from core.lessons.reveal import measure_step, reveal
from core.lessons.shelf import shelf
from core.runs.record import RunError, RunRecord
from tests.core.lessons.conftest import SMALL, Trained, gallery

LESSONS = {lesson.id: lesson for lesson in shelf().lessons}
STEPS = [(lesson, step) for lesson in LESSONS.values() for step in lesson.steps]

#: What was measured on the gallery, by lesson, step and number.
MEASURED: dict[tuple[str, str], dict[str, float]] = {
    ("compression", "untrained"): {"brightness": 0.504, "error": 0.239, "digits_spread": 0.185},
    ("compression", "first-epochs"): {
        "longer_end": 0.0067,
        "share_of_first": 0.80,
        "average_error": 0.0675,
        "black_error": 0.1140,
        "grey_error": 0.2314,
    },
    ("compression", "hard-digits"): {"easiest": 1, "ink_correlation": 0.16},
    ("denoising", "size-of-noise"): {"error": 0.0212, "uncut_error": 0.0400, "black": 0.81},
    ("denoising", "plain-model"): {
        "error": 0.0355, "error_ink": 0.138, "error_far": 0.0023, "no_model_far": 0.0199,
    },
    ("denoising", "better-than-nothing"): {"longer_below_from": 9, "longer_end": 0.0103},
    ("denoising", "where-it-helps"): {
        "error": 0.0108,
        "no_model_ink": 0.0271,
        "error_ink": 0.0506,
        "no_model_near": 0.0202,
        "error_near": 0.0099,
        "no_model_far": 0.0199,
    },
    ("denoising", "weaker-noise"): {
        "errors_3.1": 0.0117, "errors_3.2": 0.0102, "errors_3.3": 0.0106, "errors_3.5": 0.0269,
    },
    ("denoising", "unseen-damage"): {
        "salt_before": 0.0479, "salt_after": 0.0128, "block_before": 0.0186, "block_after": 0.0284,
    },
}  # fmt: skip
#: Where the digits of the design have another error than one of 3 %: few digits, or few decimals.
LOOSER = {"ink_correlation": 0.06, "block_before": 0.05, "block_after": 0.05, "error_far": 0.05}


def in_gallery(lesson: Lesson, step: Step) -> Mapping[str, RunRecord]:
    """A run of the gallery for each experiment: its own, or that of the same model."""

    def run(experiment: Experiment) -> RunRecord:
        if experiment.another_of:
            return gallery("compression")
        return gallery(experiment.gallery or experiment.model)

    return {name: run(lesson.experiments[name]) for name in step.runs}


@pytest.mark.parametrize(
    ("lesson", "step"), STEPS, ids=[f"{lesson.id}-{step.id}" for lesson, step in STEPS]
)
def test_on_the_gallery(lesson: Lesson, step: Step) -> None:
    found = measure_step(step, in_gallery(lesson, step))
    for name, wanted in MEASURED.get((lesson.id, step.id), {}).items():
        value = found.number(name)
        assert value == pytest.approx(wanted, rel=LOOSER.get(name, 0.03)), name
    told = reveal(step, [None] * len(step.questions), found)
    assert not re.search(r"–|not a number|\{", told.text), told.text
    for call in step.measures:
        measure = MEASURES[call.name]
        assert set(measure.numbers) <= set(found.numbers)
        assert set(measure.series) <= set(found.series)
        assert set(measure.pictures) <= set(found.pictures)
    for figure in step.figures:
        for name in figure.names:
            values: Any = found.pictures if figure.kind == "pictures" else found.series
            assert len(values[name]), f"{name} has nothing to show"


def test_every_measured_step_is_one_of_ours() -> None:
    assert MEASURED.keys() <= {(lesson.id, step.id) for lesson, step in STEPS}


def own_runs(lesson: Lesson, step: Step, trained: Trained) -> dict[str, RunRecord]:
    """A small fresh training for each experiment, with what sets it apart from the others."""
    found: dict[str, RunRecord] = {}
    for name in step.runs:
        experiment = lesson.experiments[name]
        if experiment.gallery:
            found[name] = gallery(experiment.gallery)
        elif experiment.another_of:
            found[name] = trained(seed=1)
        else:
            values = {**experiment.config, **experiment.training, "epochs": SMALL["epochs"]}
            found[name] = trained(experiment.model, **values)
    return found


@pytest.mark.parametrize(
    ("lesson", "step"), STEPS, ids=[f"{lesson.id}-{step.id}" for lesson, step in STEPS]
)
def test_on_fresh_small_runs(lesson: Lesson, step: Step, trained: Trained) -> None:
    """On a sixth of the digits: what the step claims holds, but for fine orders of classes."""
    found = measure_step(step, own_runs(lesson, step, trained))
    told = reveal(step, [None] * len(step.questions), found)
    assert not re.search(r"–|not a number|\{", told.text), told.text
    if (lesson.id, step.id) not in {
        ("compression", "hard-digits"),
        ("compression", "first-epochs"),
    }:
        assert told.outcome == "wrong", f"not knowing is no right answer: {told.text}"


def test_a_run_that_breaks_the_claim_is_told_so_and_judges_nobody() -> None:
    step = LESSONS["compression"].steps[0]
    found = Measured(numbers={"spread": 0.2, "error": 0.2, "brightness": 0.5})
    told = reveal(step, [[1]], found)
    assert told.outcome == "different"
    assert "came out differently: spread is 0.200" in told.text
    assert "outputs that differ by 0.0001" in told.text
    # The run decides: here noise is right, whatever the table of the lesson says.
    assert reveal(step, [[0]], found).is_right


def test_who_is_right_is_told_so() -> None:
    lesson = LESSONS["denoising"]
    step = lesson.steps[0]
    found = measure_step(step, {})
    assert reveal(step, [0.021], found).outcome == "right"
    assert reveal(step, [0.04], found).outcome == "wrong"
    assert "0.0212" in reveal(step, [0.2], found).text
    assert "81 %" in reveal(step, [0.2], found).text


def test_a_missing_run_is_told_by_its_name() -> None:
    step = LESSONS["compression"].steps[0]
    with pytest.raises(RunError, match="The run own of this step is missing"):
        measure_step(step, {})
