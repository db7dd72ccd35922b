"""The t-SNE player: maps side by side, while a run computes and when it has ended.

The maps are animated Plotly scatters. Plotly draws the axes and, where the points rest, its own
markers; it cannot redraw thousands of them sixty times a second, so a canvas over the plot draws
them while they move.
"""

from __future__ import annotations

from app.components.player.curves import Curves
from app.components.player.link import ReplayLink, rows_reader
from app.components.player.live import live
from app.components.player.recording import ReplayData
from app.components.player.remote import RemoteMaps, remote_live, remote_replay
from app.components.player.replay import replay
from app.components.player.selection import Selection

__all__ = [
    "Curves",
    "RemoteMaps",
    "ReplayData",
    "ReplayLink",
    "Selection",
    "live",
    "remote_live",
    "remote_replay",
    "replay",
    "rows_reader",
]
