"""Keep what codes are worth as small files, checked when they are read."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.data.data_sets import MNIST
from core.files import replace_json
from core.runs.errors import RuleBroken
from core.runs.opening import make_folder, open_file, read_json
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.training.code_worth import (
    OF_PIXELS,
    STARTS,
    CodeWorth,
    Kind,
    Reading,
    draws_of,
    label_counts,
)
from core.training.config import NO_CLASS, TrainConfig
from core.training.record import weights_file

#: The file in a run's folder: the worth of its codes after each kept epoch.
CODE_WORTH = "code-worth.json"
#: It changes with the measures and with the form of the file.
_FORMAT = 1
#: So many bytes at either end of a file of weights tell it from others: no epoch leaves one as is.
_END = 1 << 16


class WorthFiles:
    """What is known of the worth of codes, of pixels and of PCA.

    A run keeps its own in its folder. For a run of the gallery, which ships with its file and is
    only read, and for pixels and PCA, what is missing is kept in the folder of the cache. A file
    that is damaged, or of other weights, counts as none; one that cannot be written is done
    without.

    Args:
        store: The runs.
        ship: Whether to write into the gallery instead, before it ships.
    """

    def __init__(self, store: RunStore, *, ship: bool = False) -> None:
        self._gallery = store.gallery
        self._cache = store.cache
        self._ship = ship

    def epochs(self, record: RunRecord, training: TrainConfig) -> dict[int, CodeWorth]:
        """Return what is known of a run that is trained like this, by epoch."""
        found: dict[int, CodeWorth] = {}
        digits = training.digits
        for path in self._places(record):
            for epoch, entry in _entries(path).items():
                worth = _checked(entry.get("worth"), digits)
                known = entry.get("weights")
                if worth and known and known == _weights_digest(record, epoch):
                    found[epoch] = worth
        return found

    def keep_epochs(self, record: RunRecord, known: Mapping[int, CodeWorth]) -> None:
        """Keep all that is known of a run; nothing if it is deleted by now."""
        entries = {
            str(epoch): {"weights": _weights_digest(record, epoch), "worth": asdict(worth)}
            for epoch, worth in sorted(known.items())
        }
        path = self._places(record)[-1]
        self._write(path, {"format": _FORMAT, "epochs": entries})

    def yardstick(self, kind: Kind, training: TrainConfig, numbers: int) -> CodeWorth | None:
        """Return what is known of PCA with so many numbers, or of pixels; None of an epoch."""
        if isinstance(kind, int):
            return None
        name, digits = _yardstick_file(kind, training, numbers), training.digits
        for folder in (self._gallery, self._cache):
            content = _read(folder / name)
            if worth := _checked(content.get("worth"), digits):
                return worth
        return None

    def keep_yardstick(
        self, kind: Kind, training: TrainConfig, numbers: int, worth: CodeWorth
    ) -> None:
        """Keep what PCA with so many numbers is worth, or pixels."""
        folder = self._gallery if self._ship else self._cache
        content = {"format": _FORMAT, "worth": asdict(worth)}
        self._write(folder / _yardstick_file(kind, training, numbers), content)

    def _places(self, record: RunRecord) -> list[Path]:
        """Return where the file of a run may be; it is written to the last of them."""
        own = record.folder / CODE_WORTH
        if record.folder.parent != self._gallery or self._ship:
            return [own]
        return [own, self._cache / f"code-worth-of-{record.id}.json"]

    def _write(self, path: Path, content: dict[str, Any]) -> None:
        with contextlib.suppress(OSError, RuleBroken):
            if path.parent == self._cache:
                make_folder(path.parent)
            replace_json(path, content, durable=False)


def _yardstick_file(kind: Kind, training: TrainConfig, numbers: int) -> str:
    what = "pixels" if kind == OF_PIXELS else f"pca-{numbers}"
    data = "" if training.data == MNIST else f"{training.data}-"
    # Pixels are those of all classes; PCA is fitted to what the run learns from.
    same = kind == OF_PIXELS or training.held_out == NO_CLASS
    held_out = "" if same else f"-without-{training.held_out}"
    return f"code-worth-of-{what}-{data}{training.digits}{held_out}.json"


def _read(path: Path) -> dict[str, Any]:
    """Return the content of a file of this format; empty if there is none that can be read."""
    try:
        content = read_json(path)
    except (RuleBroken, OSError):
        return {}
    right = isinstance(content, dict) and content.get("format") == _FORMAT
    return content if right else {}


def _entries(path: Path) -> dict[int, dict[str, Any]]:
    """Return the entries of a run's file by epoch, unchecked."""
    entries = _read(path).get("epochs")
    if not isinstance(entries, dict):
        return {}
    return {
        int(epoch): entry
        for epoch, entry in entries.items()
        if epoch.isascii() and epoch.isdecimal() and len(epoch) <= 3 and isinstance(entry, dict)
    }


def _checked(value: Any, digits: int) -> CodeWorth | None:
    """Return what a file says as it is measured here, for so many training digits; else None."""
    if not isinstance(value, dict) or not isinstance(readings := value.get("readings"), list):
        return None
    found: list[Reading] = []
    counts = label_counts(digits)
    if len(readings) != len(counts):
        return None
    for reading, labels in zip(readings, counts, strict=True):
        if not isinstance(reading, dict) or reading.get("labels") != labels:
            return None
        draws = draws_of(labels, digits)
        probe = _numbers(reading.get("probe"), draws)
        neighbours = _numbers(reading.get("neighbours"), draws)
        if probe is None or neighbours is None:
            return None
        found.append(Reading(labels=labels, probe=probe, neighbours=neighbours))
    rand = _numbers(value.get("rand"), STARTS, least=-1.0)
    information = _numbers(value.get("information"), STARTS)
    if rand is None or information is None:
        return None
    return CodeWorth(readings=tuple(found), rand=rand, information=information)


def _numbers(value: Any, count: int, least: float = 0.0) -> tuple[float, ...] | None:
    """Return so many numbers from `least` to 1; None where it is anything else."""
    if not isinstance(value, list) or len(value) != count:
        return None
    right = all(
        isinstance(each, int | float)
        and not isinstance(each, bool)
        and least <= each <= 1.0  # which NaN is not, either
        for each in value
    )
    return tuple(float(each) for each in value) if right else None


def _weights_digest(record: RunRecord, epoch: int) -> str:
    """Return what tells the weights after an epoch from others; empty if they cannot be read."""
    try:
        with open_file(record.folder / weights_file(epoch)) as file:
            size = os.fstat(file.fileno()).st_size
            digest = hashlib.blake2b(f"{size}:".encode() + file.read(_END), digest_size=12)
            file.seek(max(0, size - _END))
            digest.update(file.read(_END))
    except (RuleBroken, OSError):
        return ""
    return digest.hexdigest()
