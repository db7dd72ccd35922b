"""The one component of the player, live and replayed.

It is one, so that maps stay where they are when a live run ends.
"""

from __future__ import annotations

from app.components.mount import browser_component

mount = browser_component(
    "latent_lab_player",
    "player/player.js",
    html="player/root.html",
    isolate_styles=False,
)
