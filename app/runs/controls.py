"""The progress of a run, and the buttons that pause, resume and cancel it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app.runs.copy import copy_button, draw_copy, draw_run_problem
from app.runs.imported import draw_origin
from app.runs.owners import is_mine
from app.server.shared import queue, store
from app.server.visitor import visitor
from app.ui.markdown import escape_markdown
from core.runs.copies import Larger
from core.runs.record import RESUMABLE, RunError, RunRecord, RunState
from core.runs.versions import continued_elsewhere

_ICONS = {
    "pending": ":material/hourglass_empty:",
    "running": ":material/play_arrow:",
    "paused": ":material/pause:",
    "done": ":material/check_circle:",
    "cancelled": ":material/cancel:",
    "failed": ":material/error:",
    "interrupted": ":material/power_off:",
}


def draw_progress(record: RunRecord, state: RunState, *, now: str, done: str) -> None:
    """Draw a progress bar with a sentence, and the error if there is one.

    `now` says what is going on while it runs, `done` how far it came; both fit into a sentence.
    """
    icon = _ICONS[state.status]
    if state.status == "pending":
        # Programs outside the lab have no turn in its queue.
        waiting = [run.id for run in store().active() if not run.request.is_recorded]
        ahead = waiting.index(record.id) if record.id in waiting else 0
        turn = "next" if ahead == 0 else f"{ahead} {'run' if ahead == 1 else 'runs'} ahead"
        st.progress(state.progress, f"{icon} In the queue: {turn}.")
    elif state.status == "running":
        words = {"pause": " · pausing …", "cancel": " · cancelling …"}
        leaving = words.get(record.control.requested(), "")
        st.progress(state.progress, f"{icon} {now}{_time_left(state)}{leaving}")
    else:
        text = f"{icon} {state.status.capitalize()} after {done}, {duration(state.seconds)} in all"
        st.progress(state.progress, text)
        if state.error:
            show = st.error if state.status == "failed" else st.info
            show(escape_markdown(state.error))
    if note := continued_elsewhere(record):
        st.caption(escape_markdown(note))
    draw_origin(record)


def draw_controls(record: RunRecord, state: RunState) -> None:
    """Draw the buttons that make sense now; none for a run of the gallery.

    Who does not own the run reads why there are none, and can continue it as a copy. What a program
    outside the lab computes can only be stopped where it was started, and opened weights are as
    they are.
    """
    if record.folder.parent == store().gallery:
        return
    computed_here = not (record.request.is_recorded or record.request.is_opened)
    if not is_mine(record.request.visitor):
        if computed_here:
            draw_copy(record, state)
        return
    with st.container(horizontal=True, key="run-controls"):
        if computed_here and state.status in RESUMABLE:
            _button(record, "Resume", "play_arrow", _resume, "Continues where it stopped.")
        if computed_here and state.status == "running":
            about = "Stops after this epoch or iteration. Another run may use the computer then."
            _button(record, "Pause", "pause", _pause, about, off=record.control.requested() != "")
        if computed_here and state.is_active:
            about = "Ends the run now. Its saved weights, curves and pictures are kept."
            _button(
                record,
                "Cancel",
                "stop",
                _cancel,
                about,
                off=record.control.requested() == "cancel",
            )
        if not state.is_active:
            with st.popover("Delete", icon=":material/delete:"):
                st.write("This deletes its weights, curves and pictures for everyone.")
                about = "For a day you can bring it back, on the page Runs."
                _button(record, "Delete this run", "delete", _delete, about)
    draw_run_problem(record)


def draw_more(
    record: RunRecord,
    section: str,
    setting: str,
    now: int,
    more: int,
    check: Callable[[int], object],
) -> None:
    """Draw the button that continues a finished run for `more` of a setting, such as its epochs.

    `section` is the part of the run's settings that has it. Who does not own the run continues it
    as a copy.

    `check` raises where the run cannot be so long.
    """
    if record.state.status != "done" or record.folder.parent == store().gallery:
        return

    def larger() -> Larger:
        check(now + more)
        return Larger(section, setting, now + more)

    if not is_mine(record.request.visitor):
        copy_button(record, f"for {more} more {setting}", larger)
        return

    def go_on() -> None:
        try:
            check(now + more)
            queue().extend(record, section, setting, now + more, visitor())
            store().make_room(visitor())  # now that it is going, it does not give way itself
        except (RunError, ValueError) as error:
            st.session_state[f"problem:{record.id}"] = str(error)

    st.button(
        f"{more} more {setting}",
        icon=":material/add:",
        key=f"more:{record.id}",
        on_click=go_on,
        help="Continues exactly where it ended.",
    )


def _pause(record: RunRecord) -> None:
    queue().pause(record, visitor())


def _cancel(record: RunRecord) -> None:
    queue().cancel(record, visitor())


def _resume(record: RunRecord) -> None:
    queue().resume(record, visitor())


def _delete(record: RunRecord) -> None:
    # It stays in the address: the page then says that it is gone, and shows another.
    store().discard(record.id, visitor())


def _button(
    record: RunRecord,
    label: str,
    icon: str,
    command: Callable[[RunRecord], None],
    about: str,
    *,
    off: bool = False,
) -> None:
    def obey() -> None:
        try:
            command(record)
        except (RunError, OSError) as error:
            st.session_state[f"problem:{record.id}"] = str(error)

    key = f"{label}:{record.id}"
    st.button(label, key=key, icon=f":material/{icon}:", on_click=obey, disabled=off, help=about)


def duration(seconds: float) -> str:
    """Return a time span in words."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def _time_left(state: RunState) -> str:
    if state.progress < 0.01:
        return ""
    left = state.seconds * (1 - state.progress) / state.progress
    return f" · about {duration(left)} left"
