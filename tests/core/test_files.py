"""Writing so that a reader never sees half a file."""

from __future__ import annotations

import errno
import math
import os
import threading
from pathlib import Path

import pytest

from core.files import advice, append_bytes, finite, read_json, replace_bytes, replace_json, sync
from tests.core.conftest import leftovers


def test_replacing_and_appending(tmp_path: Path) -> None:
    path = tmp_path / "file"
    replace_bytes(path, b"one")
    replace_bytes(path, b"two")
    append_bytes(path, b" three")
    append_bytes(tmp_path / "new", b"first")
    assert path.read_bytes() == b"two three"
    assert (tmp_path / "new").read_bytes() == b"first"
    assert sorted(os.listdir(tmp_path)) == ["file", "new"]


def test_a_reader_sees_the_old_content_or_the_new(tmp_path: Path) -> None:
    path = tmp_path / "file"
    contents = {bytes([letter]) * 200_000 for letter in b"abc"}
    replace_bytes(path, next(iter(contents)))
    written = threading.Event()

    def write() -> None:
        for _ in range(60):
            for content in contents:
                replace_bytes(path, content)
        written.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = []
    while not written.is_set():
        seen.append(path.read_bytes())
    writer.join()
    assert seen
    assert set(seen) <= contents


def test_a_failed_replacement_leaves_the_old_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    replace_bytes(path, b"old")

    def half(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(OSError, match="No space left"):
        replace_bytes(path, b"new content")
    assert path.read_bytes() == b"old"
    assert leftovers(tmp_path) == []


def test_a_failed_append_is_cut_off_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    append_bytes(path, b"old\n")
    write = os.write
    left = 5

    def full(descriptor: int, data: bytes) -> int:
        nonlocal left
        if not left:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        done = write(descriptor, bytes(data[:left]))
        left -= done
        return done

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space left"):
            append_bytes(path, b"a new line\n")
    assert left == 0
    assert path.read_bytes() == b"old\n"
    append_bytes(path, b"a new line\n")
    assert path.read_bytes() == b"old\na new line\n"


def test_an_append_in_pieces_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, bytes(data[:3])))
    append_bytes(tmp_path / "file", b"more than three bytes")
    assert (tmp_path / "file").read_bytes() == b"more than three bytes"


@pytest.mark.parametrize(
    "content",
    [None, b"", b"{", b"\xff\xfe\x00", b"[" * 100_000],
    ids=lambda content: repr(content)[:9],
)
def test_what_is_not_json_reads_as_none(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "file.json"
    if content is not None:
        path.write_bytes(content)
    assert read_json(path) is None
    assert read_json(tmp_path) is None, "a folder"
    assert read_json(path / "beneath") is None


def test_json_there_and_back(tmp_path: Path) -> None:
    value = {"text": "Å 手", "number": 0.1, "list": [1, None, True]}
    replace_json(tmp_path / "file.json", value)
    assert read_json(tmp_path / "file.json") == value


def test_numbers_that_json_does_not_have_become_null() -> None:
    value = {"a": math.nan, "b": [math.inf, 1.5, (-math.inf, 2)], "c": "nan", "d": 3}
    assert finite(value) == {"a": None, "b": [None, 1.5, [None, 2]], "c": "nan", "d": 3}


class Disk:
    """Notes what reaches the disk, and in which order names change."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[tuple[str, str]] = []
        fsync, rename = os.fsync, Path.replace

        def noting_fsync(descriptor: int) -> None:
            fsync(descriptor)
            name = Path(os.readlink(f"/proc/self/fd/{descriptor}")).name
            self.done.append(("sync", name.split(".")[1] if name.startswith(".") else name))

        def noting_rename(path: Path, target: Path) -> Path:
            self.done.append(("rename", target.name))
            return rename(path, target)

        monkeypatch.setattr(os, "fsync", noting_fsync)
        monkeypatch.setattr(Path, "replace", noting_rename)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="tells which file was synced")
def test_what_is_replaced_reaches_the_disk_before_its_name_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(monkeypatch)
    replace_json(tmp_path / "state", {})
    assert disk.done == [("sync", "state"), ("rename", "state"), ("sync", tmp_path.name)]
    disk.done.clear()
    replace_json(tmp_path / "state", {}, durable=False)
    append_bytes(tmp_path / "rows", b"row\n")
    assert disk.done == [("rename", "state")]
    sync(tmp_path / "rows")
    assert disk.done[1:] == [("sync", "rows")]


def test_a_disk_that_refuses_at_the_sync_leaves_the_old_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    replace_bytes(path, b"old")

    def full(_: int) -> None:  # as network disks do
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        replace_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert leftovers(tmp_path) == []


def test_a_file_system_that_syncs_no_folders_is_good_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(os, "fsync", refuse)
    sync(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="Invalid argument"):
        sync(tmp_path / "file")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "delete runs that are no longer needed"),
        (errno.EDQUOT, "delete runs that are no longer needed"),
        (errno.EROFS, "ask whoever runs the lab to make the folder writable"),
        (errno.EACCES, "ask whoever runs the lab to make the folder writable"),
        (errno.EPERM, "ask whoever runs the lab to make the folder writable"),
        (errno.ENOENT, "check that the folder still exists"),
        (errno.EIO, "ask whoever runs the lab to check the disk"),
    ],
)
def test_what_to_do_about_a_failed_write_depends_on_why(number: int, words: str) -> None:
    assert advice(OSError(number, os.strerror(number))) == words
