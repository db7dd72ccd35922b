"""The data of a large run's replay file: frames from coarse to fine, as many as it may hold."""

from __future__ import annotations

import base64
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.data_sets import DATA_SETS
from core.export.digit_sheet import digit_sheet
from core.export.output import check_wanted
from core.runs.record import RunRecord
from core.tsne.coarse_to_fine import send_frame
from core.tsne.extents import extents_of
from core.tsne.points import FROM_NOISE
from core.tsne.recording import OpenRecording, open_recording, tsne_config

#: A run with more digits is written in this way.
LARGE = 5_000
#: Characters that the data may take; the page around them has some hundred thousand.
MAX_CHARACTERS = 14_000_000
#: The most frames.
MAX_FRAMES = 240
#: Runs with more digits have no pictures in the file: those of 70,000 are 25 MB.
MAX_PICTURES = 12_000
#: Characters that a frame takes of each digit and map, from real runs; fewer frames are tried if
#: they take more.
_CHARACTERS = 2.4


def large_data(record: RunRecord) -> tuple[dict[str, Any], str]:
    """Return the data that the player reads, see `run.js`, and a sentence on what is left out.

    Raises:
        RunError: the run has no maps that can be read.
    """
    config = tsne_config(record)
    noise = config.source == FROM_NOISE
    known = open_recording(record, frames=2)
    count, panels = len(known.labels), len(known.names)
    pictures = (
        digit_sheet(known.indices, config.data) if count <= MAX_PICTURES and not noise else None
    )
    room = MAX_CHARACTERS - len(pictures or "") - 10 * count
    wanted = max(2, min(MAX_FRAMES, int(room / (_CHARACTERS * count * panels))))
    while True:
        opened = open_recording(record, wanted)
        frames = [_frame(opened, number) for number in range(len(opened.iterations))]
        size = sum(len(frame["planes"]) for frame in frames)
        if size <= room or wanted == 2:
            break
        wanted = max(2, min(wanted - 1, int(0.95 * wanted * room / size)))
    in_order = np.array_equal(opened.indices, np.arange(count))
    data = {
        "iterations": opened.iterations.tolist(),
        "labels": _text(opened.labels.astype(np.uint8)),
        "indices": None if in_order else opened.indices.tolist(),
        "kl": opened.kl.tolist(),
        "agreement": opened.agreement.tolist(),
        "extents": extents_of(opened).tolist(),
        "frames": frames,
        "pictures": pictures,
    }
    left_out = _left_out(opened, record, without_pictures=pictures is None and not noise)
    return data, DATA_SETS[config.data].says(left_out)


def _frame(opened: OpenRecording, number: int) -> dict[str, Any]:
    check_wanted()
    sent = send_frame(number, opened.iterations, opened.frame)
    # The last one is shown at once, and inflating takes a browser a moment.
    last = number == len(opened.iterations) - 1
    planes = sent.planes.tobytes()
    return {
        "scales": sent.scales.tolist(),
        "factors": sent.factors.ravel().tolist(),
        "planes": base64.b64encode(planes if last else zlib.compress(planes, 9)).decode(),
    }


def _text(values: NDArray[np.uint8]) -> str:
    return base64.b64encode(values.tobytes()).decode()


def _left_out(opened: OpenRecording, record: RunRecord, *, without_pictures: bool) -> str:
    nouns = DATA_SETS[tsne_config(record).data].nouns
    kept = sum(row.get("frame") is not None for row in record.history())
    parts = []
    if len(opened.iterations) < kept:
        parts.append(
            f"This file holds {len(opened.iterations)} of {kept} recorded maps, and draws what "
            "lies between them."
        )
    if without_pictures:
        parts.append(
            f"It holds no pictures: those of {len(opened.labels):,} {nouns} would make it too "
            "large."
        )
    return " ".join(parts)
