"""The table of a sweep's runs, with a link to each."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app.navigation import page_of
from app.runs.file_names import sweep_file_name
from app.runs.labels import STATUS_WORDS, rule_of
from app.ui.forms import label_of
from core.sweeps.sweep import Sweep, SweepRun

_LINK = "Run"


def draw_table(sweep: Sweep, runs: Sequence[SweepRun]) -> None:
    """Draw a row for each run: value, seed, how far it is, its terms and time; with a CSV."""
    rows = table(sweep, runs)
    st.dataframe(
        rows,
        hide_index=True,
        placeholder="–",
        alt="The runs of the sweep: value, seed, status, results and time of each.",
        column_config={
            _LINK: st.column_config.LinkColumn(
                help="Opens the run on its page.", display_text="Open"
            )
        },
    )
    st.download_button(
        "CSV",
        data=as_csv(rows, runs),
        file_name=f"{sweep_file_name(sweep, 'runs')}.csv",
        mime="text/csv",
        help="Save the table of the runs as CSV.",
        key="sweep:csv",
        on_click="ignore",
    )


def table(sweep: Sweep, runs: Sequence[SweepRun]) -> list[dict[str, Any]]:
    """Return a row for each run; numbers as they are, None where there is none yet."""
    rule = rule_of(sweep)
    terms = sweep.terms
    rows: list[dict[str, Any]] = []
    for run in runs:
        page = page_of(run.record.request)
        row: dict[str, Any] = {_LINK: f"{page.name if page else ''}?run={run.id}"}
        if rule is not None:
            row[label_of(rule)] = rule.choice_name(run.value) if rule.choices else run.value
        row |= {
            "Seed": run.seed,
            "Status": STATUS_WORDS[run.state.status],
            "Epochs": run.epoch,
        }
        row |= {f"{about.label} ({about.unit})": run.error(term) for term, about in terms.items()}
        row["Time (s)"] = round(run.state.seconds, 1)
        rows.append(row)
    return rows


def as_csv(rows: Sequence[Mapping[str, Any]], runs: Sequence[SweepRun]) -> str:
    """Return the table as CSV, with the names of the runs in place of links."""
    text = io.StringIO()
    names = [name for name in rows[0] if name != _LINK] if rows else []
    writer = csv.DictWriter(text, [*names, "Run"], extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row, run in zip(rows, runs, strict=True):
        writer.writerow({**row, "Run": run.id})
    return text.getvalue()
