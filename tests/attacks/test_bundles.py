"""Bundles of other labs, honest and forged: what `python -m core import` takes and refuses."""

from __future__ import annotations

import io
import json
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from core.__main__ import main
from core.export import import_zip, write_zip
from core.files import read_json
from core.runs.record import RunError, RunRecord
from core.runs.rights import local_user
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
    value = {**json.loads(entries[f"half/run/{name}"]), **values}
    return {**entries, f"half/run/{name}": json.dumps(value).encode()}


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
    assert record.folder.parent == store.runs
    assert record.id.endswith(record.request.title.lower().replace(" ", "-")[:24] + record.id[-9:])
    origin = {"id": "half", "created_at": half.request.created_at}
    assert (record.request.title, record.request.imported) == (half.request.title, origin)
    assert record.request.created_at > half.request.created_at
    assert (record.state.status, record.request.visitor) == ("interrupted", local_user())
    assert read_json(record.folder / "state.json")["status"] == "interrupted"
    assert record.request.settings == half.request.settings
    assert load_recording(record).positions.shape == load_recording(half).positions.shape
    assert main(["resume", str(record.folder)]) == 0
    assert record.state.status == "done"
    capsys.readouterr()
    assert main(["import", str(bundle)]) == 0
    again = RunRecord(Path(capsys.readouterr().out.strip()))
    assert {run.id for run in store.list()} == {record.id, again.id}
    assert {*os.listdir(store.runs)} == {record.id, again.id}


NAMES = [
    "../evil.json",
    "/tmp/evil.json",
    "C:\\half\\run.json",
    "half/../../run.json",
    "half/run/../run.json",
    "half/run/sub/run.json",
    "half/sub/",
    "half//run/state.json",
    "other/run/preview.u8",
    "HALF/run/preview.u8",
    "half/Run/preview.u8",
    "half/run/PREVIEW.u8",
    "half/run/lease.json",
    "half/run/control",
    "half/run/note.md",
    "half/run.json",
    "half/notes.txt",
    "half/readme.md",
    "half/NUL",
    "half/pictures/con.png",
    "half/run/.run.json",
    "half\\run.json",
    "half/run/epoch-1.safetensors",
    "half/run/epoch-001.pt",
    "half/run/weights.pkl",
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
        info = zipfile.ZipInfo("half/run/preview.u8")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert "'half/run/preview.u8', which is no file of one run" in import_it(path, capsys)


def lies_about_size(path: Path, entries: Entries) -> None:
    """A file of 4 MB that says it has 8 bytes."""
    packed(path, {**entries, "half/run/preview.u8": bytes(4_000_000)})
    content = path.read_bytes()
    assert content.count(struct.pack("<L", 4_000_000)) == 2
    path.write_bytes(content.replace(struct.pack("<L", 4_000_000), struct.pack("<L", 8)))


def before_the_beginning(path: Path, entries: Entries) -> None:
    """A directory that lies too far back, so that its files begin before the archive does."""
    packed(path, entries)
    content = path.read_bytes()
    end = content.rfind(b"PK\5\6")
    size = struct.unpack("<L", content[end + 12 : end + 16])[0]
    further = struct.pack("<L", end - size + 10**6)
    path.write_bytes(content[: end + 16] + further + content[end + 20 :])


def twice(path: Path, entries: Entries) -> None:
    packed(path, entries)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("half/run/run.json", entries["half/run/run.json"])


def encrypted(path: Path, entries: Entries) -> None:
    packed(path, entries)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("half/run/preview.u8", b"")
        archive.infolist()[0].flag_bits |= 1


def too_much_room(path: Path, entries: Entries) -> None:
    settings = training_settings("compression", {"hidden_dims": [1024] * 4}, {"epochs": 1})
    settings["training"] |= {"epochs": 500}
    packed(path, edited(entries, "run.json", kind="train", settings=settings))


FORGED: dict[str, tuple[Callable[[Path, Entries], object], str]] = {
    "a bomb": (
        lambda p, e: packed(p, {**e, "half/run/run.json": bytes(10**8)}),
        "its run.json has",
    ),
    "a lie": (lies_about_size, "it is no whole zip file"),
    "a place before the beginning": (before_the_beginning, "it is no whole zip file"),
    "too many": (
        lambda p, e: packed(p, {**e, **{f"half/run/{n}": b"" for n in range(1000)}}),
        "may have at most 1,000",
    ),
    "twice": (twice, "no file of one run"),
    "encrypted": (encrypted, "no file of one run"),
    "too much room": (too_much_room, "of which a run may take 1,000"),
    "a bomb of many": (
        lambda p, e: packed(
            p, {**e, **{f"half/run/epoch-{n:03d}.safetensors": bytes(3 * 10**7) for n in range(20)}}
        ),
        "more than 100 times those of the bundle",
    ),
    "a large table": (
        lambda p, e: packed(p, {**e, "half/curves.csv": bytes(100_000_001)}),
        "its curves.csv has 100,000,001 bytes",
    ),
    "a note of bytes": (lambda p, e: packed(p, {**e, "half/note.md": b"\xff"}), "no text in UTF-8"),
    "a long note": (
        lambda p, e: packed(p, {**e, "half/note.md": b"x" * 100_001}),
        "its note.md has 100,001 bytes",
    ),
    "no run.json": (lambda p, e: packed(p, {"half/run/state.json": b"{}"}), "it has no run.json"),
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
    assert RunRecord(Path(capsys.readouterr().out.strip())).request.visitor == local_user()
    assert import_zip(path, store, visitor="you").request.visitor == "you"


def test_a_bundle_that_was_unpacked_and_packed_again_is_taken_with_its_note(
    store: RunStore, entries: Entries, tmp_path: Path
) -> None:
    folders = {"half/": b"", "half/run/": b"", "half/pictures/": b""}
    path = packed(tmp_path / "x.zip", {**folders, **entries, "half/note.md": "Größer?".encode()})
    record = import_zip(path, store)
    assert (record.folder / "note.md").read_text(encoding="utf-8") == "Größer?"
    names = {file.name for file in record.folder.iterdir()}
    assert not names & {"README.md", "reproduce.py", "settings.json", "curves.csv", "pictures"}


def test_a_bundle_of_an_older_version_is_taken(
    store: RunStore, entries: Entries, tmp_path: Path, half: RunRecord
) -> None:
    old = {
        name.replace("/run/", "/"): content for name, content in entries.items() if "/run/" in name
    }
    record = import_zip(packed(tmp_path / "x.zip", old), store)
    assert load_recording(record).positions.shape == load_recording(half).positions.shape


def test_a_bundle_without_room_is_refused(store: RunStore, bundle: Path, tmp_path: Path) -> None:
    small = RunStore(store.runs, store.gallery, quota=50_000)
    with pytest.raises(RunError, match=r"all runs of this lab may take 0\.1 MB"):
        import_zip(bundle, small)
    assert not store.runs.exists()


def test_what_was_imported_before_names_its_first_origin(
    store: RunStore, bundle: Path, half: RunRecord, tmp_path: Path
) -> None:
    first = import_zip(bundle, store)
    write_zip(first, tmp_path / "again.zip")
    second = import_zip(tmp_path / "again.zip", store)
    assert second.request.imported == first.request.imported
    assert second.request.imported is not None
    assert second.request.imported["id"] == "half"


def test_any_damage_is_a_sentence_or_a_run(
    store: RunStore, entries: Entries, tmp_path: Path
) -> None:
    """Bytes of the directory are changed at random: nothing else is raised, and nothing left."""
    own = {name: content for name, content in entries.items() if "/run/" in name}
    content = packed(tmp_path / "x.zip", own).read_bytes()
    directory = content.find(b"PK\1\2")
    random = Random(0)
    refused = 0
    for _ in range(60):
        damaged = bytearray(content)
        for place in random.sample(range(directory, len(content)), 2):
            damaged[place] = random.randrange(256)
        try:
            import_zip(io.BytesIO(damaged), store, name="x.zip")
        except RunError:
            refused += 1
    assert refused > 30
    assert not [name for name in os.listdir(store.runs) if name.startswith(".")]
