"""What the lab does with a run that it does not compute: show, export, import, delete; no more."""

from __future__ import annotations

import csv
import json
import math
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from safetensors.torch import load_file, save_file

from core.__main__ import main
from core.execution.pending import lengthen, make_pending
from core.execution.run_events import run_events
from core.export import import_zip, write_csv, write_curves, write_gif, write_html, write_zip
from core.recorder.reading import read_epochs, read_recorded
from core.runs.left_out import left_out
from core.runs.record import STOPPED_RECORDING, RunError, RunRecord
from core.runs.rights import local_user
from core.runs.state import RECORDED_MAP, RECORDED_MODEL
from core.runs.store import RunStore
from core.training.record import checkpoint_epochs, load_model, read_configs
from core.tsne.recording import load_recording
from tests.core.conftest import MakeQueue
from tests.support.recorded import record_map, record_model

Make = Callable[[Path], RunRecord]


@pytest.fixture(params=[record_model, record_map])
def recorded(request: pytest.FixtureRequest, store: RunStore) -> RunRecord:
    return request.param(store.runs)


def content(record: RunRecord) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(record.folder.iterdir()))


@pytest.mark.parametrize("status", ["done", "running", "interrupted", "failed", "cancelled"])
def test_nobody_can_pause_or_resume_what_another_program_computes(
    recorded: RunRecord, make_queue: MakeQueue, status: Any
) -> None:
    recorded.set_state(status=status)
    before = content(recorded)
    queue = make_queue()
    for command in (
        lambda record: queue.pause(record, local_user()),
        lambda record: queue.cancel(record, local_user()),
        lambda record: queue.resume(record, local_user()),
        make_pending,
        lambda record: lengthen(record, "training", "epochs", 9),
        lambda record: queue.extend(record, "training", "epochs", 9, local_user()),
    ):
        with pytest.raises(RunError, match="outside the lab"):
            command(recorded)
    assert list(run_events(recorded)) == []
    assert content(recorded) == before


def test_a_recorded_run_becomes_a_file_and_a_run_again(
    recorded: RunRecord, store: RunStore, tmp_path: Path
) -> None:
    target = tmp_path / "run.zip"
    write_zip(recorded, target)
    with zipfile.ZipFile(target) as archive:
        names = {name.split("/", 1)[1] for name in archive.namelist()}
    assert {"README.md", "settings.json", "curves.csv"} <= names
    assert ("pictures/learning.png" in names) == (recorded.request.kind == RECORDED_MODEL)
    assert ({"maps.csv", "maps.gif", "pictures/maps.png"} <= names) == (
        recorded.request.kind == RECORDED_MAP
    )
    assert "reproduce.py" not in names
    taken = import_zip(target, store)
    assert taken.id != recorded.id
    assert taken.history() == recorded.history()
    assert read_recorded(taken) == read_recorded(recorded)
    assert not left_out(store)
    recorded.lease.acquire()
    recorded.set_state(status="running")
    write_zip(recorded, target)
    assert import_zip(target, store).state.error == STOPPED_RECORDING


def test_a_bundle_of_a_hostile_recording_is_refused(store: RunStore, tmp_path: Path) -> None:
    record = record_model(store.runs)
    path = record.folder / "run.json"
    request = json.loads(path.read_text())
    request["settings"]["recorded"]["settings"] = {"x" * 41: 1}
    path.write_text(json.dumps(request))
    write_zip(record, tmp_path / "run.zip")
    with pytest.raises(RunError, match="must be a text of 1 to 40 characters"):
        import_zip(tmp_path / "run.zip", store)
    assert len(store.list()) == 1


def _other_event(folder: Path) -> None:
    with (folder / "history.jsonl").open("a") as file:
        file.write('{"event": "frame2"}\n')


def _more_pictures(folder: Path) -> None:
    with (folder / "preview.u8").open("ab") as file:
        file.write(bytes(2 * 15_680))


def _infinite(folder: Path) -> None:
    path = sorted(folder.glob("epoch-*.safetensors"))[-1]
    weights = load_file(path)
    save_file({name: values * math.inf for name, values in weights.items()}, path)


def _later_weights(folder: Path) -> None:
    for epoch in (901, 902):
        shutil.copy(sorted(folder.glob("epoch-0*.safetensors"))[0], weights_path(folder, epoch))


def _other_class(folder: Path) -> None:
    points = load_file(folder / "points.safetensors")
    save_file({**points, "labels": points["labels"] + 7}, folder / "points.safetensors")


def _more_frames(folder: Path) -> None:
    with (folder / "frames.f16").open("ab") as file:
        file.write((folder / "frames.f16").read_bytes())


def _other_map(folder: Path) -> None:
    positions = load_file(folder / "positions.safetensors")
    save_file({"other": positions["map"]}, folder / "positions.safetensors")


def weights_path(folder: Path, epoch: int) -> Path:
    return folder / f"epoch-{epoch:03d}.safetensors"


@pytest.mark.parametrize(
    ("make", "harm", "reason"),
    [
        (record_model, _other_event, "a row of its history"),
        (record_map, _other_event, "a row of its history"),
        (record_model, _more_pictures, "other pictures than its history"),
        (record_model, _infinite, "not finite|NaN or infinite"),
        (record_model, _later_weights, "weights of epoch 902"),
        (record_map, _other_class, "labels are not those of digits"),
        (record_map, _more_frames, "more frames than its history"),
        (record_map, _other_map, "those of another run"),
    ],
)
def test_a_bundle_of_a_damaged_recording_is_refused(
    store: RunStore, tmp_path: Path, make: Make, harm: Callable[[Path], None], reason: str
) -> None:
    record = make(tmp_path / "elsewhere")
    harm(record.folder)
    write_zip(record, tmp_path / "run.zip")
    with pytest.raises(RunError, match=reason):
        import_zip(tmp_path / "run.zip", store)
    assert not [path for path in store.runs.glob("*") if path.name != ".visitors"]


def test_a_recorded_map_is_exported(tmp_path: Path) -> None:
    record = record_map(tmp_path / "runs", "a <b>title</b>\nof two lines", count=20)
    write_csv(record, tmp_path / "map.csv")
    with (tmp_path / "map.csv").open(newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["index", "label", "map_x", "map_y"]
    found = load_recording(record)
    assert [row[:2] for row in rows] == [[str(n), str(x)] for n, x in enumerate(found.labels)]
    write_curves(record, tmp_path / "curves.csv")
    assert (tmp_path / "curves.csv").read_text().startswith("iteration,kl_divergence_map,")
    write_gif(record, tmp_path / "map.gif", size=200)
    with Image.open(tmp_path / "map.gif") as gif:
        assert getattr(gif, "n_frames", 1) == 4
    with pytest.raises(RunError, match="HTML replay is made only"):
        write_html(record, tmp_path / "map.html")
    assert not (tmp_path / "map.html").exists()


def test_what_needs_a_known_model_says_so(tmp_path: Path) -> None:
    record = record_model(tmp_path / "runs")
    for use in (
        read_configs,
        lambda run: load_model(run, 1),
        lambda run: write_csv(run, tmp_path / "x.csv"),
        lambda run: write_gif(run, tmp_path / "x.gif"),
        lambda run: write_curves(run, tmp_path / "x.csv"),
    ):
        with pytest.raises(RunError, match=record.id):
            use(record)
    assert [row.epoch for row in read_epochs(record)] == checkpoint_epochs(record)[1:]


def test_the_command_line_lists_and_refuses(
    recorded: RunRecord, store: RunStore, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    recorded.set_state(status="interrupted")
    assert main(["list"]) == 0
    assert f"{recorded.id} " in capsys.readouterr().out
    assert main(["resume", str(recorded.folder)]) == 1
    assert "is computed by a program outside the lab" in capsys.readouterr().err
    assert main(["worth", str(recorded.folder)]) == 1
    assert "names no model" in capsys.readouterr().err
    assert main(["export", str(recorded.folder), "--zip", str(tmp_path / "run.zip")]) == 0
    store.delete(recorded.id, local_user())
    assert not recorded.folder.exists()
