"""Bundles of other labs, honest and forged: what `python -m core import` takes and refuses."""

from __future__ import annotations

import json
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.__main__ import main
from core.export import write_zip
from core.files import read_json
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.training.config import training_settings
from core.tsne.recording import load_recording
from tests.support.recorded_run import record_run

Entries = dict[str, bytes]


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    folder = tmp_path_factory.mktemp("made") / "half"
    return record_run(folder, iterations=80, until=60, visitor="somebody")


@pytest.fixture(scope="module")
def bundle(half: RunRecord) -> Path:
    path = half.folder.with_name("half.zip")
    write_zip(half, path)
    return path


@pytest.fixture(scope="module")
def entries(bundle: Path) -> Entries:
    with zipfile.ZipFile(bundle) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def edited(entries: Entries, name: str, **values: Any) -> Entries:
    """The entries, with other values in a file of JSON."""
    value = {**json.loads(entries[f"half/{name}"]), **values}
    return {**entries, f"half/{name}": json.dumps(value).encode()}


def packed(path: Path, entries: Entries) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def import_it(path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What import says of a bundle that it refuses, after a look at what it leaves behind."""
    around = sorted(os.listdir(path.parent))
    assert main(["import", str(path)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("python -m core: ")
    assert err.count("\n") == 1
    runs = path.parent / "runs"
    assert not runs.exists() or os.listdir(runs) == [], "something was left behind"
    assert sorted({*os.listdir(path.parent)} - {"runs"}) == sorted({*around} - {"runs"})
    return err


def test_a_bundle_becomes_a_run_that_goes_on(
    store: RunStore, bundle: Path, half: RunRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", str(bundle)]) == 0
    record = RunRecord(Path(capsys.readouterr().out.strip()))
    assert record.folder == store.runs / "half"
    assert (record.state.status, record.request.visitor) == ("interrupted", "")
    assert read_json(record.folder / "state.json")["status"] == "interrupted"
    assert record.request.settings == half.request.settings
    assert load_recording(record).positions.shape == load_recording(half).positions.shape
    assert main(["resume", str(record.folder)]) == 0
    assert record.state.status == "done"
    capsys.readouterr()
    assert main(["import", str(bundle)]) == 0
    again = RunRecord(Path(capsys.readouterr().out.strip()))
    assert again.id.startswith("half-")
    assert {run.id for run in store.list()} == {"half", again.id}
    assert {*os.listdir(store.runs)} == {"half", again.id}


NAMES = [
    "../evil.json",
    "/tmp/evil.json",
    "half/../../run.json",
    "half/sub/run.json",
    "half/",
    "other/preview.u8",
    "half/lease.json",
    "half/control",
    "half/notes.txt",
    "half/.run.json",
    "half\\run.json",
    "half/epoch-1.safetensors",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_no_run_has_is_refused(
    name: str, store: RunStore, entries: Entries, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = import_it(packed(tmp_path / "x.zip", {**entries, name: b"{}"}), capsys)
    assert "which is no file of one run" in said


def test_a_link_is_refused(
    store: RunStore, entries: Entries, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = packed(tmp_path / "x.zip", entries)
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo("half/preview.u8")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert "'half/preview.u8', which is no file of one run" in import_it(path, capsys)


def lies_about_size(path: Path, entries: Entries) -> None:
    """A file of 4 MB that says it has 8 bytes."""
    packed(path, {**entries, "half/preview.u8": bytes(4_000_000)})
    content = path.read_bytes()
    assert content.count(struct.pack("<L", 4_000_000)) == 2
    path.write_bytes(content.replace(struct.pack("<L", 4_000_000), struct.pack("<L", 8)))


def twice(path: Path, entries: Entries) -> None:
    packed(path, entries)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("half/run.json", entries["half/run.json"])


def encrypted(path: Path, entries: Entries) -> None:
    packed(path, entries)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("half/preview.u8", b"")
        archive.infolist()[0].flag_bits |= 1


def too_much_room(path: Path, entries: Entries) -> None:
    settings = training_settings("compression", {"hidden_dims": [1024] * 4}, {"epochs": 1})
    settings["training"] |= {"epochs": 500}
    packed(path, edited(entries, "run.json", kind="train", settings=settings))


FORGED: dict[str, tuple[Callable[[Path, Entries], object], str]] = {
    "a bomb": (lambda p, e: packed(p, {**e, "half/run.json": bytes(10**8)}), "its run.json has"),
    "a lie": (lies_about_size, "it is no whole zip file"),
    "too many": (
        lambda p, e: packed(p, {**e, **{f"half/{n}": b"" for n in range(1000)}}),
        "may have at most 1,000",
    ),
    "twice": (twice, "no file of one run"),
    "encrypted": (encrypted, "no file of one run"),
    "too much room": (too_much_room, "of which a run may take 1,000"),
    "no run.json": (lambda p, e: packed(p, {"half/state.json": b"{}"}), "it has no run.json"),
    "no zip": (lambda p, e: p.write_bytes(b"PK\3\4" + bytes(500)), "it is no whole zip file"),
    "torn": (lambda p, e: p.write_bytes(packed(p, e).read_bytes()[:-100]), "no whole zip file"),
    "empty": (lambda p, e: packed(p, {}), "it has no run.json"),
    "a bad state": (
        lambda p, e: packed(p, edited(e, "state.json", status="winning")),
        "its state.json is damaged",
    ),
    "a bad request": (
        lambda p, e: packed(p, edited(e, "run.json", settings=5)),
        "settings has a value that it cannot have",
    ),
    "a long title": (
        lambda p, e: packed(p, edited(e, "run.json", title="x" * 201)),
        "may have at most 200",
    ),
    "absurd settings": (
        lambda p, e: packed(p, edited(e, "run.json", settings={"config": {"digits": 10**9}})),
        "digits (=1000000000) must be between",
    ),
    "another kind": (
        lambda p, e: packed(p, edited(e, "run.json", kind="rm -rf")),
        "'rm -rf' is not a kind of run",
    ),
}


@pytest.mark.parametrize(("forge", "says"), FORGED.values(), ids=FORGED)
def test_a_forged_bundle_is_refused(
    forge: Callable[[Path, Entries], object],
    says: str,
    store: RunStore,
    entries: Entries,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "x.zip"
    forge(path, entries)
    assert says in import_it(path, capsys)


def test_a_file_that_is_not_there_is_told(
    store: RunStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "There is no file" in import_it(tmp_path / "nothing.zip", capsys)


def test_no_visitor_gets_a_run_by_naming_themselves_in_it(
    store: RunStore, entries: Entries, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = packed(tmp_path / "x.zip", edited(entries, "run.json", visitor="me"))
    assert main(["import", str(path)]) == 0
    assert store.get("half").request.visitor == ""
