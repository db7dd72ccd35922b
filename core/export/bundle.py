"""A run as one zip file to hand in: what people read of it, and what another lab takes back.

In the folder that has the run's name, README, script, tables and pictures are for people; `run/` is
the run's own folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
import zipfile
from collections.abc import Generator, Iterator
from dataclasses import asdict, replace
from pathlib import Path

from core.export.handed_in import write_extras
from core.export.output import output_file
from core.runs.errors import RunError
from core.runs.opening import check_folder, open_file
from core.runs.record import CHECKPOINT, HISTORY, NOTE, OLD_CHECKPOINT, RunRecord
from core.runs.state import RUN, read_request

#: The folder of the run's own files in a bundle; bundles of older versions have none.
INNER = "run"
#: Every file of a run that belongs into a bundle. What is of this computer only does not: which
#: process computes the run, and what visitors have asked it.
_MEMBER = re.compile(
    r"(run|state|continued|code-worth|learning_rate-[a-z]+(_\d+)?)\.json"
    r"|history\.jsonl|(preview|first-epoch)\.u8|frames\.f16"
    r"|(checkpoint|resume|points|positions|epoch-\d{3,6})\.safetensors"
)
# Each speaks of what must be on disk by then: the state of lengths of files, the history of frames.
_FIRST = (CHECKPOINT, OLD_CHECKPOINT, HISTORY)
#: Weights and maps are stored as they are: Deflate takes a second of a processor for 25 to 30 MB of
#: them and saves 8 to 14 %.
_STORED = (".safetensors", ".f16", ".png", ".gif", ".npy")
#: Bytes that are read of a file at a time.
_PART = 1 << 20


def is_member(name: str) -> bool:
    """Return whether a bundle may have a file of this name."""
    return _MEMBER.fullmatch(name) is not None


def bundle_size(record: RunRecord) -> int:
    """Return about how many bytes a run's own files take in its bundle; 0 if the run is gone.

    What is made for people comes on top of them.
    """
    try:
        return sum(_members(record.folder).values())
    except OSError:
        return 0


def write_zip(record: RunRecord, path: Path) -> None:
    """Write a run as a zip file; `python -m core import` puts it among the runs of another lab.

    Raises:
        RunError: as `zip_parts`, or the zip file cannot be written.
    """
    with output_file(path) as file:
        for part in zip_parts(record):
            file.write(part)


def zip_parts(record: RunRecord) -> Generator[bytes]:
    """Yield a run as a zip file, part by part as its files are read; no more of it is in memory.

    What people read of the run is made first, in a temporary folder, which takes some seconds. The
    file names neither the process that computes the run nor its visitor. If the run is still being
    computed, it holds what there is by now.

    Raises:
        RunError: the run has been deleted, one of its files breaks a rule of `core.runs.opening`,
            or the run was cut back to its checkpoint meanwhile. What was yielded by then is no zip
            file, since it has no end.
        OSError: a file cannot be read.
    """
    folder = record.folder.resolve()
    gone = RunError(f"Run {record.id} has been deleted meanwhile; choose another one.")
    if not (folder / RUN).exists():
        raise gone
    check_folder(folder)
    request = asdict(replace(read_request(folder), visitor=""))
    new = _Written()
    with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        yield from _for_people(record, archive, new)
        if (note := folder / NOTE).exists():
            yield from _taken(_added(archive, note, f"{folder.name}/{NOTE}"), new)
        content = json.dumps({"format": 1, **request}, indent=1) + "\n"
        archive.writestr(f"{folder.name}/{INNER}/{RUN}", content)
        for member, size in _members(folder).items():
            try:
                name = f"{folder.name}/{INNER}/{member.name}"
                yield from _taken(_added(archive, member, name, size), new)
            except FileNotFoundError:
                continue  # whoever computes it has removed it
        if not (folder / RUN).exists():
            raise gone
    yield new.taken()


def _for_people(record: RunRecord, archive: zipfile.ZipFile, new: _Written) -> Iterator[bytes]:
    """Add what people read of a run to its zip file; yield what was written by then."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name in write_extras(record, folder):
            stored = Path(name).suffix in _STORED
            kind = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.write(folder / name, f"{record.id}/{name}", kind)
            yield new.taken()


def _taken(steps: Iterator[None], new: _Written) -> Iterator[bytes]:
    """Yield what is written at each step."""
    for _ in steps:
        if part := new.taken():
            yield part


class _Written:
    """Keeps what is written to it until it is taken; nothing can go back in it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(part)
        return len(part)

    def flush(self) -> None:
        """Do nothing, like `close`: nothing is below."""

    def close(self) -> None: ...

    def taken(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def _members(folder: Path) -> dict[Path, int]:
    """Return the files to take and how long each is by now, in the order in which they are read.

    `run.json` is not among them, since it is written anew.
    """
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return {}  # deleted meanwhile
    files = [folder / name for name in names if name != RUN and is_member(name)]
    files.sort(key=lambda path: ([path.name != name for name in _FIRST], path.name))
    members: dict[Path, int] = {}
    for path in files:
        with contextlib.suppress(FileNotFoundError):  # whoever computes the run replaces it
            members[path] = path.lstat().st_size
    return members


def _added(archive: zipfile.ZipFile, path: Path, name: str, before: int = 0) -> Iterator[None]:
    """Add a file to the archive, part by part; it was `before` bytes long when the zip file began.

    Raises:
        RunError: it is one of those that only grow, and is shorter by now: the run was resumed.
    """
    with open_file(path) as file:
        info = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
        stored = path.suffix in _STORED
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        left = os.fstat(file.fileno()).st_size
        with archive.open(info, "w") as entry:
            while part := file.read(min(left, _PART)):
                entry.write(part)
                left -= len(part)
                yield
        replaced = path.suffix in (".json", ".safetensors")
        if left or (not replaced and info.file_size < before):
            raise RunError(
                f"Run {path.parent.name} has just gone back to its last saved state; ask for the "
                "file again."
            )
