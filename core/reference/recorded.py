"""Collect what a recorded run says of itself, and hold it against the reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from core.data.data_sets import MNIST
from core.data.digits import load_digits
from core.own_weights import WeightsRefused
from core.recorder.map_reading import pictures_of, read_curve
from core.recorder.reading import (
    EpochRow,
    Recorded,
    preview_of,
    read_epochs,
    read_recorded,
    terms_of,
)
from core.reference.bands import TEST, TRAIN, bands_of
from core.reference.check import Checked, check_map, check_training
from core.reference.curves import Curve
from core.reference.evidence import Evidence
from core.reference.foreign import ForeignWeights
from core.reference.guess import guess_task, guess_terms
from core.reference.map_evidence import MapEvidence
from core.reference.opened import read_for_task
from core.reference.tasks import TASKS, ReferenceTask
from core.runs.record import RunError, RunRecord
from core.runs.state import RECORDED_MODEL
from core.runs.store import RunStore
from core.training.record import checkpoint_epochs, read_previews, read_weights
from core.tsne.measured import Measured
from core.tsne.recording import open_recording


def task_guessed(record: RunRecord) -> ReferenceTask:
    """Return the task that a recorded run most likely solves.

    Raises:
        RunError: the run is not recorded, or damaged.
    """
    asked, request = read_recorded(record), record.request
    terms = terms_of(read_epochs(record)) if request.kind == RECORDED_MODEL else []
    return TASKS[guess_task(request.kind, request.title, asked.settings, terms)]


def check_recorded_run(
    record: RunRecord,
    task: ReferenceTask,
    terms: Mapping[str, str] | None = None,
    *,
    with_weights: bool = True,
) -> Checked:
    """Hold a recorded run against the reference of a task.

    Args:
        record: The run.
        task: The task; of a model for a training, of an optimiser for a map.
        terms: Which of the program's numbers is which of the reference: its name, by the
            reference's key. They are guessed by default.
        with_weights: Whether to look at the newest weights as well, which takes seconds.

    Raises:
        RunError: the run is not recorded, damaged, of another kind than the task, has nothing yet,
            or is of another data set than the exercise.
    """
    asked = read_recorded(record)
    if record.request.kind != task.kind:
        what = "a model" if task.model else "a map"
        raise RunError(
            f"Task {task.number} ({task.title}) is about {what}, and run {record.id} has recorded "
            "none; choose another task."
        )
    if asked.data.name != MNIST:
        raise RunError(
            f"Run {record.id} is of {asked.data.title}, and the reference is of MNIST: their "
            "numbers cannot be compared. Record the program on MNIST."
        )
    if task.optimizer:
        return check_map(map_evidence(record, task, asked))
    evidence = training_evidence(record, task, asked, terms)
    if with_weights:
        evidence = replace(evidence, weights=_weights(record, task))
    return check_training(evidence)


def _weights(record: RunRecord, task: ReferenceTask) -> ForeignWeights | None:
    """Return the newest weights of a recorded run; None where the lab cannot build the network.

    Raises:
        RunError: they are damaged.
    """
    epochs = checkpoint_epochs(record)
    if len(epochs) < 2:  # the first are untrained
        return None
    tensors = read_weights(record, epochs[-1])
    try:
        return ForeignWeights.matched(read_for_task(tensors, task), tensors)
    except WeightsRefused:
        return None


def training_evidence(
    record: RunRecord,
    task: ReferenceTask,
    asked: Recorded,
    terms: Mapping[str, str] | None = None,
) -> Evidence:
    """Return what a recorded training is known by; arguments and errors as above."""
    rows = read_epochs(record)
    if not rows:
        raise RunError(f"Run {record.id} has no epoch yet; wait for its first one.")
    chosen = guess_terms(task, terms_of(rows)) if terms is None else terms
    evidence = Evidence(
        task=task,
        bands=bands_of(task),
        test=load_digits("test"),
        curves={key: curve_of(rows, name) for key, name in chosen.items()},
        settings=asked.settings,
    )
    found = preview_of(record, rows)
    if found is None:
        return evidence
    epoch, pictures = found
    given, rebuilt = torch.from_numpy(pictures.copy()).float() / 255
    outputs = next(row.outputs for row in rows if row.epoch == epoch)
    return replace(evidence, given=given, rebuilt=rebuilt, outputs=outputs)


def curve_of(rows: list[EpochRow], name: str) -> Curve:
    """Return a number of a recorded training over its epochs."""

    def values(parts: list[Mapping[str, float]]) -> NDArray[np.float64]:
        return np.array([part.get(name, np.nan) for part in parts])

    return Curve(
        name=name,
        steps=np.array([row.epoch for row in rows]),
        values={
            TEST: values([row.validation for row in rows]),
            TRAIN: values([row.train for row in rows]),
        },
    )


def map_curve(measured: Measured) -> Curve:
    """Return the KL divergence of a recorded map over its iterations."""
    return Curve(name="KL divergence", steps=measured.iterations, values={TEST: measured.kl[:, 0]})


def reference_pictures(task: ReferenceTask) -> tuple[int, NDArray[np.uint8]]:
    """Return the last epoch of the gallery's run of a task, and its ten digits as it gets them and
    as it rebuilds them, uint8 (2, 10, 784).

    Raises:
        RunError: the run is damaged.
    """
    previews = read_previews(RunStore().get(task.gallery))
    return len(previews) - 1, previews[-1]


def map_evidence(record: RunRecord, task: ReferenceTask, asked: Recorded) -> MapEvidence:
    """Return what a recorded map is known by.

    Raises:
        RunError: the run is damaged, or has no frame yet.
    """
    recording = open_recording(record)
    pictures = pictures_of(record, len(recording.labels))
    return MapEvidence(
        task=task,
        bands=bands_of(task),
        curve=map_curve(read_curve(record)),
        settings=asked.settings,
        recording=recording,
        pictures=None if pictures is None else torch.from_numpy(pictures.copy()).float() / 255,
    )
