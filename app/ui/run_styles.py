"""Line styles for several runs: the colour of the model, a dash for each further run of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.theme import BASELINE_COLOR, YARDSTICK_COLOR, model_color

_DASHES = ("solid", "dash", "dot", "dashdot")


@dataclass(frozen=True)
class LineStyle:
    """The colour and the dash of a line, in Plotly's words."""

    color: str
    dash: str = "solid"


#: What a model is compared with, such as the input itself.
BASELINE = LineStyle(BASELINE_COLOR, "dash")
#: What needs no training, such as PCA.
YARDSTICK = LineStyle(YARDSTICK_COLOR, "dash")


def run_styles(models: Sequence[str]) -> list[LineStyle]:
    """Return a style for each run by the name of its model; runs of one model differ in the dash.

    The first of a model is solid.
    """
    seen: Counter[str] = Counter()
    styles: list[LineStyle] = []
    for model in models:
        styles.append(LineStyle(model_color(model), _DASHES[seen[model] % len(_DASHES)]))
        seen[model] += 1
    return styles
