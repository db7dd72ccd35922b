"""The data sets: those that ship, and those whose files a user puts into data/."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torchvision import datasets

from core.data import data_sets, digits
from core.data.data_sets import DATA_SETS, EMNIST, FASHION, KMNIST, MNIST, QMNIST, offered
from core.data.digits import DigitsError, Split, all_labels, digits_at, load_digits

#: The digits that are taken of each split, and those in a file: EMNIST's and QMNIST's have more.
TRAIN, TEST, MORE = 300, 100, 360
_TYPES = {"uint8": 0x08, "int32": 0x0C, "float32": 0x0D}

Bytes = NDArray[Any]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder data/, in use; a split needs a few hundred digits and no more."""
    monkeypatch.setattr(data_sets, "DATA_FOLDER", tmp_path / "data")
    monkeypatch.setattr(digits, "TRAINING_DIGITS", TRAIN)
    monkeypatch.setattr(digits, "TEST_DIGITS", TEST)
    monkeypatch.setattr(digits, "_loaded", functools.cache(digits._loaded.__wrapped__))
    return tmp_path / "data"


def write(path: Path, values: Bytes) -> None:
    """Write a file in MNIST's format: its type, its shape, then the values, the high byte first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    header = bytes([0, 0, _TYPES[values.dtype.name], values.ndim])
    shape = np.array(values.shape, ">i4").tobytes()
    path.write_bytes(header + shape + values.astype(values.dtype.newbyteorder(">")).tobytes())


def put(name: str) -> list[Path]:
    """Put files of a data set into data/: random pictures, each class as often as the others."""
    random = np.random.default_rng(3)
    paths = [DATA_SETS[name].own_folder / file for file in DATA_SETS[name].files]
    for images, labels in (paths[:2], paths[2:]):
        write(images, random.integers(0, 256, (MORE, 28, 28), np.uint8))
        classes = random.permutation(MORE) % 10
        if name == QMNIST:  # column 0 is the class; the others tell who wrote the digit
            writers = random.integers(0, 99, (MORE, 7))
            write(labels, np.column_stack([classes, writers]).astype(np.int32))
        else:
            write(labels, classes.astype(np.uint8))
    return paths


READERS: dict[str, Callable[[Path, bool], Any]] = {
    KMNIST: lambda root, train: datasets.KMNIST(root, train=train),
    EMNIST: lambda root, train: datasets.EMNIST(root, "digits", train=train),
    QMNIST: lambda root, train: datasets.QMNIST(root, "train" if train else "test", train=train),
}


@pytest.mark.parametrize("name", [KMNIST, EMNIST, QMNIST])
def test_files_in_data_are_read_as_torchvision_reads_them(name: str, folder: Path) -> None:
    assert not DATA_SETS[name].is_there
    put(name)
    assert [data.name for data in offered()] == [MNIST, FASHION, name]
    counts: dict[Split, int] = {"train": TRAIN, "test": TEST}
    for split, count in counts.items():
        reference = READERS[name](folder, split == "train")
        pictures, labels = reference.data[:count], reference.targets[:count]
        if name == EMNIST:  # stored with rows and columns exchanged, and read so by torchvision
            pictures = pictures.transpose(1, 2)
        found = load_digits(split, name)
        assert torch.equal(found.pixels, pictures.reshape(count, 784).float() / 255)
        assert found.labels.tolist() == (labels[:, 0] if name == QMNIST else labels).tolist()
        assert found.labels.dtype == torch.int64
        assert found.name == f"{DATA_SETS[name].title} {split}"
        assert load_digits(split, name) is found


def test_places_among_all_digits_are_those_of_the_data_set(folder: Path) -> None:
    put(KMNIST)
    train, test = load_digits("train", KMNIST), load_digits("test", KMNIST)
    assert torch.equal(all_labels(KMNIST), torch.cat([train.labels, test.labels]))
    found = digits_at(torch.tensor([TRAIN + 5, 7]), KMNIST)
    assert torch.equal(found.pixels, torch.stack([test.pixels[5], train.pixels[7]]))
    assert found.name == "Kuzushiji-MNIST"


def test_a_page_and_a_run_that_want_it_at_once_load_it_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(KMNIST)
    loads: list[str] = []
    both_want_it = threading.Barrier(2)

    class Watched:
        """A lock that tells when the second thread wants it."""

        lock = threading.Lock()

        def __enter__(self) -> None:
            if not self.lock.acquire(blocking=False):
                both_want_it.wait(60)
                self.lock.acquire()

        def __exit__(self, *_: object) -> None:
            self.lock.release()

    def read(*arguments: Any) -> Any:
        loads.append("")
        if len(loads) == 1:
            both_want_it.wait(60)
        return real(*arguments)

    real = digits._read
    monkeypatch.setattr(digits, "_read", read)
    monkeypatch.setitem(digits._LOADING, KMNIST, Watched())
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(lambda _: load_digits("test", KMNIST), range(2))
    assert first is second
    assert len(loads) == 1


@pytest.mark.parametrize("which", range(4))
def test_a_missing_file_is_named_with_the_way_out(which: int, folder: Path) -> None:
    missing = put(KMNIST)[which]
    missing.unlink()
    assert KMNIST not in [data.name for data in offered()]
    with pytest.raises(DigitsError) as caught:
        load_digits("train", KMNIST)
    assert str(caught.value) == (
        f"data/KMNIST/raw/{missing.name} is missing, so Kuzushiji-MNIST cannot be used; put the "
        "files there that torchvision's KMNIST downloads, or choose another data set."
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>404</html>",
        bytes([0, 0, 8, 3]),
        bytes([0, 0, 7, 1, 0, 0, 0, 1, 0]),
        bytes([0, 0, 8, 0, 1, 1]),
        None,
    ],
    ids=["empty", "a page", "no shape", "no type", "no dimension", "short"],
)
@pytest.mark.parametrize("which", [0, 1])
def test_a_damaged_file_is_named_with_the_way_out(
    which: int, content: bytes | None, folder: Path
) -> None:
    path = put(KMNIST)[which]
    path.write_bytes(path.read_bytes()[:-10] if content is None else content)
    with pytest.raises(DigitsError) as caught:
        load_digits("train", KMNIST)
    assert str(caught.value) == (
        f"data/KMNIST/raw/{path.name} is damaged; put the files of Kuzushiji-MNIST there again."
    )


def test_a_file_that_may_not_be_read_is_not_called_damaged(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(KMNIST)

    def refuse(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("torchvision.datasets.mnist.read_sn3_pascalvincent_tensor", refuse)
    with pytest.raises(DigitsError) as caught:
        load_digits("test", KMNIST)
    assert str(caught.value) == (
        "data/KMNIST/raw/t10k-images-idx3-ubyte cannot be read (Permission denied); let the lab "
        "read the files of Kuzushiji-MNIST, or choose another data set."
    )


_CLASSES = np.arange(MORE) % 10


@pytest.mark.parametrize(
    ("which", "values"),
    [
        (0, np.zeros((MORE, 27, 28), np.uint8)),
        (0, np.zeros((MORE, 784), np.uint8)),
        (0, np.zeros((TRAIN - 1, 28, 28), np.uint8)),
        (0, np.zeros((MORE, 28, 28), np.float32)),
        (1, _CLASSES[: TRAIN - 1].astype(np.uint8)),
        (1, (_CLASSES + 1).astype(np.uint8)),
        (1, (_CLASSES - 1).astype(np.int32)),
        (1, (_CLASSES % 9).astype(np.uint8)),
        (1, np.zeros((MORE, 8, 2), np.uint8)),
    ],
    ids=[
        "27 rows",
        "flat",
        "too few pictures",
        "fractions",
        "too few labels",
        "labels 1 to 10",
        "labels -1 to 8",
        "nine classes",
        "three dimensions",
    ],
)
def test_files_that_hold_something_else_are_named_with_the_way_out(
    which: int, values: Bytes, folder: Path
) -> None:
    write(put(KMNIST)[which], values)
    with pytest.raises(DigitsError) as caught:
        load_digits("train", KMNIST)
    assert str(caught.value) == (
        "data/KMNIST/raw/train-images-idx3-ubyte and train-labels-idx1-ubyte must hold 300 "
        "pictures of 28x28 pixels and their labels, 10 classes from 0 to 9; put the files of "
        "Kuzushiji-MNIST there again."
    )


def test_once_the_files_are_right_they_load(folder: Path) -> None:
    path = put(KMNIST)[0]
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    with pytest.raises(DigitsError):
        load_digits("train", KMNIST)
    path.write_bytes(whole)
    assert len(load_digits("train", KMNIST)) == TRAIN


def test_an_unknown_name_is_a_sentence() -> None:
    with pytest.raises(ValueError, match=r"^data \(='faces'\) must be one of: mnist, fashion, km"):
        load_digits("train", "faces")


@pytest.mark.parametrize("data", DATA_SETS.values(), ids=list(DATA_SETS))
def test_every_data_set_has_ten_different_classes(data: data_sets.DataSet) -> None:
    assert len({*data.classes}) == 10
    assert hasattr(datasets, data.torchvision)
    assert len(data.files) == 4


def test_the_classes_of_fashion_mnist_are_those_of_torchvision() -> None:
    assert list(DATA_SETS[FASHION].classes) == datasets.FashionMNIST.classes
    assert list(DATA_SETS[KMNIST].classes) == datasets.KMNIST.classes


@pytest.mark.parametrize(
    ("text", "of_clothes", "of_characters"),
    [
        ("Digits", "Pictures", "Characters"),
        ("the digit's code", "the picture's code", "the character's code"),
        ("10,000 test digits.", "10,000 test pictures.", "10,000 test characters."),
        ("A digit, two digits", "A picture, two pictures", "A character, two characters"),
        ("digital digitise 3-digit", "digital digitise 3-picture", "digital digitise 3-character"),
        ("Codes of classes", "Codes of classes", "Codes of classes"),
    ],
)
def test_texts_about_digits_become_texts_about_the_pictures(
    text: str, of_clothes: str, of_characters: str
) -> None:
    assert DATA_SETS[MNIST].says(text) == text
    assert DATA_SETS[EMNIST].says(text) == text
    assert DATA_SETS[FASHION].says(text) == of_clothes
    assert DATA_SETS[KMNIST].says(text) == of_characters
