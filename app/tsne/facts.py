"""Sentences about a t-SNE run whose numbers are computed for that run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
import torch

from app.server.shared import digits, store
from app.ui.glossary import term
from app.ui.markdown import escape_markdown
from core.data.data_sets import DATA_SETS
from core.execution.turns import heavy_work
from core.runs.record import RunError, RunRecord
from core.tsne.config import TSNEConfig
from core.tsne.device import CPU
from core.tsne.engine import MESH, REDUCED_DIMENSIONS
from core.tsne.kept_neighbours import NEAR, kept_sentence, listed, shares_kept_by
from core.tsne.points import FROM_NOISE, FROM_PIXELS, points_of
from core.tsne.preparation import is_reduced
from core.tsne.recording import load_recording, tsne_config

#: The iteration at which optimisers are compared early on.
EARLY = 100

Row = Mapping[str, Any]


def about_run(config: TSNEConfig, rows: Sequence[Row]) -> str:
    """Return what a run maps and with which neighbourhoods, in Markdown.

    `rows` are the rows of its history that have a map.
    """
    titles = config.titles
    changed = [
        f"The learning rate of {titles[name]} was changed to {rate:g} during the run. "
        for name, rate in rows[-1]["learning_rate"].items()
        if rate != rows[0]["learning_rate"][name]
    ]
    return (
        f"{config.digits:,} {DATA_SETS[config.data].nouns}, {_source(config)}"
        + (f", reduced to {REDUCED_DIMENSIONS} by PCA" if is_reduced(config, config.digits) else "")
        + f". {term('perplexity', 'Perplexity')} {_perplexity(config, rows[0])}. "
        + ("Repulsion computed on a mesh. " if rows[0].get("engine") == MESH else "")
        + "".join(changed)
        + ("Computed on a GPU. " if config.device != CPU else "")
        + (
            "The data are pure noise: the labels mean nothing, and groups on the map are not in "
            "the data."
            if config.source == FROM_NOISE
            else ""
        )
    )


def _perplexity(config: TSNEConfig, row: Row) -> str:
    if all(each.perplexity for each in config.optimizer_configs):
        return "of each map in its title"
    if len(set(config.perplexities)) > 1:
        return "of each map in its title, else " + _of_run(config, row)
    return _of_run(config, row)


def _of_run(config: TSNEConfig, row: Row) -> str:
    if config.affinity == "perplexity":
        return f"{config.perplexity:g}"
    found = row["perplexity"]
    return f"{found['median']:,.0f} (median; {found['lowest']:,.0f}–{found['highest']:,.0f})"


def what_happened(config: TSNEConfig, rows: Sequence[Row]) -> str:
    """Return how neighbours with the same label came together on each map; empty if not known."""
    # A map that has diverged has no agreement any more.
    measured = [
        row for row in rows if any(value is not None for value in row.get("agreement", {}).values())
    ]
    if len(measured) < 2:
        return ""
    first, *rest, last = measured
    early = next((row for row in rest if row["iteration"] >= EARLY), None)
    sentences = [
        f"how soon digits with the same label become neighbours. At the start "
        f"{_start(config, first)} of a digit's {NEAR} nearest neighbours on the map had its label"
    ]
    sentences += [
        f"after {row['iteration']:,} iterations {_of_each(config, row['agreement'])}"
        for row in (early, last)
        if row is not None
    ]
    return DATA_SETS[config.data].says("; ".join(sentences) + ".")


def how_to_read(record: RunRecord, iteration: int) -> str:
    """Return what a map says and what it does not, with how well this run kept neighbours."""
    config = tsne_config(record)
    titles = [escape_markdown(title) for title in config.titles.values()]
    sentence = kept_sentence(titles, _kept(record.id, iteration), DATA_SETS[config.data])
    return (
        "**How to read the maps.** t-SNE tries to place neighbours in the data close together, and "
        f"does not always succeed. {sentence} The sizes of clusters, the distances between "
        "clusters and the axes mean little."
    )


def _start(config: TSNEConfig, row: Row) -> str:
    """Return the agreement at the start: of each map, unless all have the same."""
    values = row["agreement"]
    shares = {_percent(value) for value in values.values() if value is not None}
    return shares.pop() if len(shares) == 1 else _of_each(config, values)


def _of_each(config: TSNEConfig, values: Mapping[str, float | None]) -> str:
    """Return "40 % (SGD, lr 10) and 69 % (Adam, lr 0.1)"."""
    titles = config.titles
    parts = [
        f"{_percent(value)} ({escape_markdown(titles[name])})"
        for name, value in values.items()
        if value is not None
    ]
    return listed(parts)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


@st.cache_data(max_entries=32, show_spinner="Comparing neighbours …")
def _kept(run_id: str, iteration: int) -> list[float | None]:
    """Return the shares of neighbours kept by the maps of a run that has come to this iteration."""
    record = store().get(run_id)
    recording = load_recording(record, frames=2)
    with heavy_work:
        return shares_kept_by(record, recording, store())


def _source(config: TSNEConfig) -> str:
    """Return what is mapped, and how many numbers each point has."""
    source = config.source
    size = _dimensions(source, config.data)
    numbers = f"{size:,} numbers each" if size else "which is not here"
    if source == FROM_PIXELS:
        return f"{size:,} pixels each"
    if source == FROM_NOISE:
        return f"replaced by noise, {numbers}"
    run_id = source.partition("@")[0]
    return f"as codes of run {escape_markdown(run_id)}, {numbers}"


@st.cache_data(max_entries=64, show_spinner=False)
def _dimensions(source: str, data: str) -> int | None:
    """Return how many numbers a point of this source has; None if its run is not here."""
    config = TSNEConfig(source=source, data=data)
    one = digits("train", data).take(torch.tensor([0]))
    try:
        return points_of(config, one, store()).shape[1]
    except RunError:
        return None
