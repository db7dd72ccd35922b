"""The Python half of the maps that unfold; tests/journeys/test_home.py drives them in a browser."""

from __future__ import annotations

import zlib
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from app.components.unfolding import STEPS, payload
from app.theme import DIGIT_COLORS
from tests.support.message import unpack

RANDOM = np.random.default_rng(3)
POSITIONS = RANDOM.uniform(-1, 1, (4, 2, 30, 2)).astype(np.float32)
LABELS = RANDOM.integers(0, 10, 30)
ITERATIONS = np.array([0, 1, 5, 700])


def sent(**changes: Any) -> bytes:
    values: dict[str, Any] = {
        "positions": POSITIONS,
        "labels": LABELS,
        "iterations": ITERATIONS,
        "names": ("SGD", "Adam"),
        "href": "tsne?run=x",
        "description": "Two maps.",
    }
    return payload(**values | changes)


def test_a_browser_gets_every_position_to_half_a_step() -> None:
    data = unpack(sent())
    planes = np.frombuffer(zlib.decompress(data["frames"].tobytes()), np.uint8)
    low, high = planes.reshape(2, -1).astype(np.int32)
    zigzag = low | (high << 8)
    changes = ((zigzag >> 1) ^ -(zigzag & 1)).reshape(POSITIONS.shape)
    steps = np.cumsum(changes, axis=0).astype(np.int16)
    scales = np.stack(data["scales"], axis=1)[..., None, None]  # of each moment and map
    assert steps / 32767 * scales == pytest.approx(POSITIONS, abs=0.51 / STEPS)
    assert (data["labels"] == LABELS).all()
    assert (data["iterations"] == ITERATIONS).all()
    assert data["names"] == ["SGD", "Adam"]
    assert data["colors"] == list(DIGIT_COLORS)
    assert (data["href"], data["description"]) == ("tsne?run=x", "Two maps.")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"names": ("SGD",)}, "two maps"),
        ({"labels": LABELS[:-1]}, "a place for each label"),
        ({"iterations": ITERATIONS[:0], "positions": POSITIONS[:0]}, "a moment for each"),
        ({"labels": LABELS - LABELS.max() + 10}, r"to 10\) must be digits"),
        ({"positions": POSITIONS * 2}, r"must be in \[-1, 1\]"),
        ({"positions": POSITIONS * np.nan}, r"must be in \[-1, 1\]"),
    ],
)
def test_what_does_not_fit_is_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        sent(**changes)


@pytest.mark.parametrize("opened", [None, True])
def test_a_press_is_told_once(opened: bool | None) -> None:
    def script() -> None:
        import streamlit as st

        from app.components.unfolding import unfolding

        st.write(f"pressed: {unfolding(b'', key='maps')}")

    with patch("app.components.unfolding._mount", return_value={"opened": opened}):
        app = AppTest.from_function(script).run()
    assert app.markdown[0].value == f"pressed: {opened is True}"
