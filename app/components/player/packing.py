"""Packing positions for the browser: 16 bits a coordinate, as differences between frames.

A coordinate is sent as a fraction of its frame's and panel's largest one, in steps of 1/32,767. The
error is at most half a step: 1/65,534 of the map's half width, a hundredth of a screen's pixel.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.tsne.coarse_to_fine import planes_of, quantised

_SPARE = 40_000
"""Bytes left for what is not positions or pictures: labels, measures, the JSON."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Packed:
    """What is sent of S' frames, which are `kept` of the recording's.

    `scales` is (S', P); `frames` and `pictures` are deflated; `digest` names the content.
    """

    kept: NDArray[np.intp]
    scales: NDArray[np.float32]
    frames: bytes
    pictures: bytes
    digest: str


def pack_recording(
    positions: NDArray[np.floating], pictures: NDArray[np.uint8], max_bytes: int
) -> Packed:
    """Pack (S, P, N, 2) positions and (N, 784) pictures; thin the frames evenly if it must.

    The first and the last frame are always kept.

    Raises:
        ValueError: They need more than `max_bytes` even so.
    """
    small_pictures = zlib.compress(np.ascontiguousarray(pictures).tobytes(), 6)
    total = len(positions)
    # Bytes for each frame, counted without the measures' four or so, beside the deflated positions.
    measures = 4 + 12 * positions.shape[1]
    budget = max_bytes - _SPARE - len(small_pictures) - 5 * len(pictures)
    raw = positions[0].size * 2
    # Positions shrink to a third at best; more frames than that need not be tried.
    count = min(total, max(2, int(3 * budget / raw)))
    while True:
        kept = np.unique(np.linspace(0, total - 1, count).round().astype(np.intp))
        steps, scales = quantised(positions[kept])
        frames = deflated(steps)
        size = len(frames) + measures * len(kept)
        if size <= budget:
            break
        if count <= 2:
            raise ValueError(
                f"max_bytes (={max_bytes:,}) is too little for {positions.shape[1]} maps of "
                f"{len(pictures):,} digits; replay fewer digits or allow more."
            )
        count = max(2, min(count - 1, int(0.98 * count * budget / size)))
    digest = hashlib.blake2s(digest_size=8)
    for part in (frames, scales.tobytes(), kept.tobytes(), small_pictures):
        digest.update(part)
    return Packed(
        kept=kept,
        scales=scales,
        frames=frames,
        pictures=small_pictures,
        digest=digest.hexdigest(),
    )


def deflated(steps: NDArray[np.int16]) -> bytes:
    """Deflate frames, (S, ...), as differences from one to the next, low bytes before high bytes.

    A digit moves little from one frame to the next, so the high bytes are nearly all zero. This
    halves what int16 takes and loses nothing: differences wrap around and so does their sum.
    """
    change = np.diff(steps, axis=0, prepend=np.zeros_like(steps[:1]))
    return zlib.compress(planes_of(change).tobytes(), 1)
