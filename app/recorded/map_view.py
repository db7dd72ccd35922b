"""A map that a program of one's own records: live, and replayed after its end."""

from __future__ import annotations

import numpy as np
import streamlit as st

from app.components.player import Curves, ReplayData, live, replay
from app.links.address import opened_anew
from app.links.replay import link_of_replay
from app.recorded.progress import draw_recorded_progress
from app.recorded.settings_card import draw_settings
from app.reference.recorded import draw_is_it_right
from app.runs.export import draw_download
from app.runs.file_names import file_name
from app.runs.whole_run import draw_whole_run
from app.server.shared import digits, store
from core.export import write_csv, write_curves, write_gif
from core.recorder.map_reading import numbers_in, pictures_of, read_curve
from core.recorder.reading import Recorded, read_recorded
from core.runs.record import RunRecord
from core.tsne.frame import MAP
from core.tsne.measured import Measured
from core.tsne.recording import NewestFrame, newest_frame, open_recording
from models import PIXELS

#: Seconds between two looks at a map that is moving.
LIVE_SECONDS = 0.5
#: Bytes of positions that are read for a replay, which sends at most half of them.
_READ_BYTES = 8_000_000
#: A message of a replay holds the points' pictures as well: 10,000 take 2 MB.
_MAX_BYTES = 8_000_000
_PLAYER = "recorded:player"


def draw_recorded_map(record: RunRecord) -> None:
    """Draw the map of a program as it is now, or its replay."""
    asked = read_recorded(record)
    curve = read_curve(record)
    newest = newest_frame(record) if len(curve.iterations) else None
    done = newest.iteration if newest else 0
    draw_recorded_progress(record, unit="iteration", done=done, total=asked.total)
    if newest is None:
        st.caption("The map appears here with the first frame.")
    elif record.is_active:
        _draw_live(record, asked, newest, curve)
    else:
        _draw_replay(record, asked, newest)
    draw_settings(asked.settings)
    if newest is not None:
        draw_is_it_right(record)


def _draw_live(record: RunRecord, asked: Recorded, newest: NewestFrame, curve: Measured) -> None:
    live(
        newest.positions,
        newest.labels,
        Curves(iterations=curve.iterations, kl=curve.kl, agreement=curve.agreement),
        names=[record.request.title],
        optimizers=[MAP],
        iteration=newest.iteration,
        iterations=asked.total or newest.iteration,
        key=opened_anew(_PLAYER),
        description=asked.data.says("The map as it is now, digits coloured by class."),
        revision=record.id,
        save_as=file_name(record, "t-sne"),
        every=LIVE_SECONDS,
        data_set=asked.data,
    )


def _draw_replay(record: RunRecord, asked: Recorded, newest: NewestFrame) -> None:
    shown = _recording(record.id, newest.iteration, len(newest.labels))
    replay(
        shown,
        key=_PLAYER,
        description="The map of the run, moving through the iterations, coloured by class.",
        iterations=asked.total or newest.iteration,
        save_as=file_name(record, "t-sne"),
        max_bytes=_MAX_BYTES,
        link=link_of_replay(_PLAYER, shown.iterations, len(shown.labels)),
    )
    with st.expander("Export", icon=":material/download:"), st.container(horizontal=True):
        draw_download(record, "GIF", "animation", "gif", write_gif)
        draw_download(record, "Positions (CSV)", "positions", "csv", write_csv)
        draw_download(record, "Curves (CSV)", "all-curves", "csv", write_curves)
        draw_whole_run(record)


@st.cache_resource(max_entries=4, show_spinner="Reading the recorded map …")
def _recording(run_id: str, iterations: int, count: int) -> ReplayData:
    """Return all that a replay shows of a map of `count` points that has come so far."""
    record = store().get(run_id)
    asked = read_recorded(record)
    found = open_recording(record, max(2, _READ_BYTES // (4 * count)))
    pictures = pictures_of(record, count)
    name = asked.data.name
    numbers = numbers_in(pictures, digits("train", name), digits("test", name), count=count)
    return ReplayData(
        names=found.titles,
        optimizers=[MAP],
        iterations=found.iterations,
        positions=found.positions(),
        labels=found.labels.astype(np.uint8),
        pictures=np.zeros((count, PIXELS), np.uint8) if pictures is None else pictures,
        indices=numbers,
        kl=found.kl,
        agreement=found.agreement,
        data_set=asked.data,
    )
