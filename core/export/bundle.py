"""A run's folder as one zip file, for a colleague's lab."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from dataclasses import asdict, replace
from pathlib import Path

from core.export.output import output_file
from core.runs.errors import RunError
from core.runs.opening import open_file
from core.runs.record import CHECKPOINT, HISTORY, OLD_CHECKPOINT, RunRecord
from core.runs.state import RUN, read_request

#: Every file of a run that belongs into a bundle. What is of this computer only does not: which
#: process computes the run, and what visitors have asked it.
_MEMBER = re.compile(
    r"(run|state|continued|learning_rate-[a-z]+(_\d+)?)\.json"
    r"|history\.jsonl|(preview|first-epoch)\.u8|frames\.f16"
    r"|(checkpoint|resume|points|positions|epoch-\d{3})\.safetensors"
)
# Each speaks of what must be on disk by then: the state of lengths of files, the history of frames.
_FIRST = (CHECKPOINT, OLD_CHECKPOINT, HISTORY)


def is_member(name: str) -> bool:
    """Return whether a bundle may have a file of this name."""
    return _MEMBER.fullmatch(name) is not None


def write_zip(record: RunRecord, path: Path) -> None:
    """Write a run as a zip file; `python -m core import` puts it among the runs of another lab.

    It names neither the process that computes the run nor its visitor. If the run is still being
    computed, it holds what there is by now.

    Raises:
        RunError: the run has been deleted, one of its files breaks a rule of `core.runs.opening`,
            or the zip file cannot be written.
    """
    folder = record.folder.resolve()
    gone = RunError(f"Run {record.id} has been deleted meanwhile; choose another one.")
    if not (folder / RUN).exists():
        raise gone
    request = asdict(replace(read_request(folder), visitor=""))
    with (
        output_file(path) as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive,
    ):
        content = json.dumps({"format": 1, **request}, indent=1) + "\n"
        archive.writestr(f"{folder.name}/{RUN}", content)
        for member in _members(folder):
            try:
                _add(archive, member)
            except FileNotFoundError:
                continue  # whoever computes it has removed it
        if not (folder / RUN).exists():
            raise gone


def _members(folder: Path) -> list[Path]:
    """Return the files to take, in the order in which they are read; `run.json` is written anew."""
    files = [path for path in folder.iterdir() if path.name != RUN and is_member(path.name)]
    return sorted(files, key=lambda path: ([path.name != name for name in _FIRST], path.name))


def _add(archive: zipfile.ZipFile, path: Path) -> None:
    with open_file(path) as file:
        info = zipfile.ZipInfo.from_file(
            path, f"{path.parent.name}/{path.name}", strict_timestamps=False
        )
        info.compress_type = archive.compression
        with archive.open(info, "w") as entry:
            shutil.copyfileobj(file, entry, 1 << 20)
