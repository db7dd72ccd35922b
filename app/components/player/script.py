"""The player's JavaScript, style and markup as one file that a browser fetches once.

Inline, they would travel with each of the two messages a second that a live map causes.
"""

from __future__ import annotations

import json

from streamlit.components.v2 import component
from streamlit.runtime import get_instance

from app.components.sources import read

_STYLES = ("player", "maps", "clock", "details")
_SCRIPTS = (
    "reading",
    "frames",
    "neighbours",
    "layout",
    "grid",
    "figure",
    "marks",
    "blit",
    "overlay",
    "pointer",
    "scatter",
    "download",
    "settings",
    "legend",
    "heads",
    "card",
    "clock",
    "controls",
    "curves",
    "details",
    "selection",
    "playing",
    "replay",
    "live",
    "player",
)

_STYLE = read("player", "../range.css", *(f"css/{name}.css" for name in _STYLES))
_SCRIPT = "\n".join(
    (
        f"const STYLE = {json.dumps(_STYLE)};",
        f"const MARKUP = {json.dumps(read('player', 'player.html'))};",
        read("player", "../plotly.js", "../theme.js", "../frame.js", "../legend.js"),
        read("player", *(f"js/{name}.js" for name in _SCRIPTS)),
    )
).encode()


#: One component, live and replayed: when a live run ends, its maps stay where they are.
mount = component(
    "latent_lab_player",
    html='<div class="latent-player" data-state="loading" hidden></div>',
    js=read("player", "js/layout.js", "boot.js"),
    isolate_styles=False,
)


def script_path() -> str:
    """Return the script's address relative to the app's root; ask anew in every script run.

    It is a media file, which Streamlit forgets when a run does not name it.
    """
    media = get_instance().media_file_mgr
    return media.add(_SCRIPT, "text/javascript", coordinates="player.js").lstrip("/")
