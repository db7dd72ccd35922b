"""What a bundle holds for people, beside the run's own files: README, tables, pictures, script."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from core.data.digits import DigitsError
from core.export.animation import write_gif
from core.export.output import output_file
from core.export.pictures import PICTURES
from core.export.readme import FILES, readme
from core.export.reproduce import reproduce_script
from core.export.reproduce.tsne import CODES_FILE
from core.export.table import write_csv, write_curves, write_epochs
from core.runs.record import RunError, RunRecord
from core.runs.state import OWN_WEIGHTS, RECORDED_MAP, RECORDED_MODEL
from core.runs.store import RunStore
from core.tsne.points import FROM_NOISE, FROM_PIXELS, chosen_digits, points_of
from core.tsne.recording import tsne_config

#: Bytes of the codes that a t-SNE run maps; more are left out.
_MAX_CODES = 20_000_000
_EXTRA = re.compile(
    r"README\.md|settings\.json|(curves|maps)\.csv|maps\.gif|codes\.npy|reproduce\.py"
    r"|pictures/(digits|learning|samples|maps)\.png"
)
#: What cannot be made of a run whose files are missing or damaged.
_Unusable = (RunError, DigitsError, ValueError, TypeError, KeyError)
Writer = Callable[[RunRecord, Path], None]


def is_extra(name: str) -> bool:
    """Return whether a bundle may have a file of this name for people."""
    return _EXTRA.fullmatch(name) is not None


def write_extras(record: RunRecord, folder: Path) -> list[str]:
    """Write into an empty folder what people read of a run; return the files' names.

    What cannot be made of it yet, or since a file is damaged, is left out; the README says so.

    Raises:
        OSError: the folder cannot be written.
    """
    (folder / "pictures").mkdir()
    names: list[str] = []
    reasons: dict[str, str] = {}
    for name, write in _writers(record).items():
        try:
            write(record, folder / name)
        except _Unusable as error:
            if name in FILES:
                reasons[name] = str(error) if isinstance(error, RunError) else "a file is damaged."
        else:
            names.append(name)
    if CODES_FILE in reasons:
        (folder / "reproduce.py").unlink(missing_ok=True)
        names = [name for name in names if name != "reproduce.py"]
    (folder / "README.md").write_text(readme(record, names, reasons), encoding="utf-8")
    return ["README.md", *names]


def _writers(record: RunRecord) -> Mapping[str, Writer]:
    kind = record.request.kind
    writers: dict[str, Writer] = {"settings.json": _write_settings}
    if kind in ("train", RECORDED_MODEL, OWN_WEIGHTS):
        writers["curves.csv"] = write_epochs
    if kind in ("tsne", RECORDED_MAP):
        writers |= {"curves.csv": write_curves, "maps.csv": write_csv, "maps.gif": write_gif}
    config = record.request.settings.get("config", {})
    if kind == "tsne" and config.get("source") not in _NO_CODES:
        writers[CODES_FILE] = _write_codes
    for name, draw in PICTURES.get(kind, {}).items():
        writers[f"pictures/{name}.png"] = draw
    if not (record.request.is_recorded or record.request.is_opened):
        writers["reproduce.py"] = _write_script
    return writers


#: Sources of points that are no codes of a model.
_NO_CODES = (None, FROM_PIXELS, FROM_NOISE)


def _write_settings(record: RunRecord, path: Path) -> None:
    request = record.request
    content = {
        "title": request.title,
        "kind": request.kind,
        "settings": request.settings,
        "created_at": request.created_at,
        "versions": request.versions,
    }
    _write_text(json.dumps(content, indent=1) + "\n", path)


def _write_script(record: RunRecord, path: Path) -> None:
    _write_text(reproduce_script(record), path)


def _write_codes(record: RunRecord, path: Path) -> None:
    config = tsne_config(record)
    digits, _ = chosen_digits(config)
    codes = points_of(config, digits, RunStore()).numpy()
    if codes.nbytes > _MAX_CODES:
        raise RunError(f"The codes take {codes.nbytes / 1e6:.0f} MB, too much for a bundle.")
    with output_file(path) as file:
        np.save(file, codes, allow_pickle=False)


def _write_text(text: str, path: Path) -> None:
    with output_file(path) as file:
        file.write(text.encode("utf-8", "replace"))
