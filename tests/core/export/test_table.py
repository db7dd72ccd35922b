"""The maps as CSV."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import safetensors.numpy

from core.export import write_csv, write_curves
from core.runs.record import RunRecord
from tests.core.export.reading import table
from tests.support.recorded_run import record_run


def test_csv_has_the_exact_positions_of_the_last_iteration(
    record: RunRecord, tmp_path: Path
) -> None:
    write_csv(record, tmp_path / "map.csv")
    rows = table(tmp_path / "map.csv")
    final = safetensors.numpy.load_file(record.folder / "positions.safetensors")
    points = safetensors.numpy.load_file(record.folder / "points.safetensors")
    assert list(rows[0]) == ["index", "label", "sgd_x", "sgd_y", "adam_x", "adam_y"]
    assert [int(row["index"]) for row in rows] == points["indices"].tolist()
    assert [int(row["label"]) for row in rows] == points["labels"].tolist()
    for name in ("sgd", "adam"):
        read = np.array([[row[f"{name}_x"], row[f"{name}_y"]] for row in rows], np.float32)
        assert np.array_equal(read, final[name])
    # The shortest decimal that does it, not that of the float64 beside it.
    assert max(len(row["sgd_x"]) for row in rows) <= len("-0.0012345678")


def test_csv_of_a_class_and_two_of_a_kind(tmp_path: Path) -> None:
    record = record_run(tmp_path / "run", classes=[3, 7], optimizers=["sgd", "sgd:lr=50"])
    write_csv(record, tmp_path / "map.csv")
    rows = table(tmp_path / "map.csv")
    assert list(rows[0])[2:] == ["sgd_x", "sgd_y", "sgd_2_x", "sgd_2_y"]
    assert {row["label"] for row in rows} == {"3", "7"}
    assert [row["index"] for row in rows[:3]] == ["7", "10", "12"]


def test_curves_have_every_iteration_and_are_empty_where_nothing_was_measured(
    record: RunRecord, tmp_path: Path
) -> None:
    write_curves(record, tmp_path / "curves.csv")
    rows = table(tmp_path / "curves.csv")
    history = record.history()
    assert [int(row["iteration"]) for row in rows] == [row["iteration"] for row in history]
    for row, known in zip(rows, history, strict=True):
        for measure in ("kl_divergence", "agreement", "trustworthiness", "learning_rate"):
            for name in ("sgd", "adam"):
                cell = row[f"{measure}_{name}"]
                found = known.get(measure, {}).get(name)
                assert (float(cell) if cell else None) == found
    assert rows[1]["agreement_sgd"] == ""


def test_six_maps_have_a_pair_of_columns_each(tmp_path: Path) -> None:
    record = record_run(tmp_path / "run", iterations=2, optimizers=["gains"] * 5 + ["sgd"])
    write_csv(record, tmp_path / "map.csv")
    head, *rows = table(tmp_path / "map.csv")
    names = ["gains", "gains_2", "gains_3", "gains_4", "gains_5", "sgd"]
    assert list(head)[2:] == [f"{name}_{axis}" for name in names for axis in "xy"]
    assert all(float(row["gains_5_x"]) == float(row["gains_x"]) for row in rows), "one start"
    assert any(float(row["sgd_x"]) != float(row["gains_x"]) for row in rows)
