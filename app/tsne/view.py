"""A t-SNE run: its maps live while it is computed, and replayed when it has ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from app.components.player import (
    Curves,
    RemoteMaps,
    ReplayData,
    live,
    remote_live,
    remote_replay,
    replay,
)
from app.links.address import opened_anew
from app.links.replay import link_of_replay
from app.runs.controls import draw_controls, draw_progress
from app.runs.file_names import file_name
from app.server.map_parts import LARGE, maps_of
from app.server.map_versions import version_of
from app.server.map_worth import in_version, plane_of
from app.server.shared import digits, store
from app.tsne.facts import about_run
from app.tsne.learning_rates import draw_learning_rates
from app.tsne.pace import draw_pace
from app.ui.forms import draw_problem
from app.ui.images import to_uint8
from app.ui.linked import linked_toggle
from app.ui.markdown import escape_markdown
from core.data.data_sets import DATA_SETS, MNIST, DataSet
from core.runs.record import RunError, RunRecord
from core.tsne.beside_pca import PCA_MAP
from core.tsne.config import TSNEConfig
from core.tsne.points import FROM_NOISE, points_of
from core.tsne.recording import newest_frame, open_recording, tsne_config

LIVE_SECONDS = 0.5
#: A replay sends at most half of this; more frames need not be read.
READ_BYTES = 8_000_000

_PLAYER = "tsne:player"
_WATCHED = "tsne:watched"
_BESIDE_PCA = "tsne:beside-pca"


def watched(record: RunRecord) -> bool:
    """Return whether this visitor watches a run being computed, or did so until it ended."""
    return record.is_active or st.session_state.get(_WATCHED) == record.id


def draw_tsne(record: RunRecord) -> None:
    """Draw progress and controls, and below them the maps with what is known about them."""
    state = record.state
    config = tsne_config(record)
    history = record.history()
    rows = [row for row in history if row["event"] == "frame"]
    done = rows[-1]["iteration"] if rows else 0
    now = f"Iteration {done:,} of {config.iterations:,}"
    if history and history[-1]["event"] == "preparation":
        phase = DATA_SETS[config.data].says(history[-1]["phase"])
        now = f"{phase}: {100 * history[-1]['share']:.0f} %"
    draw_progress(
        record,
        state,
        now=now,
        done=f"{done:,} of {config.iterations:,} iterations",
    )
    draw_controls(record, state)
    active = state.is_active
    if active:
        st.session_state[_WATCHED] = record.id
        draw_pace(record, DATA_SETS[config.data])
    if not rows:
        st.caption("The maps appear here with the first iteration.")
    elif active:
        _draw_live(record, rows)
        st.caption(about_run(config, rows))
        draw_learning_rates(record, rows[-1]["learning_rate"])
    else:
        _draw_replay(record, done)
        st.caption(about_run(config, rows))


def _draw_live(record: RunRecord, rows: Sequence[Mapping[str, Any]]) -> None:
    config = tsne_config(record)
    data = DATA_SETS[config.data]
    about: Any = {
        "key": opened_anew(_player_of(data)),
        "description": data.says(
            "The maps of all optimisers as they are now, digits coloured by class."
        ),
        "iterations": config.iterations,
        "revision": record.id,
        "save_as": file_name(record, "t-sne"),
        "every": LIVE_SECONDS,
    }
    curves = _curves(record.id).of(rows, config.names)
    if config.digits > LARGE:
        maps = RemoteMaps(
            address=f"maps/{record.id}",
            version="",  # it changes all the time
            names=list(config.titles.values()),
            optimizers=_optimizers(config),
            count=config.digits,
            iterations=np.array([rows[-1]["iteration"]]),
            data_set=data,
        )
        remote_live(maps, curves, **about)
        return
    newest = newest_frame(record)
    live(
        newest.positions,
        newest.labels,
        curves,
        names=list(config.titles.values()),
        optimizers=_optimizers(config),
        iteration=newest.iteration,
        data_set=data,
        **about,
    )


def _player_of(data: DataSet) -> str:
    """Return the key of the player of runs on a data set: it has words of its own."""
    return _PLAYER if data.name == MNIST else f"{_PLAYER}:{data.name}"


def _optimizers(config: TSNEConfig, *, beside_pca: bool = False) -> list[str]:
    return [each.optimizer for each in config.optimizer_configs] + [PCA_MAP] * beside_pca


class _Curves:
    """The measures of a run that is computed, read from each row of its history once.

    Many visitors who watch a long run would else read thousands of rows twice a second each.
    """

    def __init__(self) -> None:
        # Replaced as one, so that visitors may share it without a lock.
        self._known: tuple[Sequence[Mapping[str, Any]], NDArray[np.float64]] = ((), np.empty(0))

    def of(self, rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Curves:
        """Return the KL divergence and the agreement of each map at each of these rows."""
        known, table = self._known
        # A run that was resumed may have cut its history back, and written other rows.
        if not known or len(known) > len(rows) or known[-1] is not rows[len(known) - 1]:
            known, table = (), np.empty((0, 1 + 2 * len(names)))
        added = [
            [
                row["iteration"],
                *(row.get("kl_divergence", {}).get(name) for name in names),
                *(row.get("agreement", {}).get(name) for name in names),
            ]
            for row in rows[len(known) :]
        ]
        if added:
            table = np.concatenate([table, np.array(added, np.float64)])  # None becomes NaN
        self._known = (rows, table)
        iterations, kl, agreement = np.split(table, [1, 1 + len(names)], axis=1)
        return Curves(iterations=iterations[:, 0], kl=kl, agreement=agreement)


@st.cache_resource(max_entries=8, show_spinner=False)
def _curves(run_id: str) -> _Curves:
    return _Curves()


def _draw_replay(record: RunRecord, done: int) -> None:
    config = tsne_config(record)
    data = DATA_SETS[config.data]
    beside_pca = linked_toggle(
        "PCA beside the maps",
        link="pca",
        key=_BESIDE_PCA,
        persist_state="session",
        help=data.says(
            "Shows the same digits along their first two principal components, which keep large "
            "distances as well as a plane can."
        ),
    )
    if beside_pca:
        try:
            plane_of(record.id, version_of(record))
        except RunError as error:  # such as codes of a model that has been deleted
            draw_problem(error)
            beside_pca = False
    about: Any = {
        "key": _player_of(data),
        "description": "The maps of the run, moving through the iterations, coloured by class.",
        "iterations": config.iterations,
        "save_as": file_name(record, "t-sne"),
    }
    if config.digits > LARGE:
        shown = maps_of(record, beside_pca=beside_pca)
        maps = RemoteMaps(
            address=f"maps/{record.id}",
            version=version_of(record, beside_pca=beside_pca),
            names=shown.titles,
            optimizers=_optimizers(config, beside_pca=beside_pca),
            count=len(shown.labels),
            iterations=shown.iterations,
            data_set=data,
        )
        about["link"] = link_of_replay(about["key"], shown.iterations, len(shown.labels))
        chosen = remote_replay(maps, **about)
    else:
        shown = recording(record.id, done, beside_pca=beside_pca)
        about["link"] = link_of_replay(about["key"], shown.iterations, len(shown.labels))
        about["worth"] = f"maps/{record.id}/{version_of(record, beside_pca=beside_pca)}"
        chosen = replay(shown, **about)
    if chosen.lasso:
        labels = shown.labels[list(chosen.lasso)]
        counts = np.bincount(labels, minlength=10)
        parts = [
            f"{count} × {escape_markdown(name)}"
            for name, count in zip(data.classes, counts, strict=True)
            if count
        ]
        st.caption(f"Selected: {len(labels)} {data.nouns} ({', '.join(parts)}).")


@st.cache_resource(max_entries=4, show_spinner="Reading the recorded maps …")
def recording(run_id: str, iterations: int, *, beside_pca: bool = False) -> ReplayData:
    """Return all that a replay shows of a run that has come so far."""
    record = store().get(run_id)
    config = tsne_config(record)
    frame = 4 * config.digits * len(config.optimizers)  # bytes, as the replay sends them
    found = open_recording(record, max(2, READ_BYTES // frame))
    found = in_version(found, run_id, version_of(record, beside_pca=beside_pca))
    taken = digits("train", config.data).take(torch.from_numpy(found.indices))
    # Noise is what its points look like.
    pixels = points_of(config, taken, store()) if config.source == FROM_NOISE else taken.pixels
    return ReplayData(
        names=found.titles,
        optimizers=_optimizers(config, beside_pca=beside_pca),
        iterations=found.iterations,
        positions=found.positions(),
        labels=found.labels.astype(np.uint8),
        pictures=to_uint8(pixels),
        indices=found.indices,
        kl=found.kl,
        agreement=found.agreement,
        data_set=DATA_SETS[config.data],
    )
