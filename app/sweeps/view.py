"""Draws a sweep: its progress, its results while they grow, and its runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from app.components.download import SaveAs
from app.navigation import page_of
from app.runs.file_names import name_part
from app.runs.labels import about_sweep
from app.sweeps.charts import (
    draw_loss_curves,
    draw_rate_distortion,
    draw_results,
    rule_of,
    yardsticks_in,
)
from app.sweeps.controls import draw_sweep_controls, draw_sweep_progress
from app.sweeps.findings import findings
from app.sweeps.staircase import draw_staircase, steps_of
from app.sweeps.table import draw_table
from app.ui.choice import choose_one
from app.ui.fragments import show_errors
from app.ui.glossary import term as link
from app.ui.markdown import escape_markdown
from core.runs.record import RunRecord
from core.sweeps.sweep import Sweep, SweepRun, comparable
from models import Term, spec_of

#: Seconds between two looks at a sweep that is being computed.
LOOK_SECONDS = 2.0


def draw_sweep(sweep: Sweep) -> None:
    """Draw a sweep; while it is being computed, every two seconds."""
    active = any(state.is_active for state in sweep.states())

    @st.fragment(run_every=LOOK_SECONDS if active else None)
    def follow() -> None:
        gone = not all(record.folder.is_dir() for record in sweep.records)
        if gone or any(state.is_active for state in sweep.states()) != active:
            st.rerun()  # the whole page, once: with a timer, without one, or with what is left
        with show_errors():
            _draw(sweep)

    follow()


def _draw(sweep: Sweep) -> None:
    draw_sweep_progress(sweep)
    draw_sweep_controls(sweep)
    runs = sweep.runs()
    model = spec_of(sweep.model).model
    terms = sweep.terms
    # A title comes from a visitor.
    st.subheader(escape_markdown(f"{sweep.title}: {about_sweep(sweep)}"), anchor=False)
    if steps := steps_of(sweep, runs):
        draw_staircase(sweep, steps, _save_as(sweep, "step"))
        st.subheader("What the weight does", anchor=False)
    term = _choose_term(sweep, terms) if len(terms) > 1 else next(iter(terms))
    pca = yardsticks_in(sweep, runs, terms[term])
    even = comparable(runs, sweep.field)
    words = findings(even, rule_of(sweep), term, terms[term], pca)
    if len(even) < len(runs):
        words += (
            f" {len(runs) - len(even)} of {len(runs)} runs have other epochs than most, and do not "
            "count here."
        )
    st.markdown(escape_markdown(words))
    pressed = draw_results(sweep, runs, term, _save_as(sweep, f"{term} against setting"))
    _caption_of_results(sweep, runs, term)
    if model.has_posterior and sweep.field is not None:
        st.subheader("Rate against distortion", anchor=False)
        point = draw_rate_distortion(sweep, runs, _save_as(sweep, "rate against distortion"))
        st.caption(
            f"Each dot is a run, each colour a value. To the right: its codes carry more "
            f"({link('kl', 'KL')}). Further down: it rebuilds the digits better."
        )
        pressed = pressed or point
    st.subheader("Over the epochs", anchor=False)
    draw_loss_curves(sweep, runs, term, _save_as(sweep, f"{term} over epochs"))
    if len({run.seed for run in runs}) > 1:
        st.caption(
            "A full line is the mean of a value's seeds, a pale one is a single run; the band "
            "reaches from the lowest to the highest."
        )
    st.subheader("The runs", anchor=False)
    draw_table(sweep, runs)
    if pressed is not None:
        _open(pressed.record)


def _choose_term(sweep: Sweep, terms: Mapping[str, Term]) -> str:
    return choose_one(
        "Result",
        list(terms),
        default=next(iter(terms)),
        key=f"sweep:term:{':'.join(terms)}",
        format_func=lambda name: terms[name].label,
        help="What the chart shows for each value: a term of the loss, on the test digits, after "
        "the last epoch of each run.",
        wrap=True,
    )


def _caption_of_results(sweep: Sweep, runs: Sequence[SweepRun], term: str) -> None:
    words = ["Each dot is a run; press it to open the run."]
    if len({run.seed for run in runs}) > 1:
        words.append("The mean of the seeds is drawn with their range around it.")
    if yardsticks_in(sweep, runs, sweep.terms[term]) is not None:
        words.append(
            f"The dashed line is {link('principal-component', 'PCA')} with as many numbers."
        )
    st.caption(" ".join(words))


def _open(record: RunRecord) -> None:
    page = page_of(record.request)
    if page is not None:
        st.switch_page(page.path, query_params={"run": record.id})


def _save_as(sweep: Sweep, what: str) -> SaveAs:
    return SaveAs(file=f"latent-lab_{name_part(sweep.id, 96)}_{name_part(what)}", figure=what)
