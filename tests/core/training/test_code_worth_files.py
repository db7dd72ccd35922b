"""The small files in which the worth of codes is kept, and what is not taken for one."""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from core.data.data_sets import FASHION, KMNIST, MNIST
from core.export import import_zip, write_zip
from core.runs.record import RunRecord
from core.runs.rights import local_user
from core.runs.store import RunStore
from core.training.code_worth import OF_PCA, OF_PIXELS, STARTS, CodeWorth, Kind
from core.training.code_worth_files import CODE_WORTH, WorthFiles
from core.training.config import NO_CLASS, TrainConfig
from tests.support.code_worth import worth as worth_of

DIGITS, NUMBERS = 1000, 32
TRAINING = TrainConfig(digits=DIGITS)


@pytest.fixture
def worth() -> CodeWorth:
    return worth_of(0.75, DIGITS)


@pytest.fixture
def files(store: RunStore) -> WorthFiles:
    return WorthFiles(store)


def test_what_is_kept_is_read_again(files: WorthFiles, done: RunRecord, worth: CodeWorth) -> None:
    files.keep_epochs(done, {0: worth, 3: worth})
    assert files.epochs(done, TRAINING) == {0: worth, 3: worth}
    files.keep_yardstick(OF_PIXELS, TRAINING, NUMBERS, worth)
    files.keep_yardstick(OF_PCA, TRAINING, NUMBERS, worth)
    assert files.yardstick(OF_PIXELS, TRAINING, 7) == worth, "pixels have as many numbers always"
    assert files.yardstick(OF_PCA, TRAINING, NUMBERS) == worth
    assert files.yardstick(OF_PCA, TRAINING, 7) is None
    assert files.yardstick(OF_PIXELS, TrainConfig(digits=2000), NUMBERS) is None
    assert files.yardstick(3, TRAINING, NUMBERS) is None


def test_other_weights_are_measured_anew(
    files: WorthFiles, done: RunRecord, worth: CodeWorth
) -> None:
    files.keep_epochs(done, {1: worth, 2: worth, 3: worth})
    first, second = (done.folder / f"epoch-00{epoch}.safetensors" for epoch in (1, 2))
    first.write_bytes(second.read_bytes())
    second.unlink()
    assert [*files.epochs(done, TRAINING)] == [3]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"format": 2, "epochs": {}}',
        b'{"format": 1, "epochs": []}',
        b'{"format": 1, "epochs": {"-1": {}, "x": {}, "0": 3, "99999": {}}}',
        bytes(2_000_000),
    ],
)
def test_a_damaged_file_counts_as_none(files: WorthFiles, done: RunRecord, content: bytes) -> None:
    (done.folder / CODE_WORTH).write_bytes(content)
    assert files.epochs(done, TRAINING) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rand", [2.0] * STARTS),
        ("rand", [0.5] * (STARTS - 1)),
        ("rand", [float("nan")] * STARTS),
        ("rand", [10**400] * STARTS),
        ("information", [-0.1] * STARTS),
        ("information", ["0.5"] * STARTS),
        ("information", [True] * STARTS),
        ("information", None),
        ("readings", []),
        ("readings", {"labels": 10}),
        ("readings", [3, 4, 5]),
        ("readings", None),
    ],
)
def test_numbers_that_cannot_be_count_as_none(
    files: WorthFiles, done: RunRecord, worth: CodeWorth, name: str, value: Any
) -> None:
    files.keep_epochs(done, {2: worth, 3: worth})
    path = done.folder / CODE_WORTH
    content = json.loads(path.read_text())
    content["epochs"]["2"]["worth"][name] = value
    path.write_text(json.dumps(content))
    assert files.epochs(done, TRAINING) == {3: worth}


@pytest.mark.parametrize("name", ["probe", "neighbours", "labels"])
def test_readings_that_cannot_be_count_as_none(
    files: WorthFiles, done: RunRecord, worth: CodeWorth, name: str
) -> None:
    content: dict[str, Any] = json.loads(json.dumps(asdict(worth)))
    content["readings"][1][name] = [0.5] if name != "labels" else 99
    files.keep_yardstick(OF_PIXELS, TRAINING, NUMBERS, worth)
    (path,) = (Path(done.folder.parent) / "runs" / ".cache").iterdir()
    path.write_text(json.dumps({"format": 1, "worth": content}))
    assert files.yardstick(OF_PIXELS, TRAINING, NUMBERS) is None


def test_a_link_is_not_followed(
    files: WorthFiles, done: RunRecord, worth: CodeWorth, tmp_path: Path
) -> None:
    files.keep_epochs(done, {3: worth})
    (done.folder / CODE_WORTH).rename(tmp_path / "elsewhere.json")
    (done.folder / CODE_WORTH).symlink_to(tmp_path / "elsewhere.json")
    assert files.epochs(done, TRAINING) == {}


def test_a_run_that_is_gone_gets_no_folder_again(
    files: WorthFiles, done: RunRecord, worth: CodeWorth
) -> None:
    done.folder.rename(done.folder.with_name("gone"))
    files.keep_epochs(done, {3: worth})
    assert not done.folder.exists()


def test_it_is_handed_in_but_measured_again_elsewhere(
    files: WorthFiles, store: RunStore, done: RunRecord, worth: CodeWorth, tmp_path: Path
) -> None:
    files.keep_epochs(done, {3: worth})
    write_zip(done, tmp_path / "run.zip")
    with zipfile.ZipFile(tmp_path / "run.zip") as archive:
        assert any(name.endswith("/code-worth.json") for name in archive.namelist())
    copy = import_zip(tmp_path / "run.zip", store)
    assert files.epochs(copy, TRAINING) == {}
    store.delete(copy.id, local_user())
    assert not copy.folder.exists()


def test_the_gallery_is_only_read(store: RunStore, done: RunRecord, worth: CodeWorth) -> None:
    store.gallery.mkdir()
    done.folder.rename(store.gallery / "mine")
    record = store.get("mine")
    files = WorthFiles(store)
    before = sorted(path.name for path in record.folder.iterdir())
    files.keep_epochs(record, {3: worth})
    files.keep_yardstick(OF_PCA, TRAINING, NUMBERS, worth)
    assert sorted(path.name for path in record.folder.iterdir()) == before
    assert [path.name for path in store.gallery.iterdir()] == ["mine"]
    assert files.epochs(record, TRAINING) == {3: worth}
    assert files.yardstick(OF_PCA, TRAINING, NUMBERS) == worth
    # Before it ships it is written.
    shipping = WorthFiles(store, ship=True)
    shipping.keep_epochs(record, {2: worth})
    shipping.keep_yardstick(OF_PIXELS, TRAINING, NUMBERS, worth)
    assert (record.folder / CODE_WORTH).exists()
    assert files.epochs(record, TRAINING) == {2: worth, 3: worth}
    assert files.yardstick(OF_PIXELS, TRAINING, NUMBERS) == worth
    assert len([*store.cache.iterdir()]) == 2


def test_every_data_set_and_class_held_out_has_files_of_its_own(
    files: WorthFiles, store: RunStore
) -> None:
    trainings = [
        TrainConfig(data=data, digits=digits, held_out=held_out)
        for data in (MNIST, FASHION, KMNIST)
        for digits in (DIGITS, 60_000)
        # As many clothes of each class: only the name tells one class held out from another.
        for held_out in ((NO_CLASS, 3, 4) if data == FASHION else (NO_CLASS,))
    ]
    # Pixels are the same whatever a run learns from.
    kept: list[tuple[TrainConfig, Kind]] = [
        (training, kind)
        for training in trainings
        for kind in (OF_PIXELS, OF_PCA)
        if kind == OF_PCA or training.held_out == NO_CLASS
    ]
    for number, (training, kind) in enumerate(kept):
        assert files.yardstick(kind, training, NUMBERS) is None, (training, kind)
        found = worth_of(number / 100, training.digits)
        files.keep_yardstick(kind, training, NUMBERS, found)
    for number, (training, kind) in enumerate(kept):
        found = worth_of(number / 100, training.digits)
        assert files.yardstick(kind, training, NUMBERS) == found
    names = {path.name for path in store.cache.iterdir()}
    assert len(names) == len(kept)
    assert {
        "code-worth-of-pca-32-1000.json",
        "code-worth-of-pca-32-fashion-60000-without-3.json",
    } <= names
