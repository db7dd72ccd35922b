"""The second stage of a step: its runs are found or started, and watched until they are done."""

from __future__ import annotations

import streamlit as st

from app.course.experiments import Found, find_runs, seconds, start_missing
from app.course.places import Spot
from app.navigation import page_named
from app.ui.markdown import escape_markdown
from core.runs.record import RunError, RunRecord

_EVERY_SECONDS = 2.0


def draw_runs(spot: Spot) -> Found:
    """Draw the runs of a step, with a button that starts those that are missing.

    Returns:
        The runs as they stand; the step can be revealed when none is missing or going on.
    """
    found = find_runs(spot.lesson, spot.step)
    if not spot.step.runs:
        st.caption("This step needs no run: it is computed from the test digits.")
        return found
    if spot.step.note:
        st.caption(spot.step.note)
    for name, record in found.ready.items():
        _draw_ready(spot, name, record, found)
    if found.missing:
        _draw_start(spot, found)
    if found.going:
        follow_runs(spot, found)
    if spot.step.place is not None and (found.ready or found.going):
        _draw_link(spot, found)
    return found


def _draw_ready(spot: Spot, name: str, record: RunRecord, found: Found) -> None:
    title = spot.lesson.experiments[name].title
    seed = record.request.settings["training"].get("seed", 0)
    whose = ", made by somebody in this lab" if name in found.of_others else ""
    st.markdown(f":material/check_circle: {escape_markdown(title)} is ready (seed {seed}{whose}).")


def _draw_start(spot: Spot, found: Found) -> None:
    for name, why in found.stopped.items():
        title = spot.lesson.experiments[name].title
        st.warning(escape_markdown(f"{title} has no result: {why} Start it again."))
    count = len(found.missing)
    label = "Start the run" if count == 1 else f"Start {count} runs"
    about = seconds(found.missing)
    titles = "; ".join(experiment.title for experiment in found.missing.values())
    st.caption(
        escape_markdown(
            f"{titles}. It is computed in about {about:.0f} seconds where a core is free."
        )
    )
    if not st.button(label, type="primary", icon=":material/play_arrow:"):
        return
    try:
        start_missing(spot.lesson, found)
    except (RunError, ValueError) as error:
        st.error(escape_markdown(str(error)))
        return
    place = spot.step.place
    if place is None:
        st.rerun()
    run = next(iter(found.going.values()))
    st.switch_page(page_named(place.page).path, query_params={"run": run.id})


def follow_runs(spot: Spot, found: Found) -> None:
    """Show the progress of runs until one of them has ended, then draw the page once more."""
    before = {name: record.state.status for name, record in found.going.items()}

    @st.fragment(run_every=_EVERY_SECONDS)
    def follow() -> None:
        for name, record in found.going.items():
            gone = not record.folder.is_dir()
            state = record.state
            if gone or (not state.is_active and before[name] in ("pending", "running")):
                st.rerun()
            words = "in the queue" if state.status == "pending" else state.status
            title = spot.lesson.experiments[name].title
            st.progress(state.progress, escape_markdown(f"{title}: {words}"))

    follow()


def _draw_link(spot: Spot, found: Found) -> None:
    """Draw a link to where the lab shows the run, and what to look for there."""
    place = spot.step.place
    if place is None:
        return
    run = next(iter((found.going or found.ready).values()))
    page = page_named(place.page)
    query = {"run": run.id}
    if place.view:
        query["view"] = place.view
    where = f"{page.title} · {place.view}" if place.view else page.title
    st.markdown(place.text)
    st.page_link(page.path, label=f"Look at it: {where}", icon=page.icon, query_params=query)
