"""The parts that scripts of trainings and of t-SNE share: their heads, and the reading of data."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence

from core.data.data_sets import EMNIST, QMNIST, DataSet
from core.data.digits import TEST_DIGITS, TRAINING_DIGITS
from core.runs.record import RunRecord

#: The longest line of a script.
WIDTH = 100
#: Characters of a run's title in it; in ASCII one character may be ten.
_TITLE = 200
#: What torchvision's class is given, where that is more than the folder.
_ARGUMENTS = {EMNIST: '"data", "digits"'}
#: The data sets with more pictures than are taken.
_LARGER = (EMNIST, QMNIST)


def paragraphs(parts: Iterable[str]) -> str:
    """Return blocks of lines with an empty line between two of them."""
    return "\n\n".join(parts)


def functions(parts: Iterable[str]) -> str:
    """Return functions and classes with two empty lines between two of them."""
    return "\n\n\n".join(parts)


def block(text: str) -> str:
    """Return lines without the indentation that they have in this program."""
    return textwrap.dedent(text).strip("\n")


def head(record: RunRecord, what: str, about: str) -> str:
    """Return the comment and the docstring that begin a script.

    Args:
        record: The run.
        what: What the script does, as a sentence without its end.
        about: What it reads and prints, and how exactly it repeats the run.
    """
    # A title is any text that a visitor has typed: as a literal of one line of ASCII it can neither
    # end the comment nor change what the script does.
    return (
        f"# Made by Latent Lab of run {record.id}: {ascii(record.request.title)[:_TITLE]}\n"
        f'"""{what}.\n\n    MNIST=folder python reproduce.py\n\n'
        f'{textwrap.fill(about, WIDTH)}\n"""'
    )


def about_files(data: DataSet) -> str:
    """Return sentences about the files of a data set that a script reads."""
    where = f" (data/{data.folder} in the lab)" if data.folder else ""
    return (
        f"MNIST names the folder with the files of {data.title}{where}, packed (.gz) or not; "
        "without it torchvision downloads them. "
    )


def constants(values: Mapping[str, object]) -> str:
    """Return one line for each constant."""
    return "\n".join(f"{name} = {value!r}" for name, value in values.items())


def files(data: DataSet, *, labels: bool) -> str:
    """Return the constants that name the files of a data set, with those of labels or without."""
    train, train_labels, test, test_labels = data.files
    names = {"TRAIN": (train, train_labels), "TEST": (test, test_labels)}
    if labels:
        return "\n".join(f'{name} = "{a}", "{b}"' for name, (a, b) in names.items())
    return "\n".join(f'{name} = "{a}"' for name, (a, _) in names.items())


def reading(data: DataSet, *, labels: bool) -> list[str]:
    """Return the functions that read a data set, pictures alone or with their labels."""
    of_torchvision = (
        f"datasets.{data.torchvision}({_ARGUMENTS.get(data.name, _FOLDER)}, "
        "train=train, download=True)"
    )
    larger = data.name in _LARGER
    count = "[:count]" if larger else ""
    counting = [f"    count = {TRAINING_DIGITS} if train else {TEST_DIGITS}"] if larger else []
    transposed = ".transpose(1, 2)" if data.is_transposed else ""
    flat = (
        f"pixels.reshape(-1, 28, 28){transposed}.reshape(-1, 784)"
        if transposed
        else ("pixels.reshape(-1, 784)")
    )
    if labels:
        # QMNIST's have eight columns of four bytes; the last byte of the first is the class.
        wide = not data.files[1].endswith("idx1-ubyte")
        headers = "(16, 12)" if wide else "(16, 8)"
        choose = ["        labels = labels.reshape(-1, 32)[:, 3]"] if wide else []
        column = "[:, 0]" if wide else ""
        body = [
            '    """Return pictures, 784 pixels from 0 to 1 in each row, and their labels."""',
            '    if "MNIST" in os.environ:',
            f"        pixels, labels = map(read, TRAIN if train else TEST, {headers})",
            *choose,
            "    else:",
            f"        digits = {of_torchvision}",
            f"        pixels, labels = digits.data, digits.targets{column}",
            *counting,
            f"    return {flat}{count} / 255, labels{count}",
        ]
    else:
        body = [
            '    """Return the pictures: 784 pixels from 0 to 1 in each row."""',
            '    if "MNIST" in os.environ:',
            "        pixels = read(TRAIN if train else TEST, 16)",
            "    else:",
            f"        pixels = {of_torchvision}.data",
            *counting,
            f"    return {flat}{count} / 255",
        ]
    return [_READ, "\n".join(["def load(train):", *body])]


_FOLDER = '"data"'
_READ = block(
    '''
    def read(name, header):
        """Return the bytes of a file of the folder MNIST, without its first `header` ones."""
        path = Path(os.environ["MNIST"]) / name
        packed = path.with_name(f"{name}.gz")
        content = gzip.decompress(packed.read_bytes()) if packed.exists() else path.read_bytes()
        return torch.frombuffer(bytearray(content[header:]), dtype=torch.uint8)
    '''
)


def imports(standard: Sequence[str], others: Sequence[str]) -> str:
    """Return the lines that import modules."""
    return "\n".join([*standard, "", *others])
