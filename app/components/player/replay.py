"""A finished run under one clock: play, pause, scrub, follow a digit, compare the maps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from streamlit.components.v2 import component

from app.components import plotly_js
from app.components.messages import signature
from app.components.player.packing import Packed
from app.components.player.recording import Recording
from app.components.player.script import script_path
from app.components.player.selection import Selection, selection_from
from app.components.sources import read
from app.theme import DIGIT_COLORS, LINE_COLORS

_mount = component(
    "latent_lab_replay",
    html=read("player", "replay.html"),
    js=read("player", "boot.js"),
    isolate_styles=False,
)


def replay(
    recording: Recording,
    *,
    key: str,
    description: str,
    autoplay: bool = True,
    max_bytes: int = 4_000_000,
) -> Selection:
    """Draws the maps of a run side by side, and lets visitors move through its iterations.

    All is sent once; a rerun with the same recording sends nothing and disturbs nothing. Where it
    would be more than `max_bytes`, frames are left out evenly and the browser draws what is between
    them. A click, a lasso and coming to rest each cause one rerun.

    Args:
        recording: What to show. Give the same object again in the next script run.
        key: Streamlit key.
        description: What is shown, as a sentence for readers who cannot see it.
        autoplay: Whether it plays once it is seen; the last frame stands still otherwise, and for
            visitors who asked their system for less motion.
        max_bytes: The most to send.

    Returns:
        What the visitor has chosen.

    Raises:
        ValueError: Not even the first and the last frame fit into `max_bytes`.
    """
    packed = recording.packed(max_bytes)
    shown = signature(key, np.frombuffer(packed.digest.encode(), np.uint8))
    data = payload(recording, packed) | {
        "signature": shown,
        "kind": "replay",
        "key": key,
        "description": description,
        "autoplay": autoplay,
        "script": script_path(),
        "plotly": plotly_js.plotly_path(),
    }
    answer = _mount(key=key, data=data, on_selection_change=lambda: None)
    return selection_from(
        answer.get("selection"),
        signature=shown,
        count=len(recording.labels),
        iterations=frozenset(recording.iterations[packed.kept].tolist()),
    )


def payload(recording: Recording, packed: Packed) -> dict[str, Any]:
    """The recording as JSON and Arrow tables: JSON cannot say NaN, and takes ten times the room."""
    kept = packed.kept
    steps: dict[str, Any] = {"iteration": recording.iterations[kept].astype(np.int32)}
    for panel in range(len(recording.names)):
        steps[f"scale {panel}"] = packed.scales[:, panel]
        steps[f"kl {panel}"] = _float32(recording.kl[kept, panel])
        steps[f"agreement {panel}"] = _float32(recording.agreement[kept, panel])
    points = {
        "label": recording.labels.astype(np.uint8),
        "index": recording.indices.astype(np.int32),
    }
    return {
        "names": list(recording.names),
        "colors": list(DIGIT_COLORS),
        "lineColors": list(LINE_COLORS),
        "steps": pa.table(steps),
        "points": pa.table(points),
        "frames": pa.table({"bytes": np.frombuffer(packed.frames, np.uint8)}),
        "pictures": pa.table({"bytes": np.frombuffer(packed.pictures, np.uint8)}),
    }


def _float32(values: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):  # beyond float32 is infinite, and not drawn
        return np.asarray(values).astype(np.float32)
