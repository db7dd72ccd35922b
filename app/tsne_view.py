"""A t-SNE run: live while it is computed, replayed when it stands still."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from app.components.chart import Line, live_chart
from app.components.player import Recording, live, replay
from app.images import to_uint8
from app.run_controls import draw_controls, draw_more, draw_progress
from app.session import digits, store
from app.theme import LINE_COLORS
from core.record import ACTIVE, RunError, RunRecord
from core.recording import load_recording, newest_frame, tsne_config
from core.tsne_device import CPU
from core.tsne_points import FROM_NOISE, points_of

LIVE_SECONDS = 0.5
MORE = 200
#: A replay sends at most half of this; more frames need not be read.
READ_BYTES = 8_000_000


def draw_tsne(record: RunRecord) -> None:
    """Progress and controls, the maps, and the KL curves while they grow."""
    state = record.state
    config = tsne_config(record)
    rows = [row for row in record.history() if row["event"] == "frame"]
    done = rows[-1]["iteration"] if rows else 0
    draw_progress(
        record,
        state,
        now=f"Iteration {done:,} of {config.iterations:,}",
        done=f"{done:,} of {config.iterations:,} iterations",
    )
    draw_controls(record, state)
    if not rows:
        st.caption("The maps appear here with the first iteration.")
        return
    titles = config.titles
    changed = [
        f"{titles[name]} changed to {rate:g} on the way"
        for name, rate in rows[-1]["learning_rate"].items()
        if rate != rows[0]["learning_rate"][name]
    ]
    perplexity = rows[0]["perplexity"]
    st.caption(
        f"{config.digits:,} digits, perplexity {perplexity['median']:,.0f} (median; "
        f"{perplexity['lowest']:,.0f} to {perplexity['highest']:,.0f}). "
        + "".join(f"Learning rate of {text}. " for text in changed)
        + ("Computed on a GPU. " if config.device != CPU else "")
        + ("Pure noise: the colours mean nothing here." if config.source == FROM_NOISE else "")
    )
    if state.status not in ACTIVE:
        draw_more(
            record,
            "iterations",
            config.iterations,
            MORE,
            lambda iterations: replace(config, iterations=iterations),
        )
        _draw_replay(record, done)
        return
    newest = newest_frame(record)
    live(
        newest.positions,
        newest.labels,
        newest.kl,
        names=list(titles.values()),
        iteration=newest.iteration,
        iterations=config.iterations,
        key="tsne:live",
        description="The maps of all optimisers as they are now, digits coloured by class.",
        revision=record.id,
        every=LIVE_SECONDS,
    )
    iterations, *curves = _curves(record.id).columns(rows, config.names).T
    live_chart(
        [
            Line(name=title, x=iterations, y=curve, color=color)
            for title, curve, color in zip(titles.values(), curves, LINE_COLORS, strict=False)
        ],
        key="tsne:kl",
        x_title="Iteration",
        y_titles=["KL(P‖Q) (nats)"],
        revision=record.id,
        height=280,
        description="The KL divergence of each map over the iterations.",
    )
    _draw_learning_rates(record, rows[-1]["learning_rate"])


class _Curves:
    """The KL divergences of a run that is computed, read from each row of its history once.

    Many visitors who watch a long run would else read thousands of rows twice a second each.
    """

    def __init__(self) -> None:
        # Replaced as one, so that visitors may share it without a lock.
        self._known: tuple[Sequence[Mapping[str, Any]], NDArray[np.float64]] = ((), np.empty(0))

    def columns(
        self, rows: Sequence[Mapping[str, Any]], names: Sequence[str]
    ) -> NDArray[np.float64]:
        """The iteration and the KL divergence of each map in nats, (rows, 1 + maps)."""
        known, table = self._known
        # A run that was resumed may have cut its history back, and written other rows.
        if not known or len(known) > len(rows) or known[-1] is not rows[len(known) - 1]:
            known, table = (), np.empty((0, 1 + len(names)))
        added = [
            [row["iteration"], *(row["kl_divergence"].get(name) for name in names)]
            for row in rows[len(known) :]
        ]
        if added:
            table = np.concatenate([table, np.array(added, np.float64)])  # None becomes NaN
        self._known = (rows, table)
        return table


@st.cache_resource(max_entries=8, show_spinner=False)
def _curves(run_id: str) -> _Curves:
    return _Curves()


def _draw_replay(record: RunRecord, done: int) -> None:
    shown = recording(record.id, done)
    chosen = replay(
        shown,
        key=f"replay:{record.id}",
        description="The maps of all optimisers, moving through the iterations, coloured by class.",
    )
    if chosen.lasso:
        labels = shown.labels[list(chosen.lasso)]
        counts = np.bincount(labels, minlength=10)
        parts = [f"{count} × {label}" for label, count in enumerate(counts) if count]
        st.caption(f"Selected: {len(labels)} digits ({', '.join(parts)}).")


@st.cache_resource(max_entries=4, show_spinner="Reading the recorded maps …")
def recording(run_id: str, iterations: int) -> Recording:
    """All that a replay shows of a run that has come so far."""
    record = store().get(run_id)
    config = tsne_config(record)
    frame = 4 * config.digits * len(config.contestants)  # bytes, as the replay sends them
    found = load_recording(record, max(2, READ_BYTES // frame))
    pixels = digits("train").pixels[found.indices]
    if config.source == FROM_NOISE:  # these points are no digits
        pixels = points_of(config, digits("train").take(torch.from_numpy(found.indices)), store())
    return Recording(
        names=found.titles,
        iterations=found.iterations,
        positions=found.positions,
        labels=found.labels.astype(np.uint8),
        pictures=to_uint8(pixels),
        indices=found.indices,
        kl=found.kl,
        agreement=found.agreement,
    )


def _draw_learning_rates(record: RunRecord, rates: Mapping[str, float]) -> None:
    """A field for each optimiser's learning rate; a change is taken at the next iteration."""
    with st.container(horizontal=True):
        for name, title in tsne_config(record).titles.items():
            key, seen = f"rate:{record.id}:{name}", f"rate:{record.id}:{name}:seen"
            # A field keeps what it holds. A new rate, whoever asked for it, is written into it; in
            # a new field the cursor would be lost.
            if key not in st.session_state or rates[name] != st.session_state.get(seen):
                st.session_state[key] = st.session_state[seen] = rates[name]

            def change(name: str = name, key: str = key) -> None:
                try:
                    record.wishes.ask_learning_rate(name, st.session_state[key])
                except RunError as error:
                    st.session_state[f"problem:{record.id}"] = str(error)

            st.number_input(
                f"Learning rate of {title}",
                format="%g",
                key=key,
                on_change=change,
                width=240,
                help="Takes effect at the next iteration, and is recorded with the run.",
            )
