"""Tell a browser what the maps of a run are worth at one of its iterations."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from app.components.message import pack
from app.server.map_versions import PCA_SUFFIX, check
from app.server.shared import store
from core.data.digits import digits_at
from core.execution.turns import heavy_work
from core.runs.record import RunError
from core.tsne.beside_pca import BesidePCA
from core.tsne.points import points_of
from core.tsne.recording import OpenRecording, open_recording, tsne_config
from core.tsne.worth import Costs, Distances, MapWorth, Shares

_Found = Costs | Distances | Shares | None


def worth(run_id: str, version: str, measure: str, iteration: int) -> bytes:
    """Return a measure of every map at a recorded iteration.

    Raises:
        NotNowError: the run has recorded more, or something else, since.
        RunError: there is no such run, measure or iteration; or what is mapped is not here.
    """
    check(run_id, version)
    measures: dict[str, Callable[[MapWorth, Tensor], list[Any]]] = {
        "cost": MapWorth.costs,
        "kept": MapWorth.kept,
        "shared": MapWorth.shared,
        "distances": MapWorth.distances,
    }
    if measure not in measures:
        raise RunError(f"measure (={measure[:20]}) must be one of {', '.join(measures)}.")
    known, opened = _known(run_id, version), _opened(run_id, version)
    row = int(np.searchsorted(opened.iterations, iteration))
    if row == len(opened.iterations) or opened.iterations[row] != iteration:
        raise RunError(
            f"iteration (={iteration:,}) of run {run_id} has no recorded map; choose another one."
        )
    found = measures[measure](known, torch.from_numpy(opened.frame(row)))
    panels = [_as_sent(each) for each in found]
    return pack({"iteration": iteration, "near": known.near, "panels": panels})


def neighbours(run_id: str, version: str, row: int) -> bytes:
    """Return the nearest digits in the data of the digit in this row of the recording.

    Raises:
        NotNowError: the run has recorded more, or something else, since.
        RunError: there is no such run or row; or what is mapped is not here.
    """
    check(run_id, version)
    if row >= (count := len(_opened(run_id, version).labels)):
        raise RunError(f"row (={row}) must be below {count}.")
    near = _known(run_id, version).neighbours[row]
    return pack({"near": near.numpy().astype(np.int32)})


# Few, since P of all pairs of ten thousand digits takes 400 MB.
@lru_cache(maxsize=2)
def _known(run_id: str, version: str) -> MapWorth:
    """Return what measures the maps of a run; PCA beside them makes no difference to it."""
    if version.endswith(PCA_SUFFIX):
        return _known(run_id, version.removesuffix(PCA_SUFFIX))
    runs = store()
    record = runs.get(run_id)
    opened = open_recording(record, frames=2)
    config = tsne_config(record)
    taken = digits_at(torch.from_numpy(opened.indices), config.data)
    points = points_of(config, taken, runs)
    return MapWorth(config, points, taken.labels, runs.cache, heavy_work)


@lru_cache(maxsize=8)
def _opened(run_id: str, version: str) -> OpenRecording:
    """Return all recorded frames, their positions unread."""
    return in_version(open_recording(store().get(run_id)), run_id, version)


def in_version(opened: OpenRecording, run_id: str, version: str) -> OpenRecording:
    """Return a run's recording, with PCA beside its maps where its version has it.

    Raises:
        RunError: there is no such run, or what is mapped is not here.
    """
    if version.endswith(PCA_SUFFIX):
        return BesidePCA.of(opened, plane_of(run_id, version))
    return opened


def plane_of(run_id: str, version: str) -> NDArray[np.float32]:
    """Return the run's digits on their first two principal components, (N, 2).

    Raises:
        RunError: there is no such run, or what is mapped is not here.
    """
    return _known(run_id, version).plane.numpy()


def _as_sent(found: _Found) -> dict[str, Any] | None:
    """Return a measure of one map as the browser takes it."""
    match found:
        case Costs():
            values = found.values.float().numpy()
            return {"values": values, "total": found.total, "tenth": found.costliest}
        case Shares():
            values = found.values.numpy()
            return {"values": values, "mean": found.mean, "chance": found.chance}
        case Distances():
            return {
                "counts": found.counts.astype(np.int32).reshape(-1),
                "bins": len(found.counts),
                "dataMax": found.data_max,
                "mapMax": found.map_max,
                "centres": _or_none(found.centres),
                "pairs": _or_none(found.pairs),
                "between": _or_none(found.between),
            }
        case None:
            return None


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None
