"""The curves of a training: its terms on training and test digits over the epochs."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from app.components.chart import Line, live_chart
from app.runs.data import runs_on
from app.runs.export import save_run_as
from app.runs.picker import runs_of
from app.runs.settings_text import asked_for, changed, lower_first
from app.server.data import data_of
from app.server.shared import store
from app.server.yardsticks import Yardsticks, yardsticks_of
from app.theme import BASELINE_COLOR, YARDSTICK_COLOR, model_color
from app.ui.charts import HEIGHT
from app.ui.glossary import term as link
from core.data.data_sets import DataSet
from core.runs.record import RunRecord
from core.training.record import epoch_rows, model_name, read_configs
from core.training.yardsticks import first_better
from models import Config, Term, spec_of

_BAR = 72
"""CSS pixels of the chart's own buttons above and below it."""


def draw_curves(record: RunRecord, terms: Mapping[str, Term]) -> None:
    """Draw the main terms, and the others when they are asked for."""
    main = {name: term for name, term in terms.items() if not term.on_demand}
    _draw_chart(record, main, key="curves")
    more = {name: term for name, term in terms.items() if term.on_demand}
    box = st.expander("More numbers", key="training-more", on_change="rerun")
    # Only when it is open: nobody waits for what is not seen.
    if not box.open:
        return
    with box:
        epochs = epoch_rows(record)
        if epochs and epochs[-1]["images_per_second"]:
            speed = f"{epochs[-1]['images_per_second']:,} {data_of(record).nouns} per second"
            st.caption(f"Training speed: {speed}.")
        if more:
            _draw_chart(record, more, key="more-curves")


def _draw_chart(record: RunRecord, terms: Mapping[str, Term], *, key: str) -> None:
    color = model_color(model_name(record.request))
    total, data = read_configs(record)[2].epochs, data_of(record)
    steps = [row for row in record.history() if row["event"] == "step"]
    epochs = epoch_rows(record)
    expected = expected_values(record)
    yardsticks = yardsticks_of(record)
    lines: list[Line] = []
    for panel, (name, term) in enumerate(terms.items()):
        about = f"{lower_first(term.label)} is {{y}} ({term.unit})"
        if name in expected:
            lines.append(
                Line(
                    name="exercise",
                    x=[0, total],
                    y=[expected[name]] * 2,
                    color=BASELINE_COLOR,
                    dashed=True,
                    panel=panel,
                    sentence=f"With the exercise's settings the final {about}.",
                )
            )
        if term.picture and yardsticks is not None:
            lines += _yardstick_lines(yardsticks, total, panel, data)
        lines.append(
            Line(
                name="training",
                x=[row["epoch"] for row in steps],
                y=[row["train"].get(name) for row in steps],
                color=color,
                pale=True,
                panel=panel,
                sentence=f"The training {about}.",
            )
        )
        lines.append(
            Line(
                name="test",
                x=[row["epoch"] for row in epochs],
                y=[row["validation"].get(name) for row in epochs],
                color=color,
                markers=len(epochs) < 20,
                panel=panel,
                sentence=f"The test {about}.",
            )
        )
    st.html(f"<style>.st-key-{key} {{ min-height: {HEIGHT + _BAR}px; }}</style>")
    live_chart(
        lines,
        key=key,
        x_title="Epoch",
        y_titles=[f"{term.label} ({term.unit})" for term in terms.values()],
        revision=record.id,
        linear_panels=[panel for panel, term in enumerate(terms.values()) if term.linear],
        x_end=total,
        height=HEIGHT,
        description=f"{', '.join(term.label for term in terms.values())}: on the training "
        f"{data.nouns} while the run goes on, and on the test {data.nouns} after each epoch.",
        save_as=save_run_as(record, "more curves" if key == "more-curves" else "curves"),
    )


def _yardstick_lines(yardsticks: Yardsticks, total: int, panel: int, data: DataSet) -> list[Line]:
    """Return a level for PCA and one for the mean picture."""
    levels = {
        yardsticks.title: (
            yardsticks.error,
            f"PCA with {yardsticks.numbers} numbers rebuilds the test digits with a mean squared "
            "error of {y} (per pixel).",
        ),
        "mean picture": (
            yardsticks.mean_error,
            "The mean of all training digits, in place of every digit, has a mean squared error "
            "of {y} (per pixel).",
        ),
    }
    return [
        Line(
            name=name,
            x=[0, total],
            y=[error] * 2,
            color=YARDSTICK_COLOR,
            dashed=True,
            panel=panel,
            sentence=data.says(sentence),
        )
        for name, (error, sentence) in levels.items()
    ]


def beside_pca(record: RunRecord) -> str:
    """Return how a run compares with PCA until now, in Markdown; empty where it is not compared."""
    yardsticks = yardsticks_of(record)
    if yardsticks is None:
        return ""
    name, config, _ = read_configs(record)
    picture = spec_of(name).model.picture_term(config)
    errors = [row["validation"].get(picture) for row in epoch_rows(record)]
    if not errors:
        return ""
    level = f"{yardsticks.title} ({yardsticks.error:.4f})"
    since = first_better(errors, yardsticks.error)
    if since is not None:
        return f"Better than {link('principal-component', level)} since epoch {since}."
    if errors[-1] is None:
        return ""
    return (
        f"Not better than {link('principal-component', level)} after epoch {len(errors) - 1}: "
        f"{errors[-1]:.4f}."
    )


def expected_values(record: RunRecord) -> dict[str, float]:
    """Return the last value of each term in the gallery's run with the exercise's settings.

    Terms of the two runs are the same where they have the same label and unit; others, such as the
    losses of runs that minimise different errors, cannot be compared and are left out. Empty for
    that run itself, for runs on other data, and where the gallery has none of the model.
    """
    model, config, _ = read_configs(record)
    for run in runs_on(data_of(record), runs_of(model)):
        if run.in_gallery and not changed(model, asked_for(store().get(run.id))[1]):
            if run.id == record.id:
                return {}
            ends = epoch_rows(store().get(run.id))
            return _by_meaning(model, config, ends[-1]["validation"]) if ends else {}
    return {}


def _by_meaning(model: str, config: Config, values: Mapping[str, float]) -> dict[str, float]:
    """Return values of the exercise's terms by the names of the same terms with this config."""
    spec = spec_of(model)
    theirs = {
        (term.label, term.unit): values[name]
        for name, term in spec.model.terms(spec.config()).items()
        if name in values
    }
    return {
        name: theirs[term.label, term.unit]
        for name, term in spec.model.terms(config).items()
        if (term.label, term.unit) in theirs
    }
