"""Any number of compared runs, over their epochs or the seconds that they took."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app.components.chart import Line, live_chart
from app.runs.export import save_page_as
from app.runs.seed_lines import seed_lines
from app.runs.settings_text import lower_first
from app.theme import value_colors
from app.ui.charts import HEIGHT
from app.ui.choice import choose_one
from app.ui.linked import linked_select
from app.ui.markdown import escape_markdown
from app.ui.numbers import drawable
from app.views.compare_settings import is_twin, seed_of
from core.runs.record import RunError, RunRecord
from core.training.record import epoch_rows, read_configs
from models import Term, spec_of

EPOCHS, SECONDS = "Epochs", "Seconds"
TEST, TRAINING = "Test", "Training"
#: The part of an epoch's row that has the numbers.
_PART = {TEST: "validation", TRAINING: "train"}
#: More terms than this are not offered: a run of foreign code may have any number.
_MAX_TERMS = 12
#: Characters of a term that a run of foreign code has.
_LONGEST_NAME = 40

#: The runs by their names beside each other.
Named = Mapping[str, RunRecord]


def draw_terms(runs: Named, nouns: str) -> None:
    """Draw a chosen number of each run; runs that differ in the seed alone lie in one band.

    `nouns` are the pictures that they learned from, such as "digits".
    """
    st.subheader("Curves", anchor=False)
    terms = {name: terms_of(record) for name, record in runs.items()}
    offered = list(dict.fromkeys(term for own in terms.values() for term in own))[:_MAX_TERMS]
    if not offered:
        st.info("None of these runs has a number yet; wait for the first epoch.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        place = linked_select(
            "Number",
            range(len(offered)),
            link="term",
            format_func=lambda at: f"{offered[at].label} ({offered[at].unit})",
            key="compare-runs:term",
            width=320,
        )
        over = choose_one(
            "Over", [EPOCHS, SECONDS], default=EPOCHS, key="compare-runs:over", link="over"
        )
        on = choose_one(
            nouns.capitalize(), [TEST, TRAINING], default=TEST, key="compare-runs:on", link="on"
        )
    term = offered[place]
    lines, left_out = lines_of(runs, terms, term, over=over, on=on)
    live_chart(
        lines,
        key="compare-runs:chart",
        x_title="Epoch" if over == EPOCHS else "Seconds of training",
        y_titles=[f"{term.label} ({term.unit})"],
        revision=f"{'/'.join(runs)}:{term.label}:{over}:{on}",
        linear_panels=[0] if term.linear else [],
        height=HEIGHT,
        description=f"{term.label} of each run over its {over.lower()}.",
        empty="None of these runs has this number.",
        save_as=save_page_as("runs", f"compared {term.label}"),
    )
    words: list[str] = []
    if any(line.low is not None for line in lines):
        words.append(
            "A full line is the mean of runs that differ in the seed alone, a pale one is a single "
            "run; the band reaches from the lowest to the highest."
        )
    if left_out:
        names = ", ".join(escape_markdown(name) for name in left_out)
        words.append(f"Without this number, and so not drawn: {names}.")
    if words:
        st.caption(" ".join(words))


def terms_of(record: RunRecord) -> dict[Term, str]:
    """Return the numbers that a run has after each epoch, with their keys in its history.

    Terms of two runs are the same where label and unit are. Those of a run of foreign code bear
    their own names.
    """
    try:
        model, config, _ = read_configs(record)
        terms = spec_of(model).model.terms(config).items()
        return {Term(term.label, term.unit, linear=term.linear): key for key, term in terms}
    except (RunError, ValueError):
        names = dict.fromkeys(
            str(key)
            for row in _rows(record)[-1:]
            for part in _PART.values()
            if isinstance(row.get(part), Mapping)
            for key in row[part]
        )
        return {Term(name[:_LONGEST_NAME], "no unit"): name for name in [*names][:_MAX_TERMS]}


def lines_of(
    runs: Named, terms: Mapping[str, Mapping[Term, str]], term: Term, *, over: str, on: str
) -> tuple[list[Line], list[str]]:
    """Return the lines of a term, and the names of the runs that have no such number."""
    groups = _groups({name: record for name, record in runs.items() if term in terms[name]})
    lines: list[Line] = []
    left_out = [name for name in runs if term not in terms[name]]
    for names, color in zip(groups, value_colors(len(groups)), strict=True):
        curves = {name: curve_of(runs[name], terms[name][term], on) for name in names}
        left_out += [name for name in names if not curves[name]]
        begun = {name: curve for name, curve in curves.items() if curve}
        if not begun:
            continue
        if over == SECONDS:
            # Two runs take other times for an epoch, so that there is no mean.
            lines += [_over_seconds(name, runs[name], begun[name], term, color) for name in begun]
            continue
        called = next(iter(begun)) if len(begun) == 1 else _in_common(list(begun))
        seeds = [(f"seed {seed_of(runs[name])}", curve) for name, curve in begun.items()]
        lines += seed_lines(called, seeds, term, color)
    return lines, left_out


def curve_of(record: RunRecord, key: str, on: str) -> dict[int, float | None]:
    """Return a number by epoch; one that is not finite, or is no number, is None."""
    found: dict[int, float | None] = {}
    for row in _rows(record):
        values = row.get(_PART[on])
        if isinstance(values, Mapping) and key in values:
            found[row["epoch"]] = drawable(values[key])
    return found


def seconds_until(record: RunRecord) -> dict[int, float]:
    """Return how many seconds of training have passed after each epoch."""
    rows = _rows(record)
    passed = itertools.accumulate(drawable(row.get("seconds")) or 0.0 for row in rows)
    return {row["epoch"]: seconds for row, seconds in zip(rows, passed, strict=True)}


def _over_seconds(
    name: str, record: RunRecord, curve: Mapping[int, float | None], term: Term, color: str
) -> Line:
    seconds = seconds_until(record)
    return Line(
        name=name,
        x=[seconds[epoch] for epoch in curve],
        y=[float("nan") if value is None else value for value in curve.values()],
        color=color,
        sentence=f"{name}: {lower_first(term.label)} {{y}} ({term.unit}).",
    )


def _groups(runs: Named) -> list[list[str]]:
    """Return the names of runs in groups that differ in the seed alone."""
    groups: list[list[str]] = []
    for name, record in runs.items():
        for group in groups:
            if all(is_twin(record, runs[other]) for other in group):
                group.append(name)
                break
        else:
            groups.append([name])
    return groups


def _in_common(names: Sequence[str]) -> str:
    """Return what the names of runs that differ in the seed have in common."""
    parts = [name.split(" · ") for name in names]
    same = [part for part in parts[0] if all(part in own for own in parts)]
    return " · ".join([*same, f"{len(names)} seeds"])


def _rows(record: RunRecord) -> list[dict[str, Any]]:
    """Return the epochs of a run; none where its history is damaged."""
    try:
        return [row for row in epoch_rows(record) if type(row.get("epoch")) is int]
    except (RunError, OSError):
        return []
