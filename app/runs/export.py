"""Files of a run to download: their names, and the buttons that make them."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from app.components.download import SaveAs
from app.server.models import TrainedModel
from app.server.shared import store
from app.server.visitor import is_open, session_id, visitor
from core.execution.turns import Turns
from core.export import write_zip
from core.runs.record import RunError, RunRecord

LONGEST_PART = 48
"""Characters of a title or of `what` in a file's name; file systems take 255 in all."""

#: Megabytes of the largest run that can be downloaded; a container's /tmp has 256.
MAX_BUNDLE_MB = 120
#: Two files are made at the same time, of each visitor one; two more of a visitor may wait.
_turns = Turns(2, waiting=2)

Writer = Callable[[RunRecord, Path], None]


def file_name(record: RunRecord, what: str, *, epoch: int | None = None) -> str:
    """Return the name, without ending, of a file that holds something of a run.

    Args:
        record: The run; its title and its id are part of the name.
        what: What the file shows, such as "class heatmap".
        epoch: The epoch that is shown, if it is one.

    Returns:
        Such as "latent-lab_sparse_20261127-101500-sparse-3f2a_class-heatmap_epoch-050": nothing but
        letters, digits, dots and hyphens of ASCII, with underscores between the parts.
    """
    title, run = _part(record.request.title), _part(record.id, LONGEST_PART * 2)
    parts = ["latent-lab", title if title != run else "", run, _part(what)]
    if epoch is not None:
        parts.append(f"epoch-{epoch:03d}")
    return "_".join(filter(None, parts))


def save_as(model: TrainedModel, what: str, *, figure: str | None = None) -> SaveAs:
    """Return how the files of a figure of a trained model are called.

    `figure` names it where `what` alone does not tell it from others on the page.
    """
    return SaveAs(file=file_name(model.record, what, epoch=model.epoch), figure=figure or what)


def save_run_as(record: RunRecord, what: str, *, epoch: int | None = None) -> SaveAs:
    """Return how the files of a figure of a run are called, of all its epochs or of one."""
    return SaveAs(file=file_name(record, what, epoch=epoch), figure=what)


def save_page_as(page: str, what: str) -> SaveAs:
    """Return the names of the files of a figure on a page that shows several runs, or none."""
    return SaveAs(file=f"latent-lab_{_part(page)}_{_part(what)}", figure=what)


def draw_download(record: RunRecord, label: str, what: str, ending: str, writer: Writer) -> None:
    """Draw a button that downloads the file that `writer` makes of the run.

    `what` and `ending`, such as "positions" and "csv", become part of the file's name.
    """
    name = f"{file_name(record, what)}.{ending}"
    written = _written if ending == "zip" else _shared  # a whole run may be large
    state = record.state
    make = partial(written, record.id, what, ending, (state.status, state.progress), writer)
    st.download_button(
        label,
        data=partial(_turn, make, visitor(), session_id()),
        file_name=name,
        key=f"export:{record.id}:{what}:{ending}",
        on_click="ignore",
    )


def draw_bundle(record: RunRecord) -> None:
    """Draw the button that downloads the whole run, which another lab can open.

    A file to download is in memory, so a run that is too large gets a sentence instead.
    """
    megabytes = _size(record.folder) / 1e6
    if megabytes <= MAX_BUNDLE_MB:
        draw_download(record, "Whole run (zip)", "run", "zip", write_zip)
    else:
        st.caption(
            f"This run takes {megabytes:,.0f} MB, and a download at most {MAX_BUNDLE_MB} MB. "
            "Whoever runs the lab can write it: `python -m core export FOLDER --zip FILE`."
        )


def _size(folder: Path) -> int:
    """Return the bytes of the files in a folder; 0 if it is gone."""
    try:
        return sum(path.lstat().st_size for path in folder.iterdir())
    except OSError:
        return 0


def _turn(make: Callable[[], bytes], name: str, session: str) -> bytes:
    """Return the file once it is this visitor's turn, and only if the visitor is still there.

    Raises:
        TooManyError: too many files are being made for this visitor.
        RunError: the page has been closed meanwhile.
    """
    with _turns.take(name):
        if not is_open(session):
            raise RunError("The page that asked for the file is closed; ask for it again.")
        return make()


def _written(run_id: str, what: str, ending: str, state: object, _writer: Writer) -> bytes:
    """Return the content of the file, made in a folder that is deleted afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file.{ending}"
        _writer(store().get(run_id), path)
        return path.read_bytes()


#: The same, kept for a minute for others who ask for the same file.
_shared = st.cache_data(max_entries=4, ttl=60, show_spinner=False)(_written)


def _part(text: str, longest: int = LONGEST_PART) -> str:
    """Return a text as lower-case ASCII with hyphens; Greek letters become their names."""
    named = (
        unicodedata.name(character).split()[-1]
        if "GREEK" in unicodedata.name(character, "")
        else character
        for character in unicodedata.normalize("NFKD", text)
        if not unicodedata.combining(character)
    )
    plain = "".join(named).lower().encode("ascii", "replace").decode()
    # A dot stays within a number alone: elsewhere it would look like an ending.
    plain = re.sub(r"(?<!\d)\.|\.(?!\d)", "-", plain)
    return re.sub(r"[^a-z0-9.]+", "-", plain)[:longest].strip("-.")
