"""Starting the runs of a visitor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from app.server.shared import queue, store, sweeps
from app.server.visitor import visitor
from core.runs.control import RunControl
from core.runs.copies import Larger, copy_run
from core.runs.record import RunRecord
from core.sweeps.cost import check_disk
from core.sweeps.plan import SweepPlan
from core.sweeps.sweep import Sweep
from core.training.config import training_settings
from core.tsne.config import TSNEConfig
from core.tsne.pace import PACE, request_pace
from core.tsne.points import pinned_source
from models import spec_of


def start_training(model: str, config: Mapping[str, Any], training: Mapping[str, Any]) -> RunRecord:
    """Start a run of this visitor, or return the one that already runs with these settings.

    Raises:
        ValueError: a value breaks its rule.
        RunError: the run cannot be written, or too many runs wait.
    """
    settings = training_settings(model, config, training)
    return _start("train", settings, spec_of(model).title, "Training")


def start_tsne(values: Mapping[str, Any]) -> RunRecord:
    """Start a t-SNE run of this visitor, or return the one that already runs with these settings.

    Raises:
        ValueError: a value breaks its rule.
        RunError: the run cannot be written, too many runs wait, or the source is not here.
    """
    config = TSNEConfig.from_dict(values)
    config = replace(config, source=pinned_source(config.source, config.data, store()))
    settings = {"config": config.to_dict()}
    return _start(
        "tsne", settings, config.title, "t-SNE", lambda run: request_pace(run, PACE, visitor())
    )


def start_sweep(plan: SweepPlan) -> Sweep:
    """Start the runs of a sweep of this visitor, or return the one that already runs like this.

    Raises:
        RunError: too many runs wait, the runs would not fit the disk, or cannot be written.
    """
    wanted = list(plan.settings())
    for sweep in sweeps().list():
        mine = not sweep.in_gallery and sweep.visitor == visitor()
        same = mine and [record.request.settings for record in sweep.records] == wanted
        if same and sweep.is_active:
            st.toast("You are already running this sweep.", icon=":material/info:")
            return sweep
    queue().check_room(visitor(), len(wanted))
    check_disk(plan, store())
    sweep = sweeps().create(plan, visitor=visitor())
    queue().submit_group(sweep.records)
    st.toast(f"Sweep of {len(wanted)} runs started.")
    return sweep


def start_copy(record: RunRecord, larger: Larger | None = None) -> RunRecord:
    """Start a run of this visitor that goes on where another run can be continued.

    A run that is done goes on with a `larger` setting.

    Raises:
        RunError: nothing is saved to go on from, too many runs wait, or it cannot be written.
    """
    queue().check_room(visitor())
    copy = copy_run(record, store(), visitor(), larger)
    queue().submit(copy)
    store().make_room(visitor())  # now that it is going, it does not give way itself
    st.toast("Your copy continues.")
    return copy


def _start(
    kind: str,
    settings: Mapping[str, Any],
    title: str,
    what: str,
    prepare: Callable[[RunControl], None] = lambda _: None,
) -> RunRecord:
    """Start a run, or return the visitor's own that already runs with these settings.

    `prepare` may leave requests before the run begins.
    """
    for run in store().active():
        if run.request.visitor == visitor() and run.request.settings == settings:
            st.toast("You are already running these settings.", icon=":material/info:")
            return store().get(run.id)
    queue().check_room(visitor())
    record = store().create(kind, settings, title=title, visitor=visitor())
    prepare(record.control)
    queue().submit(record)
    st.toast(f"{what} started.")
    return record
