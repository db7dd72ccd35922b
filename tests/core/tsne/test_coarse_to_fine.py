"""Frames that travel from coarse to fine; tests/browser/order.test.js has the other end."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.tsne.coarse_to_fine import (
    COARSE_STEPS,
    NOWHERE,
    STEPS,
    SentFrame,
    around,
    quantised,
    send_frame,
)
from core.tsne.recording import load_recording, open_recording
from tests.support.recorded_run import record_run

Positions = NDArray[np.floating]


def moving(frames: int, *, panels: int = 2, count: int = 300) -> Positions:
    """Clusters that run apart smoothly, with a little jitter, (S, P, N, 2)."""
    rng = np.random.default_rng(1)
    start, goal = rng.normal(size=(2, panels, count, 2)) * [[[[0.01]]], [[[40.0]]]]
    share = (1 - np.exp(-3 * np.linspace(0, 1, frames)))[:, None, None, None]
    jitter = rng.normal(scale=0.05, size=(frames, panels, count, 2))
    return (start * (1 - share) + goal * share + jitter).astype(np.float16)


def order(count: int) -> list[int]:
    """The frames as they are asked for: each after those around it."""
    last, known = count - 1, []
    while len(known) < count:
        for frame in range(count):
            parents = around(frame, last)
            if frame not in known and all(parent in known for parent in parents or ()):
                known.append(frame)
    return known


def received(sent: SentFrame, before: NDArray | None, after: NDArray | None) -> NDArray[np.int16]:
    """The steps as the browser adds them up, one by one."""
    panels = len(sent.scales)
    low, high = sent.planes.reshape(2, -1).astype(np.int64)
    zigzag = low | high << 8
    change = ((zigzag >> 1) ^ -(zigzag & 1)).reshape(panels, -1, 2)
    foretold = np.zeros(change.shape, np.int64)
    if before is not None and after is not None:
        for panel in range(panels):
            a, b = (float(factor) for factor in sent.factors[panel])
            foretold[panel] = np.floor(before[panel] * a + after[panel] * b + 0.5)
    return (foretold + change).astype(np.int16)


def travel(positions: Positions, iterations: NDArray[np.integer]) -> tuple[Positions, int]:
    """The positions that arrive, and the bytes that they took."""
    last, steps, scales, size = len(positions) - 1, {}, {}, 0
    for frame in order(len(positions)):
        sent = send_frame(frame, iterations, positions.__getitem__)
        parents = around(frame, last)
        before, after = (steps[parent] for parent in parents) if parents else (None, None)
        steps[frame], scales[frame] = received(sent, before, after), sent.scales
        size += len(zlib.compress(sent.planes.tobytes(), 1))
    every = np.stack([steps[frame] for frame in range(len(positions))])
    scale = np.stack([scales[frame] for frame in range(len(positions))])[..., None, None]
    return np.where(every == NOWHERE, np.nan, every * (scale / STEPS)), size


@pytest.mark.parametrize("frames", [1, 2, 3, 12, 17])
def test_what_arrives_is_what_was_sent_but_for_half_a_step(frames: int) -> None:
    positions = moving(frames)
    iterations = np.cumsum(np.arange(1, frames + 1))  # not evenly spread
    found, _ = travel(positions, iterations)
    largest = np.abs(positions.astype(np.float32)).max(axis=(2, 3), keepdims=True)
    error = np.abs(found - positions) / largest
    ends = error[[0, -1]].max()
    assert ends <= 0.51 / STEPS
    assert error.max() <= 0.51 / COARSE_STEPS


def test_frames_between_others_take_little() -> None:
    positions = moving(33)
    _, size = travel(positions, np.arange(33))
    assert size < 0.6 * positions.size * 2


def test_a_map_that_diverges_is_nowhere_and_the_other_stays() -> None:
    positions = moving(9)
    positions[4:, 1] = np.nan
    positions[3, 1, 7] = np.inf
    found, _ = travel(positions, np.arange(9))
    np.testing.assert_array_equal(np.isnan(found), ~np.isfinite(positions))


def test_early_frames_are_as_precise_as_late_ones() -> None:
    """Each frame has its own scale: a map that starts at 1e-4 must not be a handful of steps."""
    positions = moving(3).astype(np.float32)
    positions[:2] *= 1e-4
    found, _ = travel(positions, np.arange(3))
    assert np.abs(found[1] - positions[1]).max() <= 0.51 / COARSE_STEPS * np.abs(positions[1]).max()


def test_the_largest_coordinate_has_as_many_steps_as_are_wanted() -> None:
    steps, scales = quantised(np.array([[[8.0, -4.0]]]), 100)
    assert steps.tolist() == [[[100, -50]]]
    np.testing.assert_allclose(steps * scales[..., None, None] / STEPS, [[[8.0, -4.0]]], rtol=1e-6)


def test_an_open_recording_reads_the_frames_that_are_asked_for(tmp_path: Path) -> None:
    record = record_run(tmp_path / "run")
    whole, opened = load_recording(record, 7), open_recording(record, 7)
    np.testing.assert_array_equal(opened.positions(slice(2, 4)), whole.positions[2:4])
    np.testing.assert_array_equal(opened.iterations, whole.iterations)
