"""Reading a t-SNE run back: whole, thinned, still being written, and damaged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from core.runs.record import RunError, RunRecord
from core.tsne.extents import views
from core.tsne.recording import (
    final_positions,
    load_recording,
    newest_frame,
    spread,
    tsne_config,
)
from tests.support.recorded_run import DIGITS, ITERATIONS, diverge, expected_frames, record_run

pytestmark = pytest.mark.usefixtures("one_thread")

Damage = Callable[[Path], object]


@pytest.fixture
def record(tmp_path: Path) -> RunRecord:
    return record_run(tmp_path / "run")


def test_a_recording_is_what_the_run_yielded(record: RunRecord) -> None:
    recording = load_recording(record)
    positions, rows = expected_frames(tsne_config(record))
    assert recording.names == ("sgd", "adam")
    assert recording.titles == ("SGD, lr 10", "Adam, lr 0.1")
    assert recording.iterations.tolist() == list(range(ITERATIONS + 1))
    assert recording.positions.dtype == np.float32
    assert np.array_equal(recording.positions, positions.half().float().numpy())
    assert recording.kl[:, 1].tolist() == [row["kl_divergence"]["adam"] for row in rows]
    measured = np.isfinite(recording.agreement).all(axis=1)
    assert np.flatnonzero(measured).tolist() == [0, 10, 20, 30]
    assert recording.agreement[20, 0] == rows[20]["agreement"]["sgd"]
    assert dict(recording.perplexity) == rows[0]["perplexity"]
    assert recording.indices.tolist() == list(range(DIGITS))
    assert recording.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert np.array_equal(final_positions(record, recording), positions[-1].numpy())


def test_reading_few_frames_keeps_both_ends_and_what_was_measured_in_between(
    record: RunRecord,
) -> None:
    whole, few = load_recording(record), load_recording(record, frames=5)
    assert few.iterations.tolist() == [0, 8, 15, 22, 30]
    assert np.array_equal(few.positions, whole.positions[few.iterations])
    assert np.array_equal(few.kl, whole.kl[few.iterations])
    # What iteration 10 had is known at 15, and what 20 had at 22; nobody knew it at 8.
    assert np.isnan(few.agreement[1]).all()
    assert np.array_equal(few.agreement[[2, 3, 4]], whole.agreement[[10, 20, 30]])
    assert load_recording(record, frames=100).iterations.tolist() == whole.iterations.tolist()
    with pytest.raises(ValueError, match="at least 2"):
        load_recording(record, frames=1)


def test_the_newest_frame_is_the_last_that_is_whole(record: RunRecord) -> None:
    whole = load_recording(record)
    newest = newest_frame(record)
    assert newest.iteration == ITERATIONS
    assert np.array_equal(newest.positions, whole.positions[-1])
    assert np.array_equal(newest.labels, whole.labels)
    assert np.array_equal(newest.kl, whole.kl[-1])
    with (record.folder / "frames.f16").open("r+b") as file:
        file.truncate(2 * DIGITS * 2 * 2 * 12 + 5)
    newest = newest_frame(record)
    assert newest.iteration == 11
    assert np.array_equal(newest.positions, whole.positions[11])
    (record.folder / "history.jsonl").unlink()
    with pytest.raises(RunError, match="no map yet"):
        newest_frame(RunRecord(record.folder))


def test_of_two_skipped_measurements_the_later_counts(tmp_path: Path) -> None:
    record = record_run(tmp_path / "run", quality_every=3)
    whole, few = load_recording(record), load_recording(record, frames=5)
    assert few.iterations.tolist() == [0, 8, 15, 22, 30]
    assert np.array_equal(few.agreement, whole.agreement[[0, 6, 15, 21, 30]])


@pytest.mark.parametrize("count", [1, 2, 3, 10, 701])
def test_frames_are_spread_evenly(count: int) -> None:
    for frames in range(2, 12):
        places = spread(count, frames)
        assert len(places) == min(count, frames)
        assert (places[0], places[-1]) == (0, count - 1)
        gaps = np.diff(places)
        assert gaps.size == 0 or 0 < gaps.min() >= gaps.max() - 1


def test_only_every_so_many_iterations_are_kept_where_space_is_short(tmp_path: Path) -> None:
    record = record_run(tmp_path / "run", record_limit=0.01)
    recording = load_recording(record)
    assert recording.iterations.tolist() == [*range(0, ITERATIONS, 3), ITERATIONS]
    positions, rows = expected_frames(tsne_config(record))
    kept = positions[recording.iterations].half().float()
    assert np.array_equal(recording.positions, kept.numpy())
    # Iteration 10 was measured and not kept; 12 is the next that is.
    assert recording.agreement[4, 1] == rows[10]["agreement"]["adam"]


def test_a_run_that_is_being_written_has_the_frames_that_are_whole(tmp_path: Path) -> None:
    record = record_run(tmp_path / "run", until=12)
    recording = load_recording(record)
    positions, _ = expected_frames(tsne_config(record))
    assert recording.iterations.tolist() == list(range(13))
    assert np.array_equal(recording.positions, positions[:13].half().float().numpy())
    assert np.array_equal(final_positions(record, recording), recording.positions[-1])


def test_a_row_whose_frame_has_been_cut_off_is_left_out(tmp_path: Path) -> None:
    """As when a run goes on from an earlier iteration while it is read."""
    record = record_run(tmp_path / "run", until=12)
    frames = record.folder / "frames.f16"
    frames.write_bytes(frames.read_bytes()[: 9 * 2 * DIGITS * 2 * 2 - 1])
    assert load_recording(record).iterations.tolist() == list(range(8))


def test_final_positions_of_an_earlier_end_are_not_those_of_now(record: RunRecord) -> None:
    """As in a run that was continued beyond its end."""
    recording = load_recording(record)
    for earlier in (recording.positions[-2], recording.positions[-1] + 1):
        tensors = dict(zip(recording.names, earlier, strict=True))
        safetensors.numpy.save_file(tensors, record.folder / "positions.safetensors")
        assert np.array_equal(final_positions(record, recording), recording.positions[-1])


def test_a_diverged_map_is_read_too(record: RunRecord) -> None:
    diverge(record, "adam", first=ITERATIONS)
    recording = load_recording(record)
    assert np.isnan(recording.positions[-1, 1]).all()
    assert np.isfinite(views(recording)).all()
    assert np.isnan(newest_frame(record).positions[1]).all()
    safetensors.numpy.save_file(
        dict(zip(recording.names, recording.positions[-1], strict=True)),
        record.folder / "positions.safetensors",
    )
    assert np.isnan(final_positions(record, recording)[1]).all()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("where", [0, -1])
def test_frames_that_are_not_finite_are_told_in_a_sentence(
    record: RunRecord, where: int, value: float
) -> None:
    path = record.folder / "frames.f16"
    content = np.frombuffer(path.read_bytes(), np.float16).copy()
    content[where] = value
    path.write_bytes(content.tobytes())
    sentence = (
        r"frames.f16 of run \S+ is damaged \(some of its numbers are NaN or infinite\); choose"
    )
    with pytest.raises(RunError, match=sentence):
        load_recording(record)
    if where == -1:
        with pytest.raises(RunError, match=sentence):
            newest_frame(record)


def test_final_positions_that_are_not_finite_are_told_in_a_sentence(record: RunRecord) -> None:
    recording = load_recording(record)
    tensors = {name: np.full((DIGITS, 2), np.nan, np.float32) for name in recording.names}
    safetensors.numpy.save_file(tensors, record.folder / "positions.safetensors")
    with pytest.raises(RunError, match=r"positions.safetensors .*NaN or infinite"):
        final_positions(record, recording)


def test_a_view_is_the_square_around_all_frames(record: RunRecord) -> None:
    recording = load_recording(record)
    for panel, (x, y, half) in enumerate(views(recording)):
        away = np.abs(recording.positions[:, panel] - (x, y))
        assert away.max() == pytest.approx(half, rel=1e-6)


def test_a_training_has_no_maps(tmp_path: Path, record: RunRecord) -> None:
    values = json.loads((record.folder / "run.json").read_text()) | {"kind": "train"}
    (record.folder / "run.json").write_text(json.dumps(values))
    with pytest.raises(RunError, match="choose a t-SNE run"):
        load_recording(RunRecord(record.folder))


def _cut(name: str) -> Damage:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:200])


def _points(**tensors: np.ndarray) -> Damage:
    return lambda folder: safetensors.numpy.save_file(tensors, folder / "points.safetensors")


def _history(line: bytes) -> Damage:
    return lambda folder: (folder / "history.jsonl").write_bytes(line + b"\n")


ONES = np.ones(DIGITS, np.int64)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda folder: (folder / "frames.f16").unlink(), "no file frames.f16"),
        (_cut("frames.f16"), r"frames.f16 .* damaged \(it holds 0 of 31 frames\)"),
        (
            lambda folder: (folder / "frames.f16").write_bytes(bytes(2 * DIGITS * 2 * 2 * 30)),
            "it holds 30 of 31 frames",
        ),
        (lambda folder: (folder / "points.safetensors").unlink(), "no file points.safetensors"),
        (_cut("points.safetensors"), "points.safetensors .* damaged"),
        (_points(labels=ONES), "which digits"),
        (_points(labels=ONES, indices=ONES[1:]), "labels"),
        (_points(labels=ONES * 10, indices=ONES), "labels"),
        (lambda folder: (folder / "history.jsonl").unlink(), "no map yet"),
        (_history(b'{"event":"frame"}'), "history.jsonl .* damaged"),
        (_history(b'{"event":"frame","frame":3,"iteration":3}'), "history.jsonl .* damaged"),
        (_history(b"nonsense"), "is damaged"),
    ],
)
def test_damage_is_told_in_a_sentence(record: RunRecord, damage: Damage, sentence: str) -> None:
    damage(record.folder)
    with pytest.raises(RunError, match=sentence):
        load_recording(RunRecord(record.folder))


@pytest.mark.parametrize("values", [None, {"digits": "many"}, {"unheard_of": 1}])
def test_settings_that_cannot_be_are_told_in_a_sentence(record: RunRecord, values: object) -> None:
    request = json.loads((record.folder / "run.json").read_text())
    request["settings"] = {"config": values}
    (record.folder / "run.json").write_text(json.dumps(request))
    with pytest.raises(RunError, match="asks for cannot be"):
        load_recording(RunRecord(record.folder))


def test_damaged_final_positions_are_told_in_a_sentence(record: RunRecord) -> None:
    recording = load_recording(record)
    path = record.folder / "positions.safetensors"
    safetensors.numpy.save_file({"sgd": ONES}, path)
    with pytest.raises(RunError, match="needs a map of shape"):
        final_positions(record, recording)
    path.write_bytes(b"nonsense")
    with pytest.raises(RunError, match="is damaged"):
        final_positions(record, recording)
