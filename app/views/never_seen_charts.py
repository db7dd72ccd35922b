"""The charts of what a model has never seen: how errors are spread, and ROC curves."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
import torch
from torch import Tensor

from app.digits.unseen import Unseen
from app.server.models import TrainedModel
from app.theme import BASELINE_COLOR, LINE_COLORS, YARDSTICK_COLOR, model_color
from app.ui.charts import HEIGHT, lay_out
from app.ui.line_charts import Curve, curves_figure
from app.ui.run_styles import BASELINE, LineStyle
from app.views.never_seen_scores import known_pictures
from core.analysis.roc import RocCurve

_BINS = 50
#: Pixels for the legend below the chart.
_LEGEND = 60


def errors_figure(known: Tensor, new: Tensor, model: TrainedModel, unseen: Unseen) -> go.Figure:
    most = float(torch.cat([known, new]).quantile(0.995))
    edges = np.linspace(0, most, _BINS + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    shares = [100 * np.histogram(errors.numpy(), edges)[0] / len(errors) for errors in (known, new)]
    styles = LineStyle(model_color(model.name)), LineStyle(BASELINE_COLOR)
    names = known_pictures(model), unseen.words
    return curves_figure(
        [
            Curve(name=name, x=middles, y=share, style=style)
            for name, share, style in zip(names, shares, styles, strict=True)
        ],
        x="Mean squared error per pixel",
        y=f"Pictures (%) per {most / _BINS:.2g} of error",
        hover="%{y:.1f} % have an error near %{x:.4f}",
        x_limits=(0.0, most),
        # At their highest points: both end near zero.
        named_at=[int(share.argmax()) for share in shares],
    )


def roc_figure(curves: Mapping[str, RocCurve], model: TrainedModel, unseen: Unseen) -> go.Figure:
    figure = go.Figure()
    colors = (model_color(model.name), YARDSTICK_COLOR, LINE_COLORS[2])
    for (title, curve), color, dash in zip(
        curves.items(), colors, ("solid", "dot", "dash"), strict=True
    ):
        figure.add_scatter(
            name=f"{title}: area {curve.area:.3f}",
            x=(100 * curve.false_positives).tolist(),
            y=(100 * curve.true_positives).tolist(),
            mode="lines",
            line={"color": color, "dash": dash, "width": 2.5},
            hovertemplate="%{y:.1f} % noticed with %{x:.1f} % false alarms<extra></extra>",
        )
    figure.add_scatter(
        name="chance: area 0.5",
        x=[0, 100],
        y=[0, 100],
        mode="lines",
        line={"color": BASELINE.color, "dash": "dashdot", "width": 1.5},
        hoverinfo="skip",
    )
    lay_out(
        figure,
        x=f"False alarms (% of {known_pictures(model)})",
        y=f"Noticed (% of {unseen.words})",
        height=HEIGHT + _LEGEND,
    )
    # Below the chart: in it there is no corner that no curve can reach.
    figure.update_layout(
        legend={"orientation": "h", "x": 0, "y": -0.25, "yanchor": "top"}, margin_b=_LEGEND
    )
    figure.update_xaxes(range=[-1, 101])
    figure.update_yaxes(range=[-1, 103])
    return figure
