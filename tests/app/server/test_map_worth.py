"""The routes by which a browser gets what the maps of a run are worth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from app.server import map_parts, map_versions, map_worth
from core.data.digits import load_digits
from core.runs.record import RunRecord
from core.tsne.recording import load_recording
from core.tsne.worth import MapWorth
from tests.support.maps_lab import Lab
from tests.support.message import unpack
from tests.support.recorded_run import DIGITS, ITERATIONS, diverge, record_run

MEASURES = ("cost", "kept", "shared", "distances")


def test_the_costs_at_an_iteration_sum_to_the_recorded_divergence(
    lab: Lab, address: str, record: RunRecord
) -> None:
    recording = load_recording(record)
    for iteration in (0, 10, ITERATIONS):
        found = unpack(lab.get(f"{address}/worth/cost/{iteration}").content)
        assert found["iteration"] == iteration
        for panel, recorded in zip(found["panels"], recording.kl[iteration], strict=True):
            assert panel["values"].shape == (DIGITS,)
            # Frames have 11 bits.
            assert panel["values"].sum() == pytest.approx(recorded, abs=2e-3)
            assert panel["total"] == pytest.approx(float(panel["values"].sum()), rel=1e-5)
            assert 0.1 <= panel["tenth"] < 1


def test_each_measure_is_that_of_the_core(lab: Lab, address: str, record: RunRecord) -> None:
    recording = load_recording(record)
    train = load_digits("train")
    config = map_worth.tsne_config(record)
    worth = MapWorth(config, train.pixels[:DIGITS], train.labels[:DIGITS], None)
    positions = torch.from_numpy(recording.positions[-1])
    for measure, expected in (("kept", worth.kept), ("shared", worth.shared)):
        found = unpack(lab.get(f"{address}/worth/{measure}/{ITERATIONS}").content)
        assert found["near"] == 10
        for panel, shares in zip(found["panels"], expected(positions), strict=True):
            assert shares is not None
            np.testing.assert_array_equal(panel["values"], shares.values.numpy())
            assert (panel["mean"], panel["chance"]) == (shares.mean, shares.chance)
    found = unpack(lab.get(f"{address}/worth/distances/{ITERATIONS}").content)
    for panel, distances in zip(found["panels"], worth.distances(positions), strict=True):
        assert distances is not None
        np.testing.assert_array_equal(panel["counts"].reshape(panel["bins"], -1), distances.counts)
        assert panel["centres"] == distances.centres
        assert panel["between"] == distances.between


def test_a_digit_has_its_nearest_in_the_data(lab: Lab, address: str) -> None:
    near = unpack(lab.get(f"{address}/neighbours/7").content)["near"]
    pixels = load_digits("train").pixels[:DIGITS]
    distances = (pixels - pixels[7]).norm(dim=1)
    assert near.tolist() == distances.argsort()[1:11].tolist()


def test_pca_stands_beside_the_maps(lab: Lab, address: str, record: RunRecord) -> None:
    beside = f"{address}-pca"
    start = unpack(lab.get(f"{beside}/start").content)
    assert len(start["kl"]) == 3
    assert np.isnan(start["kl"][2]).all()
    assert 0.1 < start["agreement"][2][0] < 1
    maps = map_parts.maps_of(record, beside_pca=True)
    assert maps.titles == (*load_recording(record).titles, "PCA")
    first, last = maps.frame(0), maps.frame(ITERATIONS)
    np.testing.assert_array_equal(first[2], last[2])
    np.testing.assert_array_equal(last[:2], load_recording(record).positions[-1])
    assert len(unpack(lab.get(f"{beside}/frames/3").content)["scales"]) == 3

    has = {
        measure: [
            panel is not None
            for panel in unpack(lab.get(f"{beside}/worth/{measure}/0").content)["panels"]
        ]
        for measure in MEASURES
    }
    assert has == {
        "cost": [True, True, False],
        "kept": [True, True, True],
        "shared": [True, True, False],
        "distances": [True, True, True],
    }


def test_pca_keeps_something_of_neighbours_and_of_distances(lab: Lab, address: str) -> None:
    ends = f"{address}-pca/worth"
    kept = unpack(lab.get(f"{ends}/kept/{ITERATIONS}").content)["panels"][2]
    far = unpack(lab.get(f"{ends}/distances/{ITERATIONS}").content)["panels"]
    assert kept["mean"] > 2 * kept["chance"]
    assert far[2]["pairs"] > 0.5
    assert far[2]["centres"] > 0.5


def test_a_map_that_has_diverged_has_no_measure(lab: Lab, address: str, record: RunRecord) -> None:
    diverge(record, "sgd", 5)
    address = f"/maps/{record.id}/{map_versions.version_of(record)}"
    for measure in ("cost", "kept", "distances"):
        one, other = unpack(lab.get(f"{address}/worth/{measure}/10").content)["panels"]
        assert one is None
        assert other is not None
    assert unpack(lab.get(f"{address}/worth/shared/10").content)["panels"] == [None, None]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("worth/cost/31", 404),
        ("worth/cost/-1", 400),
        ("worth/cost/1.0", 400),
        ("worth/cost/" + "9" * 300, 400),
        ("worth/frame/0", 404),
        ("worth/" + "x" * 3000 + "/0", 404),
        ("neighbours/120", 404),
        ("neighbours/-1", 400),
        ("neighbours/x", 400),
    ],
)
def test_a_request_that_cannot_be_gets_a_sentence(
    lab: Lab, address: str, path: str, status: int
) -> None:
    answer = lab.get(f"{address}/{path}")
    assert answer.status == status
    assert len(answer.body) < 500
    assert answer.body.decode().rstrip().endswith(".")


def test_a_run_that_has_changed_has_other_measures(
    lab: Lab, address: str, record: RunRecord
) -> None:
    path = record.folder / "frames.f16"
    path.write_bytes(path.read_bytes() + bytes(4 * 2 * DIGITS))
    for part in ("worth/cost/0", "neighbours/0"):
        assert lab.get(f"{address}/{part}").status == 409


def test_codes_of_a_model_that_is_gone_get_a_sentence(
    lab: Lab, tmp_path: Path, record: RunRecord
) -> None:
    gone = record_run(
        tmp_path / "20261127-101501-tsne-codes", source="20260101-000000-vae-gone", iterations=2
    )
    address = f"/maps/{gone.id}/{map_versions.version_of(gone)}"
    answer = lab.get(f"{address}/worth/kept/0")
    assert answer.status == 404
    assert "cannot be mapped" in answer.body.decode()
