"""The parts in which the maps of a large run travel to a browser."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from app.components.message import pack
from app.server.map_versions import check, version_of
from app.server.map_worth import in_version
from app.server.shared import store
from app.ui.images import to_uint8
from core.data.digits import digits_at
from core.runs.record import RunError, RunRecord
from core.tsne.coarse_to_fine import COARSE_STEPS, SentFrame, planes_of, quantised, send_frame
from core.tsne.extents import extents_of
from core.tsne.points import FROM_NOISE
from core.tsne.recording import OpenRecording, newest_frame, open_recording, tsne_config

#: A run with more digits travels in parts; with fewer, all of it is one message.
LARGE = 5_000
#: Bytes of all frames of a run; where they would be more, frames are left out evenly.
MAX_BYTES = 12_000_000
#: Frames of a run; what lies between them is interpolated.
MAX_FRAMES = 240
#: Bytes that a frame takes of each digit and map: what was measured with a real run, and a tenth.
_BYTES_OF_A_DIGIT = 2.2
#: Pictures in one request.
MAX_ROWS = 256


def maps_of(record: RunRecord, *, beside_pca: bool = False) -> OpenRecording:
    """Return the frames of a large run that travel, their positions unread.

    Raises:
        RunError: it is no t-SNE run, has no map yet, or a file is missing or damaged.
    """
    return _maps(record.id, version_of(record, beside_pca=beside_pca))


@lru_cache(maxsize=8)
def _maps(run_id: str, version: str) -> OpenRecording:
    record = store().get(run_id)
    config = tsne_config(record)
    a_frame = _BYTES_OF_A_DIGIT * config.digits * len(config.optimizers)
    opened = open_recording(record, max(3, min(MAX_FRAMES, int(MAX_BYTES / a_frame))))
    return in_version(opened, run_id, version)


def _found(run_id: str, version: str) -> OpenRecording:
    """Return the maps of this version; raises as `check` does."""
    check(run_id, version)
    return _maps(run_id, version)


def start(run_id: str, version: str) -> bytes:
    """Return which digits the points are, what was measured, how far maps reach, the last frame."""
    maps = _found(run_id, version)
    noise = tsne_config(store().get(run_id)).source == FROM_NOISE
    in_order = np.array_equal(maps.indices, np.arange(len(maps.indices)))
    with np.errstate(over="ignore"):
        kl, agreement = (each.T.astype(np.float32) for each in (maps.kl, maps.agreement))
    return pack(
        {
            "labels": maps.labels.astype(np.uint8),
            "indices": None if in_order else maps.indices.astype(np.int32),
            "frameIterations": maps.iterations.astype(np.int32),
            "kl": list(kl),
            "agreement": list(agreement),
            "extents": extents_of(maps).tolist(),
            "pictures": not noise,
            "last": _as_sent(_sent(maps, len(maps.iterations) - 1)),
        }
    )


def frame(run_id: str, version: str, number: int) -> bytes:
    """Return one frame; see core.tsne.coarse_to_fine."""
    maps = _found(run_id, version)
    if number >= len(maps.iterations):
        raise RunError(f"number (={number}) must be below {len(maps.iterations)}.")
    return pack(_as_sent(_sent(maps, number)))


def pictures(run_id: str, version: str, rows: tuple[int, ...]) -> bytes:
    """Return the pictures of these rows of the recording, one after the other."""
    maps = _found(run_id, version)
    if max(rows) >= len(maps.indices):
        raise RunError(f"rows (={max(rows)}) must be below {len(maps.indices)}.")
    config = tsne_config(store().get(run_id))
    if config.source == FROM_NOISE:
        raise RunError("These points are noise and no digits.")
    taken = digits_at(torch.from_numpy(maps.indices[list(rows)]), config.data)
    return to_uint8(taken.pixels).tobytes()


def newest_iteration(run_id: str) -> int:
    """Return the last iteration whose positions a run has recorded.

    Raises:
        RunError: there is no such run, or it has no map yet.
    """
    record = store().get(run_id)
    for row in reversed(record.history()):
        if row.get("event") == "frame" and row.get("frame") is not None:
            return int(row["iteration"])
    raise RunError(f"Run {record.id} has no map yet; wait for its first iteration.")


def newest(run_id: str, *, labels: bool) -> bytes:
    """Return the last frame that a run has recorded, with the labels of its digits if wanted."""
    found = newest_frame(store().get(run_id))
    steps, scales = quantised(found.positions, COARSE_STEPS)
    return pack(
        {
            "iteration": found.iteration,
            "scales": scales,
            "planes": planes_of(steps),
            "labels": found.labels.astype(np.uint8) if labels else None,
        }
    )


def _sent(maps: OpenRecording, number: int) -> SentFrame:
    return send_frame(number, maps.iterations, maps.frame)


def _as_sent(sent: SentFrame) -> dict[str, NDArray[np.generic]]:
    return {"scales": sent.scales, "factors": sent.factors.reshape(-1), "planes": sent.planes}
