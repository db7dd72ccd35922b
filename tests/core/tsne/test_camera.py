"""What a camera that follows a map sees of it."""

from __future__ import annotations

import numpy as np
import pytest

from core.tsne.camera import in_view, moments

SEED = np.random.default_rng(0).normal(size=(1, 2, 60, 2))


def growing(frames: int) -> np.ndarray:
    """Maps that grow by leaps, (S, 2, 60, 2): the second is far from the origin."""
    sizes = np.repeat([1.0, 9.0, 3.0, 40.0], frames // 4)[:, None, None, None]
    return SEED * sizes + np.array([0.0, 500.0])[None, :, None, None]


def test_every_digit_is_in_view_and_the_map_fills_it() -> None:
    seen = in_view(growing(200), window=11)
    farthest = np.abs(seen).max(axis=(2, 3))
    assert farthest.max() <= 1
    # Where the size has been the same for longer than the camera looks around.
    assert farthest[[10, 75, 125, 190]] == pytest.approx(1, abs=1e-4)


def test_a_map_keeps_its_shape_and_its_middle_is_the_middle_of_the_view() -> None:
    positions = growing(40)
    seen = in_view(positions, window=5)
    # Where the map has been the same for longer than the camera looks around.
    still = seen[[3, 15, 25, 36]]
    assert still.max(axis=2) + still.min(axis=2) == pytest.approx(0, abs=1e-4)
    for frame in (0, 11, 39):
        for panel in (0, 1):
            before = positions[frame, panel] - positions[frame, panel, 0]
            after = seen[frame, panel] - seen[frame, panel, 0]
            factor = np.abs(after).max() / np.abs(before).max()
            assert after == pytest.approx(before * factor, abs=1e-4)


def test_the_camera_moves_evenly_where_the_map_leaps() -> None:
    positions = growing(200)
    size = np.ptp(positions, axis=2).max(axis=2) / 2
    distance = size / (np.ptp(in_view(positions, window=21), axis=2).max(axis=2) / 2)
    leap = np.abs(np.diff(size, axis=0)).max()
    assert np.abs(np.diff(distance, axis=0)).max() < leap / 18


def test_what_is_nowhere_stays_nowhere_and_moves_nothing_else() -> None:
    others = growing(40)
    positions = np.concatenate([np.full((40, 2, 1, 2), np.nan), others], axis=2)
    seen = in_view(positions)
    assert np.isnan(seen[:, :, 0]).all()
    assert (seen[:, :, 1:] == in_view(others)).all()


def test_a_map_that_is_one_point_is_in_the_middle() -> None:
    assert (in_view(np.full((3, 1, 4, 2), 7.0)) == 0).all()


def test_moments_begin_close_together_and_hold_both_ends() -> None:
    kept = moments(701, 40)
    assert (kept[0], kept[-1]) == (0, 700)
    steps = np.diff(kept)
    assert (steps > 0).all()
    assert steps[0] < steps[len(steps) // 2] < steps[-1]
    assert len(kept) in range(38, 41)
    assert moments(3, 40).tolist() == [0, 1, 2]
    assert moments(1, 40).tolist() == [0]


def test_one_moment_is_too_few() -> None:
    with pytest.raises(ValueError, match=r"count \(=1\) must be at least 2"):
        moments(701, 1)
