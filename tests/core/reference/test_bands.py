"""The bands of the reference: how they are made, kept and read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core.__main__ import main
from core.reference import make_bands
from core.reference.bands import FILE, TEST, TRAIN, Band, bands_of, packed, unpacked
from core.reference.tasks import TASKS
from core.runs.folders import GALLERY
from core.runs.store import RunStore
from core.training.config import training_configs

pytestmark = pytest.mark.usefixtures("one_thread")


def band(*curves: list[float]) -> Band:
    return Band.of(range(1, len(curves[0]) + 1), curves)


def test_a_band_is_the_lowest_median_and_highest_of_its_seeds() -> None:
    found = band([3.0, 1.0], [5.0, 2.0], [4.0, 9.0])
    assert found.low.tolist() == [3.0, 1.0]
    assert found.median.tolist() == [4.0, 2.0]
    assert found.high.tolist() == [5.0, 9.0]


def test_inside_reaches_one_width_beyond_the_band() -> None:
    found = band([3.0], [4.0])
    assert found.contains(np.array([2.01])).all()
    assert found.contains(np.array([4.99])).all()
    assert not found.contains(np.array([1.99])).any()
    assert not found.contains(np.array([5.01])).any()


def test_a_narrow_band_is_taken_for_5_percent_wide() -> None:
    found = band([1.0], [1.0])
    assert found.contains(np.array([1.049])).all()
    assert not found.contains(np.array([1.051])).any()


def test_a_band_has_values_between_its_steps_and_ends_as_it_ends() -> None:
    found = Band.of([0, 10], [[2.0, 1.0]]).at(np.array([5, 20]))
    assert found.median.tolist() == [1.5, 1.0]


def test_the_shipped_file_says_what_made_it() -> None:
    for task in TASKS.values():
        bands = bands_of(task)
        assert len(set(bands.seeds)) == len(bands.seeds) >= 1
        assert {"python", "torch"} <= bands.versions.keys()
        assert bands.settings == make_bands.exercise_settings(task)
        for key in task.terms:
            for part in (TEST, TRAIN) if task.model else (TEST,):
                found = bands.band(key, part)
                assert found is not None
                assert found.steps[-1] == (50 if task.model else 700)
                assert (found.low <= found.median).all()
                assert (found.median <= found.high).all()


def test_a_file_is_read_as_it_was_written() -> None:
    bands = bands_of(TASKS["1.1"])
    assert packed(unpacked(json.loads(json.dumps(packed(bands))))) == packed(bands)
    assert {"1.1", "3.2"} <= json.loads(FILE.read_bytes()).keys()


@pytest.mark.parametrize("number", ["1.1", "1.2", "2"])
def test_the_gallery_lies_in_the_band(number: str) -> None:
    """Its runs are seeds of the same settings; their numbers are read from their files here."""
    task = TASKS[number]
    lines = (GALLERY / task.gallery / "history.jsonl").read_text().splitlines()
    rows = [row for row in map(json.loads, lines) if row["event"] == "epoch" and row["epoch"]]
    found = bands_of(task).band("loss")
    assert found is not None
    values = np.array([row["validation"]["loss"] for row in rows])
    assert found.at(np.array([row["epoch"] for row in rows])).contains(values).mean() > 0.9


def test_the_script_finds_the_numbers_of_short_runs(
    store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    few = ["--epochs", "2", "--set", "digits=1000"]
    for seed in ("1", "2", "3"):
        main(["train", "compression", *few, "--seed", seed])
    main(["train", "compression", "--epochs", "1", "--set", "digits=1000"])
    folders = [Path(line) for line in capsys.readouterr().out.splitlines() if "compression" in line]
    config, training = training_configs("compression", {}, {"epochs": 2, "digits": 1000})
    settings = make_bands._of_training(config.to_dict(), training)
    found = make_bands.bands_of_runs(
        TASKS["1.1"], make_bands.done_runs(store.runs), settings=settings
    )
    assert found is not None
    assert found.seeds == (1, 2, 3)
    runs = [store.runs / folder.name for folder in folders][:3]
    for part in (TEST, TRAIN):
        losses = []
        for folder in runs:
            rows = map(json.loads, (folder / "history.jsonl").read_text().splitlines())
            last = next(row for row in rows if row["event"] == "epoch" and row["epoch"] == 2)
            losses.append(last[part]["loss"])
        made = found.bands["loss"][part]
        assert made.steps.tolist() == [1, 2]
        ends = [made.low[-1], made.median[-1], made.high[-1]]
        assert ends == sorted(losses)


def test_the_script_wants_enough_seeds_of_the_exercise(
    store: RunStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["train", "compression", "--epochs", "1", "--set", "digits=1000"])
    out = tmp_path / "bands.json"
    assert make_bands.main([str(store.runs), "--out", str(out)]) == 1
    assert "Task 1.1 needs 10 seeds" in capsys.readouterr().err
    assert not out.exists()
