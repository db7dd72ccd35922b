"""The data sets that ship in data/: unpacked once into a cache folder, each file checked."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import logging
import os
import socket
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from core.data.data_sets import (
    DATA_FOLDER,
    DATA_SETS,
    FASHION,
    MNIST,
    DataSet,
    DigitsError,
    shown_path,
)
from core.files import read_json, replace_bytes, replace_json

_SOCKET_SECONDS = 5.0

_log = logging.getLogger(__name__)


class _File(NamedTuple):
    """One unpacked file: its name, and what its content must be."""

    name: str
    bytes: int
    sha256: str


# As listed in data/mnist/README.md and data/fashion-mnist/README.md.
_FILES: Mapping[str, tuple[_File, ...]] = {
    MNIST: (
        _File(
            "train-images-idx3-ubyte",
            47_040_016,
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ),
        _File(
            "train-labels-idx1-ubyte",
            60_008,
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
        _File(
            "t10k-images-idx3-ubyte",
            7_840_016,
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ),
        _File(
            "t10k-labels-idx1-ubyte",
            10_008,
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
    FASHION: (
        _File(
            "train-images-idx3-ubyte",
            47_040_016,
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        ),
        _File(
            "train-labels-idx1-ubyte",
            60_008,
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        ),
        _File(
            "t10k-images-idx3-ubyte",
            7_840_016,
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        ),
        _File(
            "t10k-labels-idx1-ubyte",
            10_008,
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        ),
    ),
}


class _UnusableError(Exception):
    """A shipped file is missing or damaged; the message names it and says so."""


def unpack_all() -> None:
    """Unpack every data set that ships, as an image of a container wants it.

    Raises:
        DigitsError: as `unpacked`.
    """
    for name in _FILES:
        unpacked(DATA_SETS[name])


def unpacked(data: DataSet) -> Path:
    """Return the cache folder, with the four files of a shipped data set in it.

    They are where torchvision wants them, as in MNIST/raw/.

    It is LATENT_LAB_CACHE where that is set, else data/.cache, else a folder of this user among the
    temporary files: the first that holds the files or takes them. A damaged shipped file is
    downloaded anew where there is a network.

    Raises:
        DigitsError: a file is missing or damaged and cannot be downloaded, or no folder takes the
            unpacked files.
    """
    refusals: list[str] = []
    for root in _cache_folders():
        try:
            _unpack(data, root)
        except OSError as error:
            refusals.append(f"{shown_path(root)} ({error.strerror or error})")
        else:
            return root
    raise DigitsError(
        f"{data.title} cannot be unpacked into {' or '.join(refusals)}; "
        "set LATENT_LAB_CACHE to a folder that can be written and has 60 MB free."
    )


def _cache_folders() -> list[Path]:
    chosen = os.environ.get("LATENT_LAB_CACHE")
    if chosen:
        return [Path(chosen).expanduser().absolute()]
    return [
        DATA_FOLDER / ".cache",
        Path(tempfile.gettempdir()) / f"latent-lab-{os.getuid()}",
    ]


def _unpack(data: DataSet, root: Path) -> None:
    """Make sure that the cache holds the four files, each checked once.

    Two processes may do this at once: each file appears whole, and both write the same.

    Raises:
        DigitsError: a shipped file is unusable and cannot be downloaded.
        OSError: the folder cannot be written.
    """
    files = _FILES[data.name]
    raw = root / data.torchvision / "raw"
    marker = root / data.torchvision / "verified.json"
    verified = _read_marker(marker)
    wanted = [
        file for file in files if not _is_verified(raw / file.name, file, verified.get(file.name))
    ]
    if wanted:
        raw.mkdir(parents=True, exist_ok=True)
        try:
            for file in wanted:
                replace_bytes(raw / file.name, _shipped_content(data, file))
        except _UnusableError as problem:
            _download(data, root, str(problem))
    found = {file.name: _identity(raw / file.name) for file in files}
    if found != verified:
        try:
            replace_json(marker, found)
        except OSError:
            # A read-only cache that is complete serves as well: it is only checked every time.
            if wanted:
                raise


def _read_marker(marker: Path) -> dict[str, list[int]]:
    try:
        # In a shared temporary folder anybody could have written it: then the content is checked.
        if marker.stat().st_uid not in (0, os.getuid()):
            return {}
        found = read_json(marker)
    except OSError:
        return {}
    return found if isinstance(found, dict) else {}


def _identity(path: Path) -> list[int]:
    """Return a file's size and the time of its last change: if either differs, hash it again."""
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


def _is_verified(path: Path, file: _File, known: list[int] | None) -> bool:
    try:
        identity = _identity(path)
        if identity[0] != file.bytes:
            return False
        return identity == known or _sha256(path.read_bytes()) == file.sha256
    except OSError:
        return False


def _shipped_folder(data: DataSet) -> Path:
    assert data.folder is not None
    return DATA_FOLDER / data.folder


def _shipped_content(data: DataSet, file: _File) -> bytes:
    """Return the checked content of a file that ships with the lab.

    Raises:
        _UnusableError: it is missing, unreadable or damaged.
    """
    path = _shipped_folder(data) / f"{file.name}.gz"
    try:
        content = gzip.decompress(path.read_bytes())
    except FileNotFoundError:
        raise _UnusableError(f"{shown_path(path)} is missing") from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise _UnusableError(f"{shown_path(path)} is damaged ({error})") from error
    except OSError as error:
        raise _UnusableError(f"{shown_path(path)} cannot be read ({error.strerror})") from error
    if (found := _sha256(content)) != file.sha256:
        raise _UnusableError(
            f"{shown_path(path)} is damaged (its content has sha256 {found[:8]}… "
            f"where {file.sha256[:8]}… is right)"
        )
    return content


def _download(data: DataSet, root: Path, problem: str) -> None:
    """Download a data set into the cache with torchvision, and check its files.

    Raises:
        DigitsError: there is no network, or the files that came are others.
        OSError: the folder cannot be written.
    """
    from torchvision import datasets

    _log.warning("%s; asking torchvision to download %s.", problem, data.title)
    files = _FILES[data.name]
    with tempfile.TemporaryDirectory(dir=root, prefix=".download-") as folder:
        raw = Path(folder) / data.torchvision / "raw"
        try:
            with _impatient_sockets():
                getattr(datasets, data.torchvision)(folder, download=True)
            for file in files:
                if _sha256((raw / file.name).read_bytes()) != file.sha256:
                    raise RuntimeError(f"{file.name} came with another content")
        # The last four are what a connection that breaks half-way ends in.
        except (RuntimeError, OSError, EOFError, zlib.error, http.client.HTTPException) as error:
            reason = (str(error).strip() or type(error).__name__).splitlines()[-1].strip("<>")
            raise DigitsError(
                f"{problem} and could not be downloaded ({reason}); restore it with "
                f"'git checkout -- data/{data.folder}', or connect to the internet and start again."
            ) from error
        for file in files:
            (raw / file.name).replace(root / data.torchvision / "raw" / file.name)


@contextmanager
def _impatient_sockets() -> Iterator[None]:
    """Give sockets opened meanwhile a time limit: torchvision sets none and would wait for ever."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_SOCKET_SECONDS)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
