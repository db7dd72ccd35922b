"""Two to six trainings side by side: curves, settings, and what each makes of ten digits."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.runs.differences import names_of, settings_of
from app.runs.line_names import line_names
from app.server.data import data_asked_for
from app.server.models import TrainedModel, saved_epochs
from app.ui.fragments import fragment, show_errors
from app.ui.markdown import escape_markdown
from app.views.compare import draw_digits, draw_formula
from app.views.compare_curves import yardsticks_of_first
from app.views.compare_settings import draw_differing, draw_settings
from app.views.compare_terms import Named, draw_terms
from core.data.data_sets import DATA_SETS, MNIST
from core.runs.record import RunError, RunRecord

#: Characters of a setting that a run of foreign code has.
_LONGEST_VALUE = 80
#: Settings of such a run.
_MAX_SETTINGS = 40


def draw_trainings(records: Sequence[RunRecord]) -> None:
    """Draw runs of one family on one data set; a run of foreign code has curves and settings."""
    runs = dict(zip(line_names(told_apart(records)), records, strict=True))
    data = DATA_SETS.get(data_asked_for(records[0].request), DATA_SETS[MNIST])
    fragment(lambda: draw_terms(runs, data.nouns))()
    models, without = _models(runs)
    with show_errors():
        if len(models) == len(runs):
            draw_settings(models)
        else:
            draw_differing({name: plain_settings(record) for name, record in runs.items()})
    if models:
        st.subheader(f"Ten {data.nouns}", anchor=False)
        with show_errors():
            yardsticks = yardsticks_of_first(models)
            fragment(lambda: draw_digits(models, yardsticks))()
    for sentence in without:
        st.caption(escape_markdown(sentence))
    if models:
        draw_formula(models)


def told_apart(records: Sequence[RunRecord]) -> list[str]:
    """Return a name for each run, no two alike; also where some are of foreign code."""
    try:
        return names_of(records)
    except RunError:
        titles = [record.request.title for record in records]
        return [
            title if titles.count(title) == 1 else f"{title} · {record.id}"
            for title, record in zip(titles, records, strict=True)
        ]


def plain_settings(record: RunRecord) -> dict[str, str]:
    """Return the settings of a run in words; those of foreign code as they were recorded."""
    try:
        return settings_of(record)
    except RunError:
        sections = record.request.settings
        found = {"Variant": str(sections.get("model") or record.request.kind)}
        for name in ("config", "training"):
            found |= {str(key): str(value) for key, value in (sections.get(name) or {}).items()}
        kept = list(found.items())[:_MAX_SETTINGS]
        return {key[:_LONGEST_VALUE]: value[:_LONGEST_VALUE] for key, value in kept}


def _models(runs: Named) -> tuple[dict[str, TrainedModel], list[str]]:
    """Return the models after their last saved epochs, and a sentence for each run without one."""
    models: dict[str, TrainedModel] = {}
    without: list[str] = []
    for name, record in runs.items():
        if not saved_epochs(record.id):
            without.append(f"{name} has no saved weights, so it rebuilds nothing here.")
            continue
        try:
            models[name] = TrainedModel.load(record)
        except RunError as error:
            without.append(f"{name} rebuilds nothing here: {error}")
    return models, without
