"""What saving_app.py shows, for the app and for its tests."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from app.components.chart import Line
from app.ui.charts import activation_histogram, agreement_bars, class_heatmap, kl_bars
from app.ui.run_styles import BASELINE
from app.views.rate_distortion import RunPoint, rate_distortion
from core.data.data_sets import DATA_SETS, MNIST

TILES, PER_LINE, FRAMES = 12, 8, 5
FIGURES = {
    "tiles": "pictures",
    "film": "codes",
    "morph": "morph",
    "chart": "chart",
    "sliders": "digit and its code",
    "pad": "square and its digit",
    "map": "map",
    "plotly": "",
}
QUANTITIES = ["Mean squared error", "KL (nats)"]
# A title as a visitor may write it: no formula, no HTML, and its comma is no end of a cell.
TITLE = '=cmd|"A & B", <i>ρ</i>'
VIRIDIS = ["440154", "472d7b", "3b528b", "2c728e", "21918c", "28ae80", "5ec962", "addc30", "fde725"]
MEANS = np.random.default_rng(3).random((10, 4), np.float32)


def pictures(count: int, height: int = 28, width: int = 28) -> NDArray[np.uint8]:
    """Return pictures whose pixels say where they are: (17 picture + 3 row + column) mod 256."""
    picture, row, column = np.ogrid[:count, :height, :width]
    return ((17 * picture + 3 * row + column) % 256).astype(np.uint8)


def viridis(level: int) -> NDArray[np.int16]:
    """Return the colour of a level as colors.js has it: stops in equal steps, mixed between."""
    stops = [[int(code[at : at + 2], 16) for at in (0, 2, 4)] for code in VIRIDIS]
    place = level / 255 * (len(stops) - 1)
    return np.rint(
        [np.interp(place, range(len(stops)), c) for c in zip(*stops, strict=True)]
    ).astype(np.int16)


def curves(*, panels: bool) -> list[Line]:
    """Return two lines, one of them with a gap; and one in a second panel."""
    x = np.linspace(0.1, 3, 30)
    lines = [
        Line(name=TITLE, x=x, y=0.1 * np.exp(-x) + 1e-9),
        Line(name="test", x=[0.5, 1, 2, 3], y=[0.03, 0.02, np.nan, 0.0125]),
    ]
    return [*lines, Line(name="test", x=[1, 2], y=[3.5, 4.25], panel=1)] if panels else lines


def figures() -> dict[str, go.Figure]:
    """Return a chart of each kind that draw_chart gets."""
    point = RunPoint(name="β 0.001, 2 d", kl=5.875, cross_entropy=0.19, chosen=True)
    return {
        "heat-map": class_heatmap(MEANS, DATA_SETS[MNIST]),
        "kl": kl_bars([0.01, 2.0, 0.3], 0.05),
        "histogram": activation_histogram([TITLE], [MEANS], [BASELINE]),
        "agreement": agreement_bars([("pixels", 0.9375), (TITLE, 0.5)], ["#7a8486", "#1c827b"]),
        "plane": rate_distortion([point]),
    }
