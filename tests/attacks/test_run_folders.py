"""Folders among the runs that somebody else has made: links, pipes, devices, forged files."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from core.execution import run_events
from core.execution.pending import make_pending
from core.export import write_zip
from core.files import read_json, replace_json
from core.runs.left_out import left_out
from core.runs.record import RunError, RunRecord
from core.runs.rights import local_user
from core.runs.store import RunStore
from core.training.code_worth import OF_PIXELS, CodeWorth
from core.training.code_worth_files import WorthFiles
from core.training.config import TrainConfig, training_settings
from core.training.record import read_previews
from core.tsne import neighbour_files
from core.tsne.neighbour_files import NeighbourFiles
from core.tsne.neighbours import Neighbours
from tests.support.hostile import KINDS, SECRET, bounded, plant
from tests.support.recorded_run import interrupted_run

#: Files of a run of which one at a time is forged.
FILES = ("run.json", "state.json", "history.jsonl", "lease.json", "control", "frames.f16")


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    path = tmp_path / "outside"
    path.write_bytes(SECRET)
    return path


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return interrupted_run(tmp_path_factory.mktemp("made") / "run", iterations=80, until=60).folder


@pytest.fixture
def folder(_made: Path, store: RunStore) -> Path:
    """A t-SNE run of which more was computed than it can go on from."""
    return Path(shutil.copytree(_made, store.runs / "foreign"))


@pytest.fixture
def mine(store: RunStore) -> RunRecord:
    """A finished run of somebody else, which must stay usable."""
    record = store.create("train", {}, title="Mine", folder=store.runs / "mine")
    record.set_state(status="done", progress=1.0)
    return record


def change(path: Path, **values: Any) -> None:
    replace_json(path, {**read_json(path), **values})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("file", FILES)
def test_a_file_that_is_none_is_told_and_the_folder_can_be_deleted(
    file: str, kind: str, folder: Path, store: RunStore, mine: RunRecord, outside: Path
) -> None:
    # Somebody seems to compute it, who would have to be asked to cancel it first.
    change(folder / "state.json", status="running")
    replace_json(folder / "lease.json", {"host": "elsewhere", "pid": 1, "token": "x"})
    plant(folder / file, kind, outside)
    with bounded():
        assert [run.id for run in store.list()] == [mine.id]
        (said,) = left_out(store)
        assert said.startswith(f"{file} of run foreign cannot be used: it ")
        assert said.endswith(". Delete the run, or put the file right by hand.")
        with pytest.raises(RunError):
            RunRecord(folder)
        store.delete("foreign", local_user())
    assert left_out(store) == []
    assert os.listdir(store.runs) == [mine.id]
    assert outside.read_bytes() == SECRET


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_planted_while_a_page_shows_the_run_is_not_followed(
    kind: str, folder: Path, outside: Path
) -> None:
    record = RunRecord(folder)
    for name in ("history.jsonl", "frames.f16", "preview.u8"):
        plant(folder / name, kind, outside)
    with bounded():
        for read in (
            record.history,
            lambda: read_previews(record),
            record.rewind_to_checkpoint,
            lambda: write_zip(record, outside.with_name("run.zip")),
        ):
            with pytest.raises(RunError):
                read()
    assert outside.read_bytes() == SECRET
    assert not outside.with_name("run.zip").exists()


@pytest.mark.parametrize("kind", ["link", "hard link"])
@pytest.mark.parametrize("file", ["history.jsonl", "frames.f16"])
def test_resume_neither_cuts_nor_lengthens_a_file_outside(
    file: str, kind: str, folder: Path, store: RunStore, outside: Path
) -> None:
    # What is outside begins like the run's own file, so that the checkpoint fits it.
    content = (folder / file).read_bytes() + SECRET
    outside.write_bytes(content)
    record = RunRecord(folder)
    plant(folder / file, kind, outside)
    make_pending(record)
    assert next(run_events(record), None) is None
    assert record.state.status == "failed"
    assert "cannot be used" in record.state.error
    assert outside.read_bytes() == content


@pytest.mark.parametrize(("name", "length"), [("..", 0), ("", 0), ("history.jsonl", -1)])
def test_a_checkpoint_that_names_no_file_to_cut_ends_in_a_sentence(
    name: str, length: int, folder: Path
) -> None:
    path = folder / "checkpoint.safetensors"
    tensors = safetensors.torch.load_file(path)
    metadata = {"lengths": json.dumps({name: length})}
    path.write_bytes(safetensors.torch.save(tensors, metadata))
    with pytest.raises(RunError):
        RunRecord(folder).rewind_to_checkpoint()


def test_a_folder_that_is_a_link_is_deleted_without_what_it_leads_to(
    folder: Path, store: RunStore
) -> None:
    elsewhere = folder.rename(store.runs.parent / "elsewhere")
    names = sorted(os.listdir(elsewhere))
    folder.symlink_to(elsewhere)
    assert store.list() == []
    (said,) = left_out(store)
    assert said.startswith("Run foreign cannot be used: its folder is a link")
    store.delete("foreign", local_user())
    assert os.listdir(store.runs) == []
    assert sorted(os.listdir(elsewhere)) == names


def test_a_file_that_is_long_and_empty_takes_no_room_from_others(
    folder: Path, store: RunStore, mine: RunRecord
) -> None:
    (folder / "notes").touch()
    os.truncate(folder / "notes", 10**12)
    store.make_room()
    assert {run.id for run in store.list()} == {"foreign", mine.id}


def test_a_cache_that_is_a_link_neither_loses_nor_gets_files(
    store: RunStore, mine: RunRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "dear").write_bytes(SECRET)
    store.cache.symlink_to(elsewhere)
    store.quota = 0
    store.make_room()
    monkeypatch.setattr(neighbour_files, "MIN_POINTS", 2)
    points = torch.eye(3)
    neighbours = Neighbours(
        indices=torch.zeros(3, 1, dtype=torch.int32), distances=torch.ones(3, 1)
    )
    NeighbourFiles(store.cache).save(points, neighbours)
    assert NeighbourFiles(store.cache).load(points, 1) is None
    training = TrainConfig.from_dict({})
    WorthFiles(store).keep_yardstick(
        OF_PIXELS, training, 32, CodeWorth(readings=(), rand=(), information=())
    )
    assert os.listdir(elsewhere) == ["dear"]
    assert (elsewhere / "dear").read_bytes() == SECRET
    assert store.cache.is_symlink()


@pytest.mark.parametrize("status", ["running", "pending"])
def test_a_heartbeat_from_the_future_keeps_nobody_from_deleting_a_run(
    status: str, folder: Path, store: RunStore
) -> None:
    change(folder / "state.json", status=status)
    replace_json(folder / "lease.json", {"host": "elsewhere", "pid": 1, "token": "x"})
    os.utime(folder / "lease.json", (time.time(), 2_000_000_000))
    assert store.get("foreign").state.status == "interrupted"
    os.utime(folder / "lease.json", (time.time(), time.time() + 60))
    assert store.get("foreign").state.status == status, "its clock may be ahead a little"
    os.utime(folder / "lease.json", (time.time(), 2_000_000_000))
    store.delete("foreign", local_user())
    assert left_out(store) == []


@pytest.mark.parametrize("length", [201, 500_000, 10_000_000])
def test_a_title_without_end_does_not_travel(length: int, folder: Path, store: RunStore) -> None:
    change(folder / "run.json", title="x" * length)
    assert store.list() == []
    (said,) = left_out(store)
    assert len(said) < 250
    assert "may have at most 200" in said or "may have at most 1,000,000" in said
    with pytest.raises(ValueError, match=r"title has .* may have at most 200"):
        store.create("train", {}, title="x" * length)
    store.delete("foreign", local_user())
    assert os.listdir(store.runs) == []


def test_a_folder_with_files_without_end_is_told(folder: Path, store: RunStore) -> None:
    for number in range(1000):
        (folder / f"x{number}").touch()
    assert store.list() == []
    assert "it holds more than 1,000 files" in left_out(store)[0]
    store.delete("foreign", local_user())
    assert os.listdir(store.runs) == []


def test_resume_does_not_compute_what_no_form_can_ask_for(store: RunStore) -> None:
    settings = training_settings("compression", {"hidden_dims": [1024] * 4}, {"epochs": 1})
    settings["training"] |= {"epochs": 500, "checkpoint_epochs": list(range(500))}
    record = store.create("train", settings, title="17 GB of weights")
    assert next(run_events(record), None) is None
    assert record.state.status == "failed"
    assert "of which a run may take 1,000" in record.state.error
    assert record.history() == ()
