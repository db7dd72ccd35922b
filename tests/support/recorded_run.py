"""A t-SNE run of a second or less, written into a folder event by event, as any run is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core.data.digits import load_digits
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.tsne.run import FRAMES_FILE, TSNEConfig, TSNERun

DIGITS, ITERATIONS = 120, 30


def record_run(
    folder: Path,
    *,
    title: str = "SGD and Adam",
    until: int = ITERATIONS,
    visitor: str = "",
    **values: Any,
) -> RunRecord:
    """A run of 120 digits and 30 iterations, with these values changed.

    It is done, or, where it goes `until` an earlier iteration only, still being computed: by this
    process, which has not written all of the next frame yet.
    """
    values = {"digits": DIGITS, "iterations": ITERATIONS, "quality_every": 10, **values}
    config = TSNEConfig.from_dict(values)
    settings: Mapping[str, Any] = {"config": config.to_dict()}
    record = RunStore(folder.parent / "runs", folder.parent / "gallery").create(
        "tsne", settings, title=title, visitor=visitor, folder=folder
    )
    record.set_state(status="running")
    train = load_digits("train", config.data)
    indices = config.choose(train.labels)
    run = TSNERun(config, train.pixels[indices], train.labels[indices], indices)
    for frame in run.frames():
        if frame.iteration > until:
            torn = frame.appended()[FRAMES_FILE][:100]
            with (folder / FRAMES_FILE).open("ab") as file:
                file.write(torn)
            with (folder / "history.jsonl").open("ab") as file:
                file.write(b'{"event":"frame","iter')
            return record
        record.append(frame)
    record.set_state(status="done", progress=1.0)
    record.lease.release()
    return record


def diverge(record: RunRecord, name: str, first: int) -> None:
    """Lets a map of a recorded run have diverged from the frame of this number on."""
    config = TSNEConfig.from_dict(record.request.settings["config"])
    panel = config.names.index(name)
    path = record.folder / FRAMES_FILE
    frames = np.frombuffer(path.read_bytes(), np.float16)
    whole = len(frames) // (len(config.names) * DIGITS * 2)
    shaped = frames[: whole * len(config.names) * DIGITS * 2].reshape(whole, -1, DIGITS, 2).copy()
    shaped[first:, panel] = np.nan
    path.write_bytes(shaped.tobytes())
    history = record.folder / "history.jsonl"
    rows = [json.loads(line) for line in history.read_bytes().splitlines()[:whole]]
    for row in rows[first:]:
        row["kl_divergence"][name] = None
    history.write_text("".join(json.dumps(row) + "\n" for row in rows))


def expected_frames(config: TSNEConfig) -> tuple[torch.Tensor, list[dict[str, Any]]]:
    """All positions, (iterations + 1, P, N, 2), and all rows of a run that nobody has written."""
    train = load_digits("train", config.data)
    indices = config.choose(train.labels)
    frames = list(TSNERun(config, train.pixels[indices], train.labels[indices], indices).frames())
    return torch.stack([frame.positions for frame in frames]), [frame.row() for frame in frames]


def interrupted_run(folder: Path, *, iterations: int, until: int) -> RunRecord:
    """A run that was stopped after more than it can go on from, and that nobody computes."""
    record = record_run(folder, iterations=iterations, until=until)
    record.set_state(status="interrupted")
    record.lease.release()
    return record
