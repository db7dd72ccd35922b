"""Make the reference from a folder of runs of the exercise's tasks with several seeds.

    python -m core.reference.make_bands FOLDER

It replaces `bands.json`. Runs of other settings than the exercise's are passed over.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from core.files import replace_bytes
from core.reference.bands import FILE, TEST, TRAIN, Band, TaskBands, packed
from core.reference.tasks import KL_DIVERGENCE, TASKS, ReferenceTask
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.training.config import TrainConfig, training_configs
from core.training.record import epoch_rows, read_configs
from core.tsne.config import TSNEConfig
from core.tsne.measured import Measured
from core.tsne.recording import tsne_config

SEEDS = 10
#: The steps of a map that the file has: its curves are smooth.
_EVERY = 10
#: Settings that change no number: the seed is what differs, the rest is what is kept.
_APART = ("seed", "checkpoint_epochs", "quality_every", "record_limit", "engine")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file, print how many seeds each task has, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m core.reference.make_bands")
    parser.add_argument("folder", type=Path, help="folder of runs")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="seeds that each task needs")
    parser.add_argument("--out", type=Path, default=FILE, help="file to write")
    options = parser.parse_args(arguments)
    runs = done_runs(options.folder)
    found = {number: bands_of_runs(task, runs) for number, task in TASKS.items()}
    for number, bands in found.items():
        seeds = 0 if bands is None else len(bands.seeds)
        print(f"task {number}: {seeds} seeds")
        if seeds < options.seeds:
            print(f"Task {number} needs {options.seeds} seeds; train more.", file=sys.stderr)
            return 1
    values = {number: packed(bands) for number, bands in found.items() if bands is not None}
    replace_bytes(options.out, json.dumps(values, separators=(",", ":")).encode() + b"\n")
    return 0


def done_runs(folder: Path) -> list[RunRecord]:
    """Return the finished runs of a folder of runs."""
    store = RunStore(folder, folder / "no gallery")
    return [
        store.get(run.id)
        for run in store.list()
        if run.state.status == "done" and run.request.kind in ("train", "tsne")
    ]


def bands_of_runs(
    task: ReferenceTask, runs: Iterable[RunRecord], settings: Mapping[str, Any] | None = None
) -> TaskBands | None:
    """Return the reference of a task from those of these runs that have its settings.

    Args:
        task: The task.
        runs: Finished runs of any kind; of two with one seed the later one counts.
        settings: The settings that count, as in `TaskBands`; the exercise's by default.

    Returns:
        None where no run has the settings.
    """
    wanted = exercise_settings(task) if settings is None else settings
    by_seed: dict[int, RunRecord] = {}
    for record in runs:
        found = _settings(task, record)
        if found is not None and found[1] == wanted:
            by_seed[found[0]] = record
    if not by_seed:
        return None
    records = [by_seed[seed] for seed in sorted(by_seed)]
    return TaskBands(
        seeds=tuple(sorted(by_seed)),
        settings=wanted,
        versions=records[0].request.versions or {},
        bands=_of_trainings(task, records) if task.model else _of_maps(task, records),
    )


def exercise_settings(task: ReferenceTask) -> dict[str, Any]:
    """Return the exercise's settings of a task, without those that change no number."""
    if task.model:
        config, training = training_configs(task.model, {}, {})
        return {"config": _compared(config.to_dict()), "training": _compared(training.to_dict())}
    return {"config": _compared(TSNEConfig().to_dict())}


def _settings(task: ReferenceTask, record: RunRecord) -> tuple[int, dict[str, Any]] | None:
    """Return a run's seed and its settings; None where it is of another task."""
    if task.model and record.request.kind == "train":
        name, config, training = read_configs(record)
        if name != task.model:
            return None
        return training.seed, _of_training(config.to_dict(), training)
    if task.optimizer and record.request.kind == "tsne":
        config = tsne_config(record)
        return config.seed, {"config": _compared(config.to_dict())}
    return None


def _of_training(config: Mapping[str, Any], training: TrainConfig) -> dict[str, Any]:
    return {"config": _compared(config), "training": _compared(training.to_dict())}


def _compared(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in _APART}


def _of_trainings(task: ReferenceTask, records: list[RunRecord]) -> dict[str, dict[str, Band]]:
    # Nothing is trained in epoch 0.
    rows = [[row for row in epoch_rows(record) if row["epoch"] > 0] for record in records]
    steps = [row["epoch"] for row in rows[0]]
    return {
        key: {
            part: Band.of(steps, [[row[part][key] for row in run] for run in rows])
            for part in (TEST, TRAIN)
        }
        for key in task.terms
    }


def _of_maps(task: ReferenceTask, records: list[RunRecord]) -> dict[str, dict[str, Band]]:
    curves = [
        Measured.read(
            (row for row in record.history() if row["event"] == "frame"), (task.optimizer,)
        )
        for record in records
    ]
    steps = curves[0].iterations[::_EVERY]
    columns = [curve.kl[::_EVERY, 0].tolist() for curve in curves]
    return {KL_DIVERGENCE: {TEST: Band.of(steps.tolist(), columns)}}


if __name__ == "__main__":
    sys.exit(main())
