"""Files of a run to download: what they are called, and the buttons that make them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from app.components.download import SaveAs
from app.runs.file_names import file_name, name_part
from app.server.data import data_of
from app.server.models import TrainedModel
from app.server.shared import export_turns, store
from app.server.visitor import is_open, session_id, visitor
from core.export import check_wanted, until_gone
from core.runs.record import RunRecord

Writer = Callable[[RunRecord, Path], None]


def save_as(model: TrainedModel, what: str, *, figure: str | None = None) -> SaveAs:
    """Return how the files of a figure of a trained model are called.

    `figure` names it where `what` alone does not tell it from others on the page.
    """
    what, figure = model.data.says(what), model.data.says(figure or what)
    epoch = None if model.record.request.is_opened else model.epoch
    return SaveAs(file=file_name(model.record, what, epoch=epoch), figure=figure)


def save_run_as(record: RunRecord, what: str, *, epoch: int | None = None) -> SaveAs:
    """Return how the files of a figure of a run are called, of all its epochs or of one."""
    what = data_of(record).says(what)
    return SaveAs(file=file_name(record, what, epoch=epoch), figure=what)


def save_page_as(page: str, what: str) -> SaveAs:
    """Return the names of the files of a figure on a page that shows several runs, or none."""
    return SaveAs(file=f"latent-lab_{name_part(page)}_{name_part(what)}", figure=what)


def draw_download(record: RunRecord, label: str, what: str, ending: str, writer: Writer) -> None:
    """Draw a button that downloads the file that `writer` makes of the run.

    `what` and `ending`, such as "positions" and "csv", become part of the file's name.
    """
    name = f"{file_name(record, what)}.{ending}"
    state = record.state
    make = partial(_shared, record.id, what, ending, (state.status, state.progress), writer)
    st.download_button(
        label,
        data=partial(_turn, make, visitor(), session_id()),
        file_name=name,
        key=f"export:{record.id}:{what}:{ending}",
        on_click="ignore",
    )


def _turn(make: Callable[[], bytes], name: str, session: str) -> bytes:
    """Return the file once it is this visitor's turn, and only while the visitor is still there.

    Raises:
        TooManyError: too many files are being made for this visitor.
        RunError: the page has been closed meanwhile.
    """
    with export_turns.take(name), until_gone(lambda: not is_open(session)):
        check_wanted()
        return make()


@st.cache_data(max_entries=4, ttl=60, show_spinner=False)
def _shared(run_id: str, what: str, ending: str, state: object, _writer: Writer) -> bytes:
    """Return the content of the file, made in a folder that is deleted afterwards.

    It is kept for a minute for others who ask for the same file.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file.{ending}"
        _writer(store().get(run_id), path)
        return path.read_bytes()
