"""The third stage of a step: what came out, over what was predicted; and the open question."""

from __future__ import annotations

import streamlit as st

from app.course import kept as keeping
from app.course.experiments import (
    Found,
    find_runs,
    own_names,
    run_title,
    start_another,
)
from app.course.figures import draw_figure, draw_prediction
from app.course.guesses import draw_guesses
from app.course.places import Spot
from app.course.run_stage import follow_runs
from app.server.shared import store
from app.ui.markdown import escape_markdown
from core.data.digits import DigitsError
from core.execution.turns import heavy_work
from core.lessons.answers import MAX_EXPLANATION, Kept
from core.lessons.kept_reveal import KeptReveal
from core.lessons.lesson import Choice
from core.lessons.reveal import measure_step, reveal
from core.lessons.scoring import answers_of
from core.lessons.words import words_of
from core.runs.record import RunError

_VERDICTS = {
    "right": (":material/check_circle: **Right**", st.success),
    "wrong": (":material/lightbulb: **Not as predicted**", st.info),
    "different": (":material/science: **A run of another kind**", st.warning),
}


def draw_reveal_button(spot: Spot, found: Found) -> None:
    """Draw the button that measures the runs and reveals the step, once all runs are there."""
    if found.missing or found.going:
        return
    if not st.button("Reveal", type="primary", icon=":material/visibility:"):
        return
    if measure_and_keep(spot, found):
        st.rerun()


def measure_and_keep(spot: Spot, found: Found) -> bool:
    """Measure the runs of a step and keep the result; return whether that was possible."""
    try:
        with st.spinner("Measuring …"), heavy_work:
            measured = measure_step(spot.step, found.ready)
    except (RunError, DigitsError) as error:
        st.error(escape_markdown(str(error)))
        return False
    keeping.keep_reveal(
        spot.place,
        KeptReveal(
            runs={name: record.id for name, record in found.ready.items()},
            titles={name: run_title(record) for name, record in found.ready.items()},
            measured=measured,
        ),
    )
    return True


def draw_reveal(spot: Spot, kept: Kept, result: KeptReveal) -> None:
    """Draw what a step has revealed."""
    step = spot.step
    answers = answers_of(step.questions, kept.predictions)
    told = reveal(step, answers, result.measured)
    title, box = _VERDICTS[told.outcome]
    box(f"{title}  \n{told.text}")
    if told.outcome == "different":
        fits = "fits" if told.is_right else "does not fit"
        st.caption(f"Your prediction {fits} your run.")
    for number, (question, answer) in enumerate(zip(step.questions, answers, strict=True)):
        key = f"reveal:{spot.name}:{number}"
        st.markdown(
            f"{question.text}  \nYour prediction: **{escape_markdown(words_of(question, answer))}**"
        )
        if isinstance(question, Choice) and isinstance(answer, list):
            why = "; ".join(question.options[int(each)].why for each in answer if each is not None)
            if why.strip("; ") and not told.scores[number].right:
                st.caption(f"The thought behind it: {why}.")
        draw_prediction(question, answer, result.measured, f"{key}:prediction")
        draw_guesses(
            question, answer, result.measured, keeping.guesses(spot.place, number), f"{key}:others"
        )
    for number, figure in enumerate(step.figures):
        draw_figure(figure, result.measured, f"reveal:{spot.name}:figure:{number}")
    _draw_runs(result)


def draw_explanation(spot: Spot, kept: Kept) -> None:
    """Draw the open question of a step, with what this visitor has written."""
    st.markdown(spot.step.explain)
    text = st.text_area(
        "Your explanation, in a few sentences",
        value=kept.explanation,
        max_chars=MAX_EXPLANATION,
        key=f"explain:{spot.name}",
    )
    if st.button("Keep my explanation", icon=":material/save:", key=f"keep:{spot.name}"):
        keeping.explain(spot.place, text)
        st.toast("Kept in your notebook." if not keeping.problem() else keeping.problem())


def draw_again(spot: Spot, result: KeptReveal) -> None:
    """Offer the runs of a step with another seed, and the reveal of a newer run."""
    if not own_names(spot.lesson, spot.step):
        return
    found = find_runs(spot.lesson, spot.step)
    newer = any(result.runs.get(name) != record.id for name, record in found.ready.items())
    if found.going:
        follow_runs(spot, found)
        return
    if newer and not found.missing:
        pressed = st.button("Reveal with the newest run", icon=":material/visibility:")
        if pressed and measure_and_keep(spot, found):
            st.rerun()
    another = st.button(
        "Another seed",
        icon=":material/casino:",
        help="Runs it once more with other random numbers, to see what is luck.",
    )
    if another:
        try:
            start_another(spot.lesson, spot.step)
        except (RunError, ValueError) as error:
            st.error(escape_markdown(str(error)))
        else:
            st.rerun()


def _draw_runs(result: KeptReveal) -> None:
    """Say which runs it was."""
    here = {run.id for run in store().list("train")}
    said: list[str] = []
    for name, run_id in result.runs.items():
        gone = "" if run_id in here else " (deleted by now; its result is kept)"
        said.append(f"{result.titles.get(name, run_id)}{gone}")
    if said:
        st.caption(escape_markdown("Measured on: " + "; ".join(said) + "."))
