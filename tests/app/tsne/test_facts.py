"""What the t-SNE page says of a run, held against the run and against another way to compute it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from app.server.shared import store
from app.tsne.facts import about_run, how_to_read, what_happened
from core.data.digits import load_digits
from core.runs.record import RunRecord
from core.tsne.config import TSNEConfig
from core.tsne.recording import load_recording, tsne_config
from tests.app.conftest import unescaped

RUNS = ("tsne-exercise", "tsne-perplexity-30")


def rows_of(record: RunRecord) -> list[dict[str, Any]]:
    return [dict(row) for row in record.history() if row["event"] == "frame"]


def agreement_of(record: RunRecord, iteration: int) -> list[float]:
    """The share of five neighbours with the same label, computed from the recorded positions."""
    recording = load_recording(record)
    (place,) = np.flatnonzero(recording.iterations == iteration)
    shares = []
    for positions in recording.positions[place]:
        points = torch.from_numpy(positions).double()
        distances = torch.cdist(points, points)
        distances.fill_diagonal_(torch.inf)
        near = distances.topk(5, largest=False).indices.numpy()
        shares.append((recording.labels[near] == recording.labels[:, None]).mean())
    return shares


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize("run", RUNS)
def test_how_fast_labels_come_together_is_computed_from_the_run(run: str) -> None:
    record = store().get(run)
    said = unescaped(what_happened(tsne_config(record), rows_of(record)))
    first, second = tsne_config(record).titles.values()
    assert f"At the start {100 * agreement_of(record, 0)[0]:.0f} % of" in said
    for iteration in (100, 700):
        one, two = agreement_of(record, iteration)
        words = f"{100 * one:.0f} % ({first}) and {100 * two:.0f} % ({second})"
        assert f"after {iteration} iterations {words}" in said


@pytest.mark.usefixtures("runs")
def test_sgd_has_sorted_nothing_after_a_hundred_iterations_of_the_exercise() -> None:
    record = store().get("tsne-exercise")
    said = unescaped(what_happened(tsne_config(record), rows_of(record)))
    assert "At the start 11 %" in said
    assert "after 100 iterations 11 % (SGD, lr 10) and 70 % (Adam, lr 0.1)" in said


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize(
    ("run", "shares"), [("tsne-exercise", (46, 79)), ("tsne-perplexity-30", (95, 96))]
)
def test_neighbours_kept_are_those_of_the_maps_that_are_shown(
    run: str, shares: tuple[int, int]
) -> None:
    record = store().get(run)
    recording = load_recording(record, frames=2)
    data = load_digits("train").pixels[torch.from_numpy(recording.indices)].double()
    among = torch.cdist(data, data).argsort(dim=1)[:, 1:101].numpy()
    found = []
    for positions in recording.positions[-1]:
        points = torch.from_numpy(positions).double()
        near = torch.cdist(points, points).argsort(dim=1)[:, 1:6].numpy()
        kept = [np.isin(mine, theirs).mean() for mine, theirs in zip(near, among, strict=True)]
        found.append(round(100 * float(np.mean(kept))))
    assert tuple(found) == shares
    first, second = tsne_config(record).titles.values()
    said = unescaped(how_to_read(record, 700))
    assert f"on the last map, {shares[0]} % ({first}) and {shares[1]} % ({second}) are" in said


def test_a_run_whose_maps_all_diverged_is_told_up_to_there() -> None:
    def row(iteration: int, sgd: float | None) -> dict[str, Any]:
        return {"iteration": iteration, "agreement": {"sgd": sgd}}

    config = TSNEConfig(optimizers=("sgd",))
    assert what_happened(config, [row(0, 0.1), row(700, None)]) == ""
    said = what_happened(config, [row(0, 0.1), row(300, 0.4), row(700, None)])
    assert said.endswith("after 300 iterations 40 % (SGD, lr 10).")


@pytest.mark.usefixtures("runs")
def test_a_run_of_codes_whose_model_is_gone_is_told_without_numbers() -> None:
    config = TSNEConfig(source="20260101-000000-gone@3")
    rows = [
        {
            "perplexity": {"median": 518.0, "lowest": 67.0, "highest": 795.0},
            "learning_rate": {"sgd": 10.0, "adam": 0.1},
        }
    ]
    said = unescaped(about_run(config, rows))
    assert "as codes of run 20260101-000000-gone, of a run that is not here" not in said
    assert "1,000 digits, as codes of run 20260101-000000-gone, which is not here." in said
    assert "518 (median; 67–795)" in said
