"""Replay of a run with so many digits that the browser fetches its maps part by part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.components import plotly_js
from app.components.message import pack
from app.components.messages import signature
from app.components.player.lines import check_maps, lines_of
from app.components.player.mount import mount
from app.components.player.selection import Selection, selection_from
from app.theme import DIGIT_COLORS


@dataclass(frozen=True, kw_only=True, eq=False)
class RemoteMaps:
    """Maps that a browser fetches: from `address`, relative to the lab's own, in `version`.

    `names` and `optimizers` are as in `ReplayData`; `count` digits are on each map, and frames are
    of these `iterations`, (S,), ascending.
    """

    address: str
    version: str
    names: Sequence[str]
    optimizers: Sequence[str]
    count: int
    iterations: NDArray[np.integer]

    def __post_init__(self) -> None:
        check_maps(self.names, self.optimizers)


def remote_replay(
    maps: RemoteMaps, *, key: str, description: str, iterations: int, save_as: str
) -> Selection:
    """Draw the maps of a run side by side, as `replay` does, and fetch their frames meanwhile.

    The page itself gets a kilobyte. The browser asks for the last frame first, then for the others
    from coarse to fine, and for the pictures of digits that are looked at.

    Args:
        maps: What to show.
        key: Streamlit key.
        description: What is shown, as a sentence for readers who cannot see it.
        iterations: How many iterations were asked for; the curves leave room for them.
        save_as: How the names of saved files begin.

    Returns:
        What the visitor has chosen.
    """
    shown = signature(key, np.frombuffer(f"{maps.address} {maps.version}".encode(), np.uint8))
    data: dict[str, Any] = {
        "signature": shown,
        "kind": "replay",
        "source": f"{maps.address}/{maps.version}",
        "count": maps.count,
        "names": list(maps.names),
        "colors": list(DIGIT_COLORS),
        **lines_of(maps.optimizers),
        "saveAs": save_as,
        "description": description,
        "iterations": iterations,
        "plotly": plotly_js.plotly_path(),
    }
    answer = mount(key=key, data=pack(data), on_selection_change=lambda: None)
    return selection_from(
        answer.get("selection"),
        signature=shown,
        count=maps.count,
        iterations=frozenset(maps.iterations.tolist()),
    )
