"""A run's folder as one zip file, for a colleague's lab."""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict, replace
from pathlib import Path

from core.export.output import output_file
from core.runs.control import CONTROL
from core.runs.lease import LEASE
from core.runs.record import CHECKPOINT, HISTORY, OLD_CHECKPOINT, RunError, RunRecord
from core.runs.state import RUN, read_request

# Written anew, or of this computer only.
_LEFT_OUT = (RUN, LEASE, CONTROL)
# Each speaks of what must be on disk by then: the state of lengths of files, the history of frames.
_FIRST = (CHECKPOINT, OLD_CHECKPOINT, HISTORY)


def write_zip(record: RunRecord, path: Path) -> None:
    """Write a run as a zip file; unpacked among the runs it is one of them, and can go on.

    It names neither the process that computes the run nor its visitor. If the run is still being
    computed, it holds what there is by now.

    Raises:
        RunError: the run has been deleted, or the file cannot be written.
    """
    folder = record.folder.resolve()
    gone = RunError(f"Run {record.id} has been deleted meanwhile; choose another one.")
    try:
        request = asdict(replace(read_request(folder), visitor=""))
    except RunError:
        raise gone from None
    with (
        output_file(path) as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive,
    ):
        content = json.dumps({"format": 1, **request}, indent=1) + "\n"
        archive.writestr(f"{folder.name}/{RUN}", content)
        for member in _members(folder):
            if member == path.resolve():  # an earlier bundle in the folder itself
                continue
            try:
                archive.write(member, f"{folder.name}/{member.name}")
            except FileNotFoundError:
                continue  # whoever computes it has removed it
        if not (folder / RUN).exists():
            raise gone


def _members(folder: Path) -> list[Path]:
    """Return the files to take, in the order in which they are read."""
    files = [
        path
        for path in folder.glob("*")
        if path.name not in _LEFT_OUT
        and not path.name.startswith(".")  # about to be renamed
        and not path.is_symlink()
        and path.is_file()
    ]
    return sorted(files, key=lambda path: ([path.name != name for name in _FIRST], path.name))
