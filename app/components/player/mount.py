"""The one component of the player, live and replayed.

It is one, so that maps stay where they are when a live run ends.
"""

from __future__ import annotations

from app.components.mount import browser_component, imported

_MODULE = "player/player.js"
MODULES = (_MODULE, *imported(_MODULE))

mount = browser_component(
    "latent_lab_player",
    _MODULE,
    html="player/root.html",
    isolate_styles=False,
)
