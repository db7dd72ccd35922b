"""Saving what a component shows as PNG, CSV or GIF, made in the browser from what is there already.

A component has a few lines in front of its own script, which reserve a row below it. The buttons
and what makes the files are a library that the browser fetches once: inline, it would travel with
every message of a live chart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from streamlit.components.v2 import component
from streamlit.runtime import get_instance

from app.components.sources import read

_PARTS = ("buttons", "paper", "csv", "gif", "pictures", "latent", "charts")

_mount = component(
    "latent_lab_chart_buttons",
    html="<div hidden></div>",
    js=read("download", "../download.js", "chart_buttons.js"),
)


@dataclass(frozen=True, kw_only=True)
class SaveAs:
    """How the files of one figure are called.

    `file` is their name without ending. `figure` is what they show, such as "class heatmap", for
    the names of the buttons: "Save the class heatmap as PNG".
    """

    file: str
    figure: str


def saving(save_as: SaveAs | None) -> dict[str, str]:
    """Return what a component's data need for its buttons; nothing where it shall have none.

    Ask anew in every script run: the library is a media file, which Streamlit forgets when a run
    does not name it.

    Args:
        save_as: How the files are called; None for no buttons.
    """
    if save_as is None:
        return {}
    media = get_instance().media_file_mgr
    path = media.add(_library(), "text/javascript", coordinates="download.js")
    return {
        "saveAs": save_as.file,
        "saveFigure": save_as.figure,
        "saveScript": path.lstrip("/"),
    }


def chart_buttons(chart: str, save_as: SaveAs) -> None:
    """Draw the buttons of the `st.plotly_chart` whose key is `chart`; they read it when pressed."""
    _mount(key=f"{chart}:save", data={"chart": chart, **saving(save_as)})


@cache
def _library() -> bytes:
    """Return the text of the library, an ES module."""
    return read("download", "../colors.js", *(f"js/{part}.js" for part in _PARTS)).encode()
