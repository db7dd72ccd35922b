"""The progress of a sweep, and the buttons that cancel, resume and delete it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import streamlit as st

from app.links.address import put
from app.runs.controls import duration
from app.runs.labels import STATUS_WORDS
from app.runs.owners import is_mine, owner_in_words
from app.server.shared import queue, sweeps
from app.server.visitor import visitor
from app.ui.markdown import escape_markdown
from core.runs.record import RESUMABLE, RunError
from core.sweeps.sweep import Sweep

_PROBLEM = "problem:sweep"
#: Different errors of its runs that a page shows.
_MAX_ERRORS = 3


def draw_sweep_progress(sweep: Sweep) -> None:
    """Draw one progress bar for all runs, with how many are in which state."""
    states = sweep.states()
    done = sum(state.progress for state in states) / len(states)
    count = Counter(state.status for state in states)
    words = [f"{count['done']} of {len(states)} runs finished"]
    words += [f"{n} {STATUS_WORDS[status]}" for status, n in count.items() if status != "done"]
    spent = sum(state.seconds for state in states)
    active = any(state.is_active for state in states)
    if active and done > 0.01:
        left = sum(1 - state.progress for state in states if state.is_active)
        pace = spent / (done * len(states))
        words.append(f"about {duration(left * pace)} of computing left")
    elif not active:
        words.append(f"{duration(spent)} in all")
    st.progress(done, " · ".join(words))
    stopped = [state for state in states if state.status in ("failed", "interrupted")]
    errors = Counter(state.error for state in stopped if state.error)
    for error, runs in errors.most_common(_MAX_ERRORS):
        st.warning(escape_markdown(f"{runs} of {len(states)} runs: {error}"))


def draw_sweep_controls(sweep: Sweep) -> None:
    """Draw the buttons that make sense now; none for a sweep of the gallery.

    Who does not own the sweep reads why there are none.
    """
    if sweep.in_gallery:
        return
    if not all(is_mine(record.request.visitor) for record in sweep.records):
        st.caption(
            f":material/lock: This sweep belongs to {owner_in_words(sweep.visitor)}; open one of "
            "its runs to continue it as a copy, or start a sweep of your own."
        )
        return
    states = sweep.states()
    active = any(state.is_active for state in states)
    with st.container(horizontal=True):
        if any(state.status in RESUMABLE for state in states) and not active:
            _button(sweep, "Resume", "play_arrow", _resume, "Continues every run that stopped.")
        if active:
            asked = all(
                record.control.requested() == "cancel"
                for record in sweep.records
                if record.is_active
            )
            about = "Ends all runs that are being computed or wait. What they have saved is kept."
            _button(sweep, "Cancel", "stop", _cancel, about, off=asked)
        else:
            with st.popover("Delete", icon=":material/delete:"):
                st.write(f"This deletes all {len(sweep.records)} runs of the sweep for everyone.")
                _button(sweep, "Delete for good", "delete_forever", _delete, "There is no undo.")
    if problem := st.session_state.pop(f"{_PROBLEM}:{sweep.id}", None):
        st.warning(escape_markdown(problem))


def _resume(sweep: Sweep) -> None:
    queue().resume_group(sweep.records, visitor())


def _cancel(sweep: Sweep) -> None:
    queue().cancel_group(sweep.records, visitor())


def _delete(sweep: Sweep) -> None:
    sweeps().delete(sweep.id, visitor())
    put("sweep", None)


def _button(
    sweep: Sweep,
    label: str,
    icon: str,
    command: Callable[[Sweep], None],
    about: str,
    *,
    off: bool = False,
) -> None:
    def obey() -> None:
        try:
            command(sweep)
        except (RunError, OSError) as error:
            st.session_state[f"{_PROBLEM}:{sweep.id}"] = str(error)

    key = f"sweep:{label}:{sweep.id}"
    st.button(label, key=key, icon=f":material/{icon}:", on_click=obey, disabled=off, help=about)
