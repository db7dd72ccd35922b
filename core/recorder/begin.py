"""Begin a recording: check what a program says of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import nn

from core.data.data_sets import MNIST, data_set
from core.recorder import arguments
from core.recorder.maps import MapWriter
from core.recorder.recording import Recording
from core.recorder.training import TrainingWriter
from core.runs.store import RunStore


def record(
    name: str,
    *,
    model: nn.Module | None = None,
    labels: Any = None,
    images: Any = None,
    settings: Mapping[str, Any] | None = None,
    total: int | None = None,
    data: str = MNIST,
    folder: str | os.PathLike[str] | None = None,
) -> Recording:
    """Return a recording of a loop, to be entered by `with`: a run that the lab shows live.

    With `model` it takes `run.epoch(...)` once an epoch. With `labels` it takes `run.frame(...)`
    once an iteration of a t-SNE.

    Args:
        name: The title of the run.
        model: The network that is trained.
        labels: The classes of the points of a map, (N,), 0 to 9.
        images: The pictures of these points, (N, 784) or (N, 28, 28), pixels from 0 to 1 or bytes;
            without them the map shows none.
        settings: What the page lists beside the run, as JSON has it: numbers, texts, true and
            false, None, lists, dicts.
        total: How many epochs or iterations the loop is going to make, for the progress bar.
        data: The data set that the ten preview digits come from, such as "mnist" or "fashion".
        folder: The folder of all runs; `LATENT_LAB_RUNS` by default, else checkpoints/runs.

    Raises:
        ValueError: an argument is not of its kind; the sentence says which and what to do.
    """
    title, network = arguments.checked_name(name), arguments.checked_model(model)
    if (network is None) == (labels is None):
        raise ValueError(
            "record needs either model=net, to record epochs, or labels=labels, to record the "
            "frames of a map; pass one of the two."
        )
    if images is not None and labels is None:
        raise ValueError("images belong to the points of a map; pass their labels as well.")
    if not isinstance(folder, str | os.PathLike | None):
        raise ValueError(
            f"folder (={folder!r}) must be the path of the folder of all runs, such as 'my-runs'."
        )
    settings = {
        "settings": arguments.checked_settings(settings),
        "data": data_set(data).name,
        "total": arguments.checked_total(total),
    }
    if network is not None:
        writer = TrainingWriter(network, data)
    else:
        classes = arguments.checked_labels(labels)
        writer = MapWriter(classes, arguments.checked_images(images, len(classes)))
    store = RunStore(None if folder is None else Path(folder).expanduser().absolute())
    return Recording(title, settings, writer, store)
