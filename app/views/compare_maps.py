"""The last maps of several t-SNE runs side by side, their settings, and their costs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from app.components.chart import Line, live_chart
from app.runs.differences import differing
from app.runs.export import save_page_as
from app.runs.line_names import line_names
from app.runs.settings_text import fields_of_maps, in_words
from app.server.data import data_of
from app.server.shared import store
from app.theme import DIGIT_COLORS, value_colors
from app.ui.charts import HEIGHT
from app.ui.forms import label_of
from app.ui.fragments import show_errors
from app.ui.images import dots, to_png
from app.ui.layout import grid
from app.ui.markdown import escape_markdown
from app.ui.numbers import drawable
from app.views.compare_settings import draw_differing
from core.data.data_sets import DataSet
from core.runs.record import RunError, RunRecord
from core.tsne.recording import open_recording, tsne_config

#: More maps are not drawn: six runs have at most 36.
MAX_MAPS = 12
#: Dots of a map; more cannot be told apart at this size.
_MAX_DOTS = 4000


def draw_maps(records: Sequence[RunRecord]) -> None:
    """Draw the last map of each optimiser of each run, what differs, and the KL divergences."""
    names = line_names([record.request.title for record in records])
    runs = dict(zip(names, records, strict=True))
    st.subheader("The last maps", anchor=False)
    drawn = 0
    every = 0
    with grid("compared-maps"):
        for name, record in runs.items():
            try:
                titles, pictures, ends = _pictures(
                    record.id, record.state.status, record.state.progress
                )
            except RunError as error:
                st.caption(f"{escape_markdown(name)}: {escape_markdown(str(error))}")
                continue
            every += len(titles)
            for title, picture, end in zip(titles, pictures, ends, strict=True):
                if drawn < MAX_MAPS:
                    _draw_map(name, title, picture, end)
                    drawn += 1
    if drawn < every:
        st.caption(f"{drawn} of {every} maps are shown; open a run to see all of its maps.")
    for data in dict.fromkeys(_data_of(record) for record in runs.values()):
        if data is not None:
            _draw_legend(data)
    with show_errors():
        settings = {name: settings_of_maps(record) for name, record in runs.items()}
        draw_differing(settings)
        if {"Neighbourhoods by", "Perplexity", "Sigma"} & {*differing([*settings.values()])}:
            st.caption(
                "The KL divergences of runs with different neighbourhoods cannot be compared: wide "
                "ones give a small KL and a poor map."
            )
    _draw_costs(runs)


def _draw_map(name: str, title: str, picture: bytes, end: str) -> None:
    with st.container(border=True):
        st.markdown(f"**{escape_markdown(name)}**")
        st.image(picture, width="stretch", alt=f"{name}, {title}: the last map, coloured by class.")
        st.caption(escape_markdown(f"{title} · {end}" if end else title))


@st.cache_data(max_entries=24, show_spinner="Drawing the maps …")
def _pictures(
    run_id: str, _status: str, _progress: float
) -> tuple[list[str], list[bytes], list[str]]:
    """Return title, PNG and last numbers of each map of a run, as it stands now.

    Raises:
        RunError: it has no map yet, or a file is missing or damaged.
    """
    found = open_recording(store().get(run_id), frames=2)
    last = len(found.iterations) - 1
    positions = found.frame(last)
    step = -(-len(found.labels) // _MAX_DOTS)
    titles: list[str] = []
    pictures: list[bytes] = []
    ends: list[str] = []
    for place, title in enumerate(found.titles):
        points = positions[place, ::step]
        there = np.isfinite(points).all(axis=1)
        titles.append(title)
        # A map that has diverged has no place for a dot.
        shown = points[there] if there.any() else np.zeros((1, 2), np.float32)
        labels = found.labels[::step][there] if there.any() else found.labels[:1]
        pictures.append(to_png(dots(shown, labels, width=420, height=300)))
        kl = found.kl[last, place]
        ends.append(f"KL {kl:.3f} nats" if np.isfinite(kl) else "diverged")
    return titles, pictures, ends


def settings_of_maps(record: RunRecord) -> dict[str, str]:
    """Return the settings of a t-SNE run by their names and units in its form.

    Raises:
        RunError: this version of the lab cannot do what it asks for.
    """
    values = tsne_config(record).to_dict()
    return {
        label_of(rule): in_words(rule, values[name])
        for name, rule in fields_of_maps(values).items()
    }


def _draw_costs(runs: Mapping[str, RunRecord]) -> None:
    """Draw the KL divergence of each map over the iterations."""
    curves = {
        f"{name} · {title}": curve
        for name, record in runs.items()
        for title, curve in _costs(record).items()
    }
    if not curves:
        return
    st.subheader("KL divergence over the iterations", anchor=False)
    named = zip(line_names(list(curves)), curves.values(), strict=True)
    lines = [
        Line(
            name=name,
            x=[*curve],
            y=[*curve.values()],
            color=color,
            sentence=f"{name}: KL divergence {{y}} (nats).",
        )
        for (name, curve), color in zip(named, value_colors(len(curves)), strict=True)
    ]
    live_chart(
        lines,
        key="compare-maps:costs",
        x_title="Iteration",
        y_titles=["KL divergence (nats)"],
        revision="/".join(record.id for record in runs.values()),
        height=HEIGHT,
        description="KL divergence of each map over the iterations.",
        save_as=save_page_as("runs", "compared KL divergence"),
    )


def _costs(record: RunRecord) -> dict[str, dict[int, float]]:
    """Return the KL divergences of each map by iteration; none where they cannot be read."""
    try:
        titles = tsne_config(record).titles
        rows = record.history()
    except (RunError, OSError):
        return {}
    found: dict[str, dict[int, float]] = {title: {} for title in titles.values()}
    for row in rows:
        measured, iteration = row.get("kl_divergence"), row.get("iteration")
        if not isinstance(measured, Mapping) or type(iteration) is not int:
            continue
        for name, title in titles.items():
            value = drawable(measured.get(name))
            found[title][iteration] = math.nan if value is None else value
    return {title: curve for title, curve in found.items() if curve}


def _data_of(record: RunRecord) -> DataSet | None:
    try:
        return data_of(record)
    except RunError:
        return None


def _draw_legend(data: DataSet) -> None:
    dots_and_names = "".join(
        f'<span style="white-space:nowrap"><span aria-hidden="true" style="display:inline-block;'
        f'width:0.7em;height:0.7em;border-radius:50%;background:{color};margin-right:0.35em">'
        f"</span>{name}</span>"
        for color, name in zip(DIGIT_COLORS, data.classes, strict=True)
    )
    st.html(
        '<div style="display:flex;flex-wrap:wrap;gap:0.25rem 1rem;font-size:0.875rem">'
        f"{dots_and_names}</div>"
    )
