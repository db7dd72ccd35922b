"""Buttons that save what a component shows as PNG, CSV or GIF; the browser makes the files.

The component draws the buttons in a row below it (`static/shared/save_buttons.js`); what makes the
files (`static/save`) is fetched when a button is pressed.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.components.mount import browser_component

_mount = browser_component(
    "latent_lab_chart_buttons",
    "chart_buttons/chart_buttons.js",
    html="chart_buttons/chart_buttons.html",
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
    """Return the data that a component needs for its buttons; empty if it has none.

    Args:
        save_as: How the files are called; None for no buttons.
    """
    return {} if save_as is None else {"saveAs": save_as.file, "saveFigure": save_as.figure}


def chart_buttons(chart: str, save_as: SaveAs) -> None:
    """Draw the buttons of the `st.plotly_chart` whose key is `chart`; they read it when pressed."""
    _mount(key=f"{chart}:save", data={"chart": chart, **saving(save_as)})
