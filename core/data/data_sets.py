"""The data sets of the lab: what is known of each without reading it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MNIST, FASHION, KMNIST, EMNIST, QMNIST = "mnist", "fashion", "kmnist", "emnist", "qmnist"
#: Every data set has ten classes, 0 to 9.
CLASSES = 10
DATA_FOLDER = Path(__file__).resolve().parents[2] / "data"

_DIGIT_NAMES = tuple(map(str, range(CLASSES)))
_TRAINING_FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
_TEST_FILES = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


class DigitsError(RuntimeError):
    """A data set cannot be had; the message says which file, what is wrong, and the way out."""


@dataclass(frozen=True, kw_only=True)
class DataSet:
    """A set of 28x28 grey pictures in ten classes, 60,000 to train with and 10,000 to test with.

    `name` is that of the setting `data`, `title` the data set's own, `short_title` what a choice
    calls it, `kind` what its pictures show. `classes` are the names of the labels 0 to 9. In texts
    `noun` and `nouns` stand for "digit" and "digits", and `strokes` for "strokes". `torchvision`
    names the class that reads it, and `files` are those that it reads, in the folder `raw` of a
    folder of that class's name. `folder` is where the compressed files are, within data/, if they
    ship with the lab. In the files of one that `is_transposed`, rows and columns are exchanged.
    """

    name: str
    title: str
    short_title: str
    kind: str = "handwritten digits"
    classes: tuple[str, ...]
    noun: str = "digit"
    nouns: str = "digits"
    strokes: str = "strokes"
    torchvision: str
    files: tuple[str, ...] = (*_TRAINING_FILES, *_TEST_FILES)
    folder: str | None = None
    is_transposed: bool = False

    @property
    def shows_digits(self) -> bool:
        """Return whether its pictures show handwritten digits."""
        return self.classes == _DIGIT_NAMES

    @property
    def things(self) -> str:
        """Return what its pictures show in one or two words, such as "digits"."""
        return self.kind.removeprefix("handwritten ")

    @property
    def is_there(self) -> bool:
        """Return whether it ships with the lab, or all its files are in data/."""
        return self.folder is not None or not self.missing_files()

    @property
    def own_folder(self) -> Path:
        """Return where the files are that a user has put into data/."""
        return DATA_FOLDER / self.torchvision / "raw"

    @property
    def words(self) -> dict[str, Any]:
        """Return what its pictures and classes are called, as JSON for `shared/data_set.js`."""
        return {"classes": list(self.classes), "noun": self.noun, "nouns": self.nouns}

    def missing_files(self) -> list[Path]:
        """Return the files that torchvision reads and that are not in data/."""
        folder = self.own_folder
        return [folder / name for name in self.files if not (folder / name).is_file()]

    def says(self, text: str) -> str:
        """Return a text about digits as one about the pictures of this data set.

        What codes decode to is what the pictures show.
        """
        if self.noun == "digit":
            return text
        text = text.replace("decode to digits", f"decode to {self.things}")
        return _DIGIT.sub(self._noun_for, text).replace("strokes", self.strokes)

    def _noun_for(self, found: re.Match[str]) -> str:
        noun = self.nouns if found[0].endswith("s") else self.noun
        return noun.capitalize() if found[0][0].isupper() else noun


_DIGIT = re.compile(r"\b[Dd]igits?\b")

#: The data sets by the value of the setting `data`; the first one is the exercise's.
DATA_SETS: Mapping[str, DataSet] = {
    data.name: data
    for data in (
        DataSet(
            name=MNIST,
            title="MNIST",
            short_title="Digits",
            classes=_DIGIT_NAMES,
            torchvision="MNIST",
            folder="mnist",
        ),
        DataSet(
            name=FASHION,
            title="Fashion-MNIST",
            short_title="Clothes",
            kind="clothes",
            classes=(
                "T-shirt/top",
                "Trouser",
                "Pullover",
                "Dress",
                "Coat",
                "Sandal",
                "Shirt",
                "Sneaker",
                "Bag",
                "Ankle boot",
            ),
            noun="picture",
            nouns="pictures",
            strokes="lines",
            torchvision="FashionMNIST",
            folder="fashion-mnist",
        ),
        DataSet(
            name=KMNIST,
            title="Kuzushiji-MNIST",
            short_title="Kuzushiji",
            kind="handwritten Japanese characters",
            classes=("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
            noun="character",
            nouns="characters",
            torchvision="KMNIST",
        ),
        DataSet(
            name=EMNIST,
            title="EMNIST digits",
            short_title="EMNIST",
            classes=_DIGIT_NAMES,
            torchvision="EMNIST",
            is_transposed=True,
            files=tuple(
                f"emnist-digits-{part}-{kind}-ubyte"
                for part in ("train", "test")
                for kind in ("images-idx3", "labels-idx1")
            ),
        ),
        DataSet(
            name=QMNIST,
            title="QMNIST",
            short_title="QMNIST",
            classes=_DIGIT_NAMES,
            torchvision="QMNIST",
            files=tuple(
                f"qmnist-{part}-{kind}"
                for part in ("train", "test")
                for kind in ("images-idx3-ubyte", "labels-idx2-int")
            ),
        ),
    )
}


def data_set(name: str) -> DataSet:
    """Return a data set by its name.

    Raises:
        ValueError: there is none of this name.
    """
    if name not in DATA_SETS:
        raise ValueError(f"data (={name[:40]!r}) must be one of: {', '.join(DATA_SETS)}.")
    return DATA_SETS[name]


def shown_path(path: Path) -> Path:
    """Return a path as messages name it: from the lab's folder on, or as it is outside of it."""
    root = DATA_FOLDER.parent
    return path.relative_to(root) if path.is_relative_to(root) else path


def offered() -> list[DataSet]:
    """Return the data sets whose files are there."""
    return [data for data in DATA_SETS.values() if data.is_there]
