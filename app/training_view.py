"""A training as it goes: its progress and controls, its curves, and ten digits as it sees them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.components.chart import Line, live_chart
from app.images import tiles
from app.session import queue, store
from app.theme import LINE_COLORS
from core.record import ACTIVE, RESUMABLE, RunError, RunRecord, RunState
from models import Term, spec_of

_ICONS = {
    "pending": ":material/hourglass_empty:",
    "running": ":material/play_arrow:",
    "paused": ":material/pause:",
    "done": ":material/check_circle:",
    "cancelled": ":material/cancel:",
    "failed": ":material/error:",
    "interrupted": ":material/power_off:",
}


def draw_training(record: RunRecord) -> None:
    """Everything about a training that changes while it runs."""
    state = record.state
    rows = record.history()
    epochs = [row for row in rows if row["event"] == "epoch"]
    _draw_status(record, state, epochs)
    _draw_controls(record, state)
    draw_preview(record)
    _draw_curves(record, rows, epochs)


def _draw_status(record: RunRecord, state: RunState, epochs: list[dict[str, Any]]) -> None:
    total = record.request.settings["values"]["epochs"]
    done = epochs[-1]["epoch"] if epochs else 0
    icon = _ICONS[state.status]
    if state.status == "pending":
        ahead = [run.id for run in store().active()].index(record.id)
        people = "next" if ahead == 0 else f"{ahead} before it"
        st.progress(state.progress, f"{icon} Waiting for its turn: {people}.")
    elif state.status == "running":
        wish = {"pause": " · pausing after this epoch …", "cancel": " · cancelling …"}
        asked = wish.get(record.asked(), "")
        text = f"{icon} Epoch {min(done + 1, total)} of {total}{_time_left(state)}{asked}"
        st.progress(state.progress, text)
    else:
        text = f"{icon} {state.status.capitalize()} after {done} of {total} epochs"
        st.progress(state.progress, f"{text} and {_duration(state.seconds)} of training")
        if state.error:
            show = st.error if state.status == "failed" else st.info
            show(state.error)
    if not epochs:
        return
    terms = spec_of(record.request.settings["model"]).model.terms
    latest = epochs[-1]
    with st.container(horizontal=True, gap="large"):
        for name, term in terms.items():
            value = f"{latest['validation'][name]:.4g}"
            st.metric(f"Test · {term.label}", value, help=term.unit, width="content")
        if latest["images_per_second"]:
            speed = f"{latest['images_per_second']:,}"
            st.metric("Digits per second", speed, width="content", help="while training")


def _draw_controls(record: RunRecord, state: RunState) -> None:
    if state.status not in (*ACTIVE, *RESUMABLE) or record.folder.parent == store().gallery:
        return
    with st.container(horizontal=True):
        key = record.id
        if state.status in RESUMABLE:
            st.button(
                "Resume",
                icon=":material/play_arrow:",
                key=f"resume:{key}",
                on_click=_obey,
                args=(queue().resume, record),
                help="Goes on exactly where it stopped.",
            )
        if state.status == "running":
            st.button(
                "Pause",
                icon=":material/pause:",
                key=f"pause:{key}",
                on_click=_obey,
                args=(queue().pause, record),
                disabled=record.asked() != "",
                help="Stops after this epoch; another run may go on meanwhile.",
            )
        if state.status in ACTIVE:
            st.button(
                "Cancel",
                icon=":material/stop:",
                key=f"cancel:{key}",
                on_click=_obey,
                args=(queue().cancel, record),
                disabled=record.asked() == "cancel",
                help="Ends the run now; what it has learned so far is kept.",
            )
    if problem := st.session_state.pop(f"problem:{key}", None):
        st.warning(problem)


def _obey(command: Any, record: RunRecord) -> None:
    try:
        command(record)
    except (RunError, OSError) as error:
        st.session_state[f"problem:{record.id}"] = str(error)


def draw_preview(record: RunRecord) -> None:
    """Ten fixed test digits above what the model makes of them after the latest epoch."""
    previews = record.previews()
    if len(previews) == 0:
        st.caption("Ten test digits and their reconstructions appear here with the first epoch.")
        return
    st.image(
        tiles(previews[-1], scale=4),
        caption=f"Above: ten test digits as the model gets them. "
        f"Below: what it rebuilds from their codes after epoch {len(previews) - 1}.",
        output_format="PNG",
        width="stretch",
        alt="Ten handwritten test digits, 0 to 9, above their reconstructions.",
    )


def _draw_curves(
    record: RunRecord, rows: tuple[dict[str, Any], ...], epochs: list[dict[str, Any]]
) -> None:
    terms: Mapping[str, Term] = spec_of(record.request.settings["model"]).model.terms
    trained = [row for row in rows if row["train"]]
    steps = [row for row in trained if row["event"] == "step"]
    lines: list[Line] = []
    for panel, name in enumerate(terms):
        lines.append(
            Line(
                name="training, while it goes",
                x=[row["epoch"] for row in steps],
                y=[row["train"].get(name) for row in steps],
                color=LINE_COLORS[0],
                panel=panel,
            )
        )
        lines.append(
            Line(
                name="test digits, after each epoch",
                x=[row["epoch"] for row in epochs],
                y=[row["validation"].get(name) for row in epochs],
                color=LINE_COLORS[1],
                markers=len(epochs) < 60,
                panel=panel,
            )
        )
    live_chart(
        lines,
        key="curves",
        x_title="Epoch",
        y_titles=[f"{term.label} ({term.unit})" for term in terms.values()],
        revision=record.id,
        height=340 + 200 * (len(terms) - 1),
        description="Loss on training and test digits over the epochs of this run.",
    )


def _time_left(state: RunState) -> str:
    if state.progress < 0.01:
        return ""
    left = state.seconds * (1 - state.progress) / state.progress
    return f" · about {_duration(left)} left"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
