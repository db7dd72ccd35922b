"""A training that a program of one's own records: live, and after its end."""

from __future__ import annotations

import streamlit as st

from app.components.digit_tiles import TileRow, digit_tiles
from app.recorded.curves import draw_recorded_curves
from app.recorded.progress import draw_recorded_progress
from app.recorded.settings_card import draw_settings
from app.reference.recorded import draw_is_it_right
from app.runs.export import save_run_as
from app.runs.kept_epochs import TRAIN
from app.runs.watch import watch
from app.runs.whole_run import draw_whole_run
from app.ui.markdown import escape_markdown
from app.ui.numbers import three_digits
from core.data.data_sets import DataSet
from core.recorder.reading import EpochRow, preview_of, read_epochs, read_recorded
from core.runs.record import RunRecord

LINES = """
from core.recorder import record

with record("my autoencoder", model=net, settings={"lr": 0.01}, total=50) as run:
    for epoch in range(50):
        ...  # your training loop
        run.epoch(
            train={"loss": train_loss},
            validation={"loss": test_loss},
            encode=net.encoder,
            decode=net.decoder,
        )
""".strip()
#: Seconds between two looks at a run that is going on.
LOOK_SECONDS = 1.0
#: Numbers side by side above the curves.
_MAX_METRICS = 4


def draw_without_network(record: RunRecord | None, view: str) -> None:
    """Say why a view shows nothing of a recorded training, or where there is no run."""
    if record is None:
        st.info(
            f"Nothing of your own code is here yet. Choose **{TRAIN}** to open your weights or to "
            "see how a program records its training."
        )
        return
    st.info(
        f"**{view}** needs the network itself, and the lab does not know that of a recorded run: "
        f"it has curves, pictures and weights. Choose **{TRAIN}** to see them, or open a file of "
        "the weights there: of linear layers the lab can find the network."
    )


def draw_where_recorded(record: RunRecord | None) -> None:
    """Say on a page that lists no recorded trainings where they are."""
    st.caption("A training that your own program records is on the page Autoencoders.")


def draw_recorded(record: RunRecord | None) -> None:
    """Draw a recorded training, or how to record one where there is none yet."""
    if record is None:
        st.info("No run of your own code is here yet. These lines record one:")
        st.code(LINES, language="python")
        return
    watch(record, draw_recorded_model, every=LOOK_SECONDS)
    watch(record, draw_is_it_right, every=LOOK_SECONDS)
    if not record.is_active:
        with st.container(horizontal=True):
            draw_whole_run(record)
    with st.expander("Record your own code", icon=":material/code:"):
        st.code(LINES, language="python")


def draw_recorded_model(record: RunRecord) -> None:
    """Draw all that a program has recorded of a training until now."""
    asked, rows = read_recorded(record), read_epochs(record)
    done = rows[-1].epoch if rows else 0
    draw_recorded_progress(record, unit="epoch", done=done, total=asked.total)
    pictures, curves = st.columns([1.5, 1], gap="medium")
    with pictures:
        _draw_pictures(record, asked.data, rows)
        _draw_numbers(rows)
        draw_settings(asked.settings)
    with curves:
        draw_recorded_curves(record, rows, asked.total)


def _draw_pictures(record: RunRecord, data: DataSet, rows: list[EpochRow]) -> None:
    """Draw ten test digits above what the program's model makes of them."""
    found = preview_of(record, rows)
    if found is None:
        if rows:
            st.caption("No pictures: the program passes no encode and decode to run.epoch.")
        return
    epoch, (given, rebuilt) = found
    digit_tiles(
        [
            TileRow(title=data.says("Input: ten test digits"), pictures=given),
            TileRow(title=f"Output after epoch {epoch:,}", pictures=rebuilt),
        ],
        key="recorded-preview",
        description=data.says("Ten test digits above what the recorded model makes of them."),
        save_as=save_run_as(record, "training pictures", epoch=epoch),
    )


def _draw_numbers(rows: list[EpochRow]) -> None:
    """Draw the terms after the latest epoch: those of the validation, or else of the training."""
    if not rows:
        return
    terms = rows[-1].validation or rows[-1].train
    which = "validation" if rows[-1].validation else "training"
    with st.container(horizontal=True, gap="medium"):
        for name, value in list(terms.items())[:_MAX_METRICS]:
            label = f"{escape_markdown(' '.join(name.split()))} ({which})"
            st.metric(label, three_digits(value), width="content")
