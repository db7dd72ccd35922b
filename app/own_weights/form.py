"""Open my weights: a file, how its tensors make a network, a trial on ten digits, and a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile
from torch import Tensor

from app.navigation import page_of
from app.own_weights.match_form import edit_match
from app.own_weights.trial_view import draw_trial
from app.runs.picker import show_run
from app.server.shared import export_turns, store
from app.server.visitor import visitor
from app.ui.markdown import escape_markdown
from core.data.data_sets import DataSet
from core.data.digits import DigitsError
from core.execution.turns import TooManyError
from core.own_weights import Match, Proposal, open_weights, propose, read_weights
from core.runs.record import RunError, RunRecord
from core.runs.state import LONGEST_TITLE, RECORDED_MODEL

#: The newest file that was read, in the session: one at a time, since it may have 100 MB.
_READ = "own-weights:read"
#: How many files were opened, in the session: the next uploader is another widget, and empty.
_OPENED = "own-weights:opened"


@dataclass(frozen=True, eq=False)
class _Read:
    """A file that was read on a data set: its tensors and the proposal, or a sentence why not."""

    file_id: str
    data: str
    tensors: Mapping[str, Tensor]
    proposal: Proposal | None
    problem: str


def draw_form(page: str, data: DataSet, expanded: bool) -> None:
    """Draw the form that opens weights of a network for a data set as a run of this visitor.

    Args:
        page: The page that it is on.
        data: The data set that the network was trained on.
        expanded: Whether it is unfolded at first.
    """
    with st.expander("Open my weights", icon=":material/upload_file:", expanded=expanded):
        st.markdown(
            "A file of `torch.save(model.state_dict(), …)` or safetensors with linear layers from "
            f"784 pixels to a code and back, under any names, trained on {data.title}. The lab "
            "finds out which tensor is which layer, and shows it before it opens the file."
        )
        file = st.file_uploader(
            "Weights (.pt, .pth, .safetensors)",
            type=["pt", "pth", "safetensors"],
            key=f"own-weights:file:{page}:{st.session_state.get(_OPENED, 0)}",
            help="Code in the file is not run. A convolution, batch normalisation or another input "
            "than 28 × 28 pixels does not fit; the page then says what was found.",
        )
        if file is None:
            st.session_state.pop(_READ, None)
            return
        read = _read(file, data)
        if read is None:
            return
        if read.proposal is None:
            st.warning(escape_markdown(read.problem), icon=":material/block:")
            return
        match = edit_match(read.proposal, key=f"own-weights:{read.file_id}:{data.name}")
        if match is not None:
            draw_trial(match, read.tensors, data)
            _draw_open(page, file.name, match, read)


def _read(file: UploadedFile, data: DataSet) -> _Read | None:
    """Return what is in a file; None, with a sentence, where it is not this visitor's turn."""
    known = st.session_state.get(_READ)
    if isinstance(known, _Read) and (known.file_id, known.data) == (file.file_id, data.name):
        return known
    tensors: Mapping[str, Tensor] = {}
    proposal, problem = None, ""
    try:
        with export_turns.take(visitor()), st.spinner("Trying it on test digits …"):
            tensors = read_weights(file.getvalue())
            proposal = propose(tensors, data.name)
    except TooManyError as error:
        st.warning(escape_markdown(str(error)))
        return None
    except (RunError, DigitsError) as error:
        problem = f"{file.name[:80]} was not opened. {error}"
    st.session_state[_READ] = _Read(file.file_id, data.name, tensors, proposal, problem)
    return st.session_state[_READ]


def _draw_open(page: str, file: str, match: Match, read: _Read) -> None:
    """Draw the name of the run and the button that opens it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        title = st.text_input(
            "Name of the run",
            value=PurePath(file).stem[:LONGEST_TITLE] or "My weights",
            max_chars=LONGEST_TITLE,
            key=f"own-weights:title:{read.file_id}",
            width=320,
        )
        pressed = st.button("Open as a run", type="primary", icon=":material/folder_open:")
    if not pressed:
        return
    try:
        with export_turns.take(visitor()), st.spinner("Measuring it on all test digits …"):
            record = open_weights(
                match,
                read.tensors,
                store(),
                title=title.strip()[:LONGEST_TITLE] or "My weights",
                file=file,
                visitor=visitor(),
            )
    except (RunError, DigitsError, TooManyError, ValueError) as error:
        st.warning(escape_markdown(str(error)), icon=":material/block:")
        return
    _show(page, record)


def _show(page: str, record: RunRecord) -> None:
    """Show the new run: on this page, or on the one that shows its kind of network."""
    st.session_state.pop(_READ, None)
    st.session_state[_OPENED] = st.session_state.get(_OPENED, 0) + 1
    st.toast("Your weights are a run now.")
    target = page_of(record.request)
    if target is None or target.name == page:
        show_run(page, RECORDED_MODEL, record.id)
        st.rerun()
    st.switch_page(target.path, query_params={"run": record.id})
