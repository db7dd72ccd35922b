"""The player's JavaScript and style as one file that a browser fetches once.

Inline, they would travel with each of the two messages a second that a live map causes.
"""

from __future__ import annotations

import json
from pathlib import Path

from streamlit.runtime import get_instance

from app.components import plotly_js

_HERE = Path(__file__).parent
_STYLES = ("player", "maps", "clock", "details")
_SCRIPTS = (
    "reading",
    "frames",
    "neighbours",
    "grid",
    "figure",
    "marks",
    "blit",
    "overlay",
    "pointer",
    "scatter",
    "download",
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


def read(name: str) -> str:
    """A file of this folder."""
    return (_HERE / name).read_text(encoding="utf-8")


def _joined(kind: str, names: tuple[str, ...]) -> str:
    return "\n".join(read(f"{kind}/{name}.{kind}") for name in names)


_SCRIPT = "\n".join(
    (
        plotly_js.LOADER,
        f"const STYLE = {json.dumps(_joined('css', _STYLES))};",
        _joined("js", _SCRIPTS),
    )
).encode()


def script_path() -> str:
    """The script's address relative to the app's root; ask anew in every script run.

    It is a media file, which Streamlit forgets when a run does not name it.
    """
    media = get_instance().media_file_mgr
    return media.add(_SCRIPT, "text/javascript", coordinates="player.js").lstrip("/")
