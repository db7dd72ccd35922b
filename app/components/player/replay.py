"""Replay of a finished run, all maps in step: play, pause, scrub, follow a digit, compare."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.components import plotly_js
from app.components.message import pack
from app.components.messages import signature
from app.components.player.curves import float32
from app.components.player.lines import lines_of
from app.components.player.link import ReplayLink, key_of_replay, link_data
from app.components.player.mount import mount
from app.components.player.packing import Packed
from app.components.player.recording import ReplayData
from app.components.player.selection import Selection, selection_from
from app.theme import DIGIT_COLORS


def replay(
    recording: ReplayData,
    *,
    key: str,
    description: str,
    iterations: int,
    save_as: str,
    worth: str = "",
    max_bytes: int = 4_000_000,
    link: ReplayLink | None = None,
) -> Selection:
    """Draw the maps of a run side by side, and let visitors move through its iterations.

    It opens at the last iteration, the result; Play from there starts over. All is sent once; a
    rerun with the same recording sends nothing and disturbs nothing. Where it would be more than
    `max_bytes`, frames are left out evenly and the browser draws what is between them. A click, a
    lasso and coming to rest each cause one rerun.

    Args:
        recording: What to show. Give the same object again in the next script run.
        key: Streamlit key.
        description: What is shown, as a sentence for readers who cannot see it.
        iterations: How many iterations were asked for; the curves leave room for them.
        save_as: How the names of saved files begin.
        worth: Address, relative to the lab's own, below which the browser finds what the maps are
            worth (app/server/map_worth.py); without one that is not offered.
        max_bytes: The most to send.
        link: What the page's address says of frame and selection; the browser keeps it up to date.

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
        "saveAs": save_as,
        "worth": worth,
        "description": description,
        "iterations": iterations,
        "plotly": plotly_js.plotly_path(),
        **link_data(link),
    }
    opened = key_of_replay(key, link)
    answer = mount(key=opened, data=pack(data), on_selection_change=lambda: None).get("selection")
    if answer is None and link is not None:
        return link.selection
    return selection_from(
        answer,
        signature=shown,
        count=len(recording.labels),
        iterations=frozenset(recording.iterations[packed.kept].tolist()),
    )


def payload(recording: ReplayData, packed: Packed) -> dict[str, Any]:
    """Return the recording as the browser takes it; `packed` holds its positions and pictures."""
    kept = packed.kept
    return {
        "names": list(recording.names),
        "colors": list(DIGIT_COLORS),
        "dataSet": recording.data_set.words,
        **lines_of(recording.optimizers),
        "labels": recording.labels.astype(np.uint8),
        "indices": recording.indices.astype(np.int32),
        "pictures": np.frombuffer(packed.pictures, np.uint8),
        "frames": np.frombuffer(packed.frames, np.uint8),
        "frameIterations": recording.iterations[kept].astype(np.int32),
        # An array for each map.
        "scales": list(packed.scales.T),
        "kl": list(float32(recording.kl[kept].T)),
        "agreement": list(float32(recording.agreement[kept].T)),
    }
