"""The errors of compared runs: over their epochs, and against the size of their codes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from app.components.download import SaveAs
from app.server.yardsticks import Yardsticks, yardsticks_of
from app.ui.charts import draw_chart
from app.ui.glossary import term
from app.ui.line_charts import Curve, curves_figure
from app.ui.run_styles import YARDSTICK, run_styles
from app.views.compare_settings import Compared
from core.training.record import epoch_rows, read_configs
from models.autoencoder import AutoencoderConfig
from models.stack import StackConfig

#: PCA is drawn up to so many times the largest code of the runs.
_FURTHER = 1.5


def yardsticks_of_first(compared: Compared) -> Yardsticks | None:
    """Return the yardsticks of the first run that gets clean digits, else of the first.

    None where the runs are no autoencoders.
    """
    runs = sorted(compared.values(), key=lambda one: bool(one.model.trained_noise))
    return yardsticks_of(runs[0].record)


def draw_curves(
    compared: Compared, yardsticks: Yardsticks | None, save: Callable[[str], SaveAs]
) -> None:
    """Draw how well each run rebuilds the test digits after each epoch.

    Args:
        compared: The runs, by the names that they have here.
        yardsticks: What autoencoders are measured against.
        save: Returns how a file with this content is called.
    """
    models = list(compared.values())
    keys = [one.model.picture_term(one.model.config) for one in models]
    terms = [one.model.terms(one.model.config)[key] for one, key in zip(models, keys, strict=True)]
    y_titles = [f"{term.label} ({term.unit})" for term in terms]
    titles = list(dict.fromkeys(y_titles))
    styles = run_styles([one.name for one in models])
    last = max(read_configs(one.record)[2].epochs for one in models)
    data = models[0].data
    st.subheader(data.says("The error on test digits"))
    for title in titles:
        curves: list[Curve] = []
        for (name, one), key, y_title, style in zip(
            compared.items(), keys, y_titles, styles, strict=True
        ):
            if y_title != title:
                continue
            epochs = epoch_rows(one.record)
            errors = [row["validation"].get(key) for row in epochs]
            y = [float("nan") if error is None else error for error in errors]
            x = [row["epoch"] for row in epochs]
            if one.record.request.is_opened:  # of one state, at an epoch that nobody knows
                x, y = [0, last], 2 * y[:1]
            curves.append(Curve(name=name, x=x, y=y, style=style))
        if yardsticks is not None:
            level = [yardsticks.error] * 2
            curves.append(Curve(name=yardsticks.title, x=[0, last], y=level, style=YARDSTICK))
        figure = curves_figure(
            curves,
            x="Epoch",
            y=title,
            hover="%{y:.4f} after epoch %{x}",
            log=True,
            x_limits=(0, last),
        )
        draw_chart(
            figure,
            key=f"compare:curves:{titles.index(title)}",
            save_as=save(f"compared {title.partition(' (')[0].lower()}"),
        )
    st.caption(data.says(_what_is_comparable(compared)))
    if yardsticks is not None:
        _draw_code_sizes(compared, yardsticks, save)


def _draw_code_sizes(
    compared: Compared, yardsticks: Yardsticks, save: Callable[[str], SaveAs]
) -> None:
    """Draw the last error of each run against the size of its code, beside PCA with any number."""
    styles = run_styles([one.name for one in compared.values()])
    points: list[Curve] = []
    for (name, one), style in zip(compared.items(), styles, strict=True):
        _, config, _ = read_configs(one.record)
        epochs = epoch_rows(one.record)
        picture = one.model.picture_term(config)
        error = epochs[-1]["validation"].get(picture) if epochs else None
        if isinstance(config, AutoencoderConfig | StackConfig) and error is not None:
            points.append(Curve(name=name, x=[config.latent_dim], y=[error], style=style))
    if not points:
        return
    most = max(16, round(_FURTHER * max(int(np.asarray(point.x)[0]) for point in points)))
    numbers = np.arange(min(most, len(yardsticks.errors) - 1) + 1)
    errors = yardsticks.errors.numpy()[numbers]
    st.subheader("The error against the size of the code")
    figure = curves_figure(
        [Curve(name="PCA", x=numbers, y=errors, style=YARDSTICK), *points],
        x="Numbers in the code",
        y="Mean squared error (per pixel)",
        hover="error %{y:.4f} with %{x} numbers",
    )
    draw_chart(figure, key="compare:sizes", save_as=save("compared code sizes"))
    below = [
        curve
        for curve in points
        if float(np.asarray(curve.y)[0]) < float(errors[int(np.asarray(curve.x)[0])])
    ]
    st.caption(
        "Each point is a run after its last epoch. The dashed line is "
        f"{term('principal-component', 'PCA')}, the best code that a linear network can learn. "
        f"{_who_lies_below(len(below), len(points))} a {next(iter(compared.values())).data.noun}."
    )


def _who_lies_below(below: int, runs: int) -> str:
    """Return how many of the runs lie below PCA, and what that means, up to "of"."""
    if below == 0:
        none = "The run does not lie" if runs == 1 else f"None of these {runs} runs lies"
        return f"{none} below it: with as many numbers PCA keeps at least as much of"
    some = "The run lies" if runs == 1 else f"{below} of these {runs} runs lie{'s' * (below == 1)}"
    keep = "it keeps" if below == 1 else "they keep"
    return f"{some} below it: with as many numbers {keep} more of"


def _what_is_comparable(compared: Compared) -> str:
    """Say what the curves have in common, and what was left out or made harder for one of them."""
    notes = dict.fromkeys(one.model.comparison_note for one in compared.values())
    if any(one.record.request.is_opened for one in compared.values()):
        notes["Opened weights are a level line: at which epoch they were saved is not known."] = (
            None
        )
    said = ["Only the reconstruction error, so that the runs are comparable.", *filter(None, notes)]
    return " ".join(said).replace("posteriors", term("posterior", "posteriors"))
