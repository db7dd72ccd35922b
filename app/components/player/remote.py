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
from app.components.player.curves import Curves
from app.components.player.lines import check_maps, lines_of
from app.components.player.link import ReplayLink, key_of_replay, link_data
from app.components.player.mount import mount
from app.components.player.selection import Selection, selection_from
from app.theme import DIGIT_COLORS
from core.data.data_sets import DATA_SETS, MNIST, DataSet


@dataclass(frozen=True, kw_only=True, eq=False)
class RemoteMaps:
    """Maps that a browser fetches: from `address`, relative to the lab's own, in `version`.

    `names` and `optimizers` are as in `ReplayData`; `count` digits of a data set are on each map,
    and frames are of these `iterations`, (S,), ascending.
    """

    address: str
    version: str
    names: Sequence[str]
    optimizers: Sequence[str]
    count: int
    iterations: NDArray[np.integer]
    data_set: DataSet = DATA_SETS[MNIST]

    def __post_init__(self) -> None:
        check_maps(self.names, self.optimizers)


def remote_live(
    maps: RemoteMaps,
    curves: Curves,
    *,
    iterations: int,
    key: str,
    description: str,
    revision: str,
    save_as: str,
    every: float = 0.5,
) -> None:
    """Draw the maps of a run that is being computed, as `live` does; the browser fetches them.

    Call it every `every` seconds, as in a fragment: each call makes the browser ask for the newest
    positions, unless an answer is still on its way.

    Args:
        maps: What to show; its `iterations` are those so far.
        curves: How KL divergence and agreement went until now; at least one row.
        iterations: How many there will be.
        key: Streamlit key.
        description: What is shown, as a sentence for readers who cannot see it.
        revision: Which run it is, such as its id; the points of another run do not glide here.
        save_as: How the names of saved files begin.
        every: Seconds between two calls.
    """
    data: dict[str, Any] = {
        "kind": "live",
        "source": maps.address,
        "revision": revision,
        "iteration": int(maps.iterations[-1]),
        "iterations": iterations,
        "every": every,
        **curves.thinned(),
        **_about(maps, description, save_as),
    }
    mount(key=key, data=pack(data), on_selection_change=lambda: None)


def remote_replay(
    maps: RemoteMaps,
    *,
    key: str,
    description: str,
    iterations: int,
    save_as: str,
    link: ReplayLink | None = None,
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
        link: What the page's address says of frame and selection; the browser keeps it up to date.

    Returns:
        What the visitor has chosen.
    """
    shown = signature(key, np.frombuffer(f"{maps.address} {maps.version}".encode(), np.uint8))
    data: dict[str, Any] = {
        "signature": shown,
        "kind": "replay",
        "source": f"{maps.address}/{maps.version}",
        "worth": f"{maps.address}/{maps.version}",
        "iterations": iterations,
        **_about(maps, description, save_as),
        **link_data(link),
    }
    opened = key_of_replay(key, link)
    answer = mount(key=opened, data=pack(data), on_selection_change=lambda: None).get("selection")
    if answer is None and link is not None:
        return link.selection
    return selection_from(
        answer,
        signature=shown,
        count=maps.count,
        iterations=frozenset(maps.iterations.tolist()),
    )


def _about(maps: RemoteMaps, description: str, save_as: str) -> dict[str, Any]:
    """Return what the browser gets of a run in any case."""
    return {
        "count": maps.count,
        "names": list(maps.names),
        "colors": list(DIGIT_COLORS),
        "dataSet": maps.data_set.words,
        **lines_of(maps.optimizers),
        "saveAs": save_as,
        "description": description,
        "plotly": plotly_js.plotly_path(),
    }
