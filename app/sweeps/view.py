"""Draws a sweep: its progress, its results while they grow, and its runs."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.components.download import SaveAs
from app.links.address import Part, part_of_address
from app.navigation import page_of
from app.runs.file_names import sweep_file_name
from app.runs.labels import about_sweep, rule_of
from app.server.data import data_of_sweep
from app.sweeps.charts import (
    draw_loss_curves,
    draw_rate_distortion,
    draw_results,
    yardsticks_in,
)
from app.sweeps.controls import draw_sweep_controls, draw_sweep_progress
from app.sweeps.findings import findings
from app.sweeps.staircase import draw_staircase, steps_of
from app.sweeps.table import draw_table
from app.ui.choice import choose_one
from app.ui.fragments import fragment, show_errors
from app.ui.glossary import term as link
from app.ui.markdown import escape_markdown
from core.sweeps.results import comparable
from core.sweeps.sweep import Sweep, SweepRun
from models import spec_of

#: Seconds between two looks at a sweep that is being computed.
LOOK_SECONDS = 2.0


def draw_sweep(sweep: Sweep) -> None:
    """Draw a sweep; while it is being computed, every two seconds."""
    active = sweep.is_active

    part = Part()

    @st.fragment(run_every=LOOK_SECONDS if active else None)
    def follow() -> None:
        gone = not all(record.folder.is_dir() for record in sweep.records)
        if gone or sweep.is_active != active:
            st.rerun()  # the whole page, once: with a timer, without one, or with what is left
        with part_of_address(part), show_errors():
            _draw(sweep)

    follow()


def _draw(sweep: Sweep) -> None:
    """Draw the parts of the page, each of which answers by itself."""
    draw_sweep_progress(sweep)
    draw_sweep_controls(sweep)
    runs = sweep.runs()
    # A title comes from a visitor.
    st.subheader(escape_markdown(f"{sweep.title}: {about_sweep(sweep)}"), anchor=False)
    if steps := steps_of(sweep, runs):
        fragment(lambda: draw_staircase(sweep, runs, steps, _save_as(sweep, "step")))()
        st.subheader("What the weight does", anchor=False)
    fragment(lambda: _draw_term(sweep, runs))()
    if spec_of(sweep.model).model.has_posterior and sweep.field is not None:
        fragment(lambda: _draw_plane(sweep, runs))()
    st.subheader("The runs", anchor=False)
    draw_table(sweep, runs)


def _draw_term(sweep: Sweep, runs: Sequence[SweepRun]) -> None:
    """Draw a chosen term of the loss: in words, against the setting, and over the epochs."""
    terms = sweep.terms
    term = _choose_term(sweep) if len(terms) > 1 else next(iter(terms))
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
    st.subheader("Over the epochs", anchor=False)
    draw_loss_curves(sweep, runs, term, _save_as(sweep, f"{term} over epochs"))
    if len({run.seed for run in runs}) > 1:
        st.caption(
            "A full line is the mean of a value's seeds, a pale one is a single run; the band "
            "reaches from the lowest to the highest."
        )
    _open(pressed)


def _draw_plane(sweep: Sweep, runs: Sequence[SweepRun]) -> None:
    """Draw rate against distortion."""
    st.subheader("Rate against distortion", anchor=False)
    pressed = draw_rate_distortion(sweep, runs, _save_as(sweep, "rate against distortion"))
    st.caption(
        f"Each dot is a run, each colour a value. To the right: its codes carry more "
        f"({link('kl', 'KL')}). Further down: it rebuilds the {data_of_sweep(sweep).nouns} "
        "better."
    )
    _open(pressed)


def _choose_term(sweep: Sweep) -> str:
    terms = sweep.terms
    return choose_one(
        "Result",
        list(terms),
        default=next(iter(terms)),
        key=f"sweep:term:{':'.join(terms)}",
        link="term",
        format_func=lambda name: terms[name].label,
        help="What the chart shows for each value: a term of the loss, on the test "
        f"{data_of_sweep(sweep).nouns}, after the last epoch of each run.",
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


def _open(run: SweepRun | None) -> None:
    """Open a run whose dot was pressed, if one was."""
    page = page_of(run.record.request) if run is not None else None
    if run is not None and page is not None:
        st.switch_page(page.path, query_params={"run": run.id})


def _save_as(sweep: Sweep, what: str) -> SaveAs:
    return SaveAs(file=sweep_file_name(sweep, what), figure=what)
