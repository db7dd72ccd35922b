"""Open the files of a run's folder, which somebody else may have made and put among the runs.

A run's files are ordinary files, each with one name on the disk and of at most the size that the
largest run needs. Whatever else is there is refused before it is read or changed: links and hard
links lead to files outside, a pipe would keep its reader waiting for ever, a device has no end.
"""

from __future__ import annotations

import json
import os
import stat
from io import BufferedReader
from pathlib import Path
from typing import Any

from core import files
from core.runs.errors import RuleBroken

_MB = 1_000_000
#: `run.json` and the other small files; the largest that the lab writes has some thousand bytes.
SMALL = 1 * _MB
#: The largest size of each kind of file, by the ending of its name.
_LARGEST = {
    ".json": SMALL,
    # A note of 10,000 characters of four bytes each.
    ".md": 50_000,
    # 10,001 rows of t-SNE with six maps, of up to 1,250 bytes each, are 12.5 MB.
    ".jsonl": 16 * _MB,
    # The previews of epoch 0 and 500 more, of 15,680 bytes each, are 7.9 MB.
    ".u8": 8 * _MB,
    # The positions of a t-SNE run are at most 800 MB, by its setting `record_limit`.
    ".f16": 801 * _MB,
    # Four hidden layers of 1,024 and their mirror have 34 MB of weights; a checkpoint holds them
    # three times.
    ".safetensors": 128 * _MB,
}
#: 501 epochs of weights and some more files are the most that a run has.
MOST_FILES = 1000
_WAY_OUT = "Delete the run, or put the file right by hand."
# Some systems lack some of these; what is opened is looked at before and after in any case.
_SAFELY = (
    getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_KINDS = {
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFDIR: "a folder",
}


def largest(name: str) -> int | None:
    """Return how many bytes a run's file of this name may have; None if no run has such a file."""
    if name.startswith("."):
        return None
    return SMALL if name == "control" else _LARGEST.get(name[name.rfind(".") :])


def check_folder(folder: Path) -> None:
    """Check the folder of a run and, without opening any, all files in it that the lab reads.

    Raises:
        RuleBroken: it is a link, has too many files, or one of them breaks a rule.
        OSError: it cannot be read, or is none.
    """
    _check_no_link(folder)
    with os.scandir(folder) as entries:
        for number, entry in enumerate(entries):
            if number >= MOST_FILES:
                raise _broken(
                    f"Run {folder.name}",
                    f"it holds more than {MOST_FILES:,} files, which is more than a run can have",
                    "Delete the run, or delete the files that do not belong to it.",
                )
            most = largest(entry.name)
            if most is None:
                continue
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # it is being replaced
            if _broken_rule(status, most):
                _check(folder / entry.name, status)


def open_file(path: Path) -> BufferedReader:
    """Open a file of a run to read it.

    Raises:
        RuleBroken: it breaks a rule.
        OSError: it cannot be opened.
    """
    return os.fdopen(_open(path, os.O_RDONLY), "rb")


def read_bytes(path: Path) -> bytes:
    """Return the content of a run's file, as it was when it was opened; errors as `open_file`."""
    descriptor = _open(path, os.O_RDONLY)
    try:
        parts: list[bytes] = []
        left = os.fstat(descriptor).st_size
        while left and (part := os.read(descriptor, left)):
            parts.append(part)
            left -= len(part)
        return b"".join(parts)
    finally:
        os.close(descriptor)


def read_json(path: Path) -> Any:
    """Return the JSON value of a run's file, or None where it is missing or not JSON.

    Raises:
        RuleBroken: the file breaks a rule.
        OSError: it cannot be opened.
    """
    try:
        return json.loads(read_bytes(path))
    except (FileNotFoundError, NotADirectoryError, ValueError, RecursionError):
        return None


def append_bytes(path: Path, content: bytes) -> None:
    """Append to a run's file as `core.files.append_bytes` does.

    Raises:
        RuleBroken: the file that is there breaks a rule.
        OSError: it cannot be written.
    """
    files.append_bytes(path, content, opener=_open)


def truncate(path: Path, length: int) -> None:
    """Cut a run's file back to this length; errors as for `append_bytes`."""
    descriptor = _open(path, os.O_WRONLY)
    try:
        os.ftruncate(descriptor, length)
    finally:
        os.close(descriptor)


def size_of(path: Path) -> int:
    """Return the length of a run's file; errors as for `open_file`."""
    _check_no_link(path.parent)
    status = os.lstat(path)
    _check(path, status)
    return status.st_size


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Make a folder for files that the lab keeps, if it is not there yet; `mode` as for `mkdir`.

    Raises:
        RuleBroken: there is a link in its place.
        OSError: it cannot be made.
    """
    folder.mkdir(mode=mode, parents=True, exist_ok=True)
    _check_no_link(folder)


def _open(path: Path, flags: int) -> int:
    _check_no_link(path.parent)
    try:
        # Before it is opened, since opening alone can change the state of a device.
        _check(path, os.lstat(path))
    except FileNotFoundError:
        if not flags & os.O_CREAT:
            raise
    descriptor = os.open(path, flags | _SAFELY, 0o666)
    try:
        _check(path, os.fstat(descriptor))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _check_no_link(folder: Path) -> None:
    if stat.S_ISLNK(os.lstat(folder).st_mode):
        raise _broken(
            f"Run {folder.name}",
            "its folder is a link, and the lab follows none",
            "Delete the run, which deletes the link alone, or copy the folder itself there.",
        )


def _check(path: Path, status: os.stat_result) -> None:
    """Check what is known of a file.

    Raises:
        RuleBroken: it breaks a rule.
    """
    if reason := _broken_rule(status, largest(path.name) or SMALL):
        raise _broken(f"{path.name} of run {path.parent.name}", reason, _WAY_OUT)


def _broken_rule(status: os.stat_result, most: int) -> str:
    """Return which rule a file breaks that may have at most so many bytes; empty if none."""
    if not stat.S_ISREG(status.st_mode):
        kind = _KINDS.get(stat.S_IFMT(status.st_mode), "a device")
        return f"it is {kind}, and the lab opens only ordinary files"
    if status.st_nlink > 1:
        return f"it has {status.st_nlink} names on the disk (hard links), and may have only one"
    if status.st_size > most:
        return f"it has {status.st_size:,} bytes, and may have at most {most:,}"
    return ""


def _broken(what: str, reason: str, way_out: str) -> RuleBroken:
    error = RuleBroken(f"{what} cannot be used: {reason}. {way_out}")
    error.reason = reason
    return error
