"""The files that ship: what happens when a file, a folder or the network fails."""

from __future__ import annotations

import functools
import gzip
import http.server
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from torchvision import datasets
from torchvision.datasets.utils import calculate_md5

from core.data import digits
from core.data import shipped as files_that_ship
from core.data.data_sets import DATA_SETS, FASHION, MNIST, DataSet, DigitsError
from core.data.digits import Digits, Split
from tests.support.at_once import said_at_once

ROOT = Path(__file__).resolve().parents[3]
FILES = [
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
]
FIRST_LABELS = {MNIST: [7, 2, 1, 0, 4], FASHION: [9, 2, 1, 1, 6]}
NOTHING_LISTENS = "http://127.0.0.1:1/"

Load = Callable[[Split], Digits]

#: Tests of both data sets; the others are of MNIST alone.
BOTH = pytest.mark.parametrize("data", [MNIST, FASHION], indirect=True)


@pytest.fixture
def data(request: pytest.FixtureRequest) -> DataSet:
    """The data set that is loaded."""
    return DATA_SETS[getattr(request, "param", MNIST)]


@pytest.fixture
def reader(data: DataSet) -> Any:
    """The class of torchvision that reads and downloads it."""
    return getattr(datasets, data.torchvision)


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder that holds all of MNIST; copy it before harming it."""
    folder = tmp_path_factory.mktemp("unpacked")
    files_that_ship._unpack(DATA_SETS[MNIST], folder)
    return folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, in use."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("LATENT_LAB_CACHE", str(folder))
    return folder


@pytest.fixture
def shipped(tmp_path: Path, data: DataSet, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the data set's folder that a test may harm, in use."""
    assert data.folder is not None
    folder = tmp_path / "data" / data.folder
    shutil.copytree(ROOT / "data" / data.folder, folder)
    monkeypatch.setattr(files_that_ship, "DATA_FOLDER", tmp_path / "data")
    return folder


@pytest.fixture
def offline(reader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Torchvision's mirrors are real addresses at which nothing listens."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(reader, "mirrors", [NOTHING_LISTENS])


@pytest.fixture
def fresh_load(data: DataSet) -> Load:
    """`load_digits` as a new process sees it: without what is already loaded."""
    return lambda split: digits._loaded.__wrapped__(split, data.name)


class _QuietFiles(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the test says what went wrong."""


@pytest.fixture
def mirror(
    tmp_path: Path, data: DataSet, reader: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A folder that torchvision downloads from."""
    assert data.folder is not None
    folder = tmp_path / "mirror"
    shutil.copytree(ROOT / "data" / data.folder, folder)
    handler = functools.partial(_QuietFiles, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        monkeypatch.setattr(reader, "mirrors", [f"http://127.0.0.1:{server.server_port}/"])
        # The shipped archives hold the original content, compressed anew: other sums.
        sums = [(path.name, calculate_md5(path)) for path in sorted(folder.glob("*.gz"))]
        monkeypatch.setattr(reader, "resources", sums)
        yield folder
        server.shutdown()
        thread.join()


class TestCache:
    @BOTH
    def test_first_use_unpacks_in_torchvision_s_layout(
        self, data: DataSet, reader: Any, cache: Path, fresh_load: Load
    ) -> None:
        assert fresh_load("test").labels[:5].tolist() == FIRST_LABELS[data.name]
        assert sorted(path.name for path in (cache / reader.__name__ / "raw").iterdir()) == FILES
        assert len(reader(cache, train=True)) == 60_000

    def test_both_data_sets_have_their_own_place_in_one_folder(self, cache: Path) -> None:
        files_that_ship.unpack_all()
        assert sorted(path.name for path in cache.iterdir()) == ["FashionMNIST", "MNIST"]
        for name, labels in FIRST_LABELS.items():
            found = getattr(datasets, DATA_SETS[name].torchvision)(cache, train=False)
            assert found.targets[:5].tolist() == labels

    def test_second_use_neither_unpacks_nor_hashes(
        self, unpacked: Path, shipped: Path, monkeypatch: pytest.MonkeyPatch, fresh_load: Load
    ) -> None:
        shutil.rmtree(shipped)
        monkeypatch.setattr(files_that_ship, "_sha256", lambda _: pytest.fail("hashed again"))
        monkeypatch.setenv("LATENT_LAB_CACHE", str(unpacked))
        assert fresh_load("test").labels[0] == 7

    def test_changed_content_of_the_same_size_is_replaced(
        self, unpacked: Path, cache: Path, fresh_load: Load
    ) -> None:
        shutil.copytree(unpacked, cache)
        labels = cache / "MNIST" / "raw" / "t10k-labels-idx1-ubyte"
        labels.write_bytes(labels.read_bytes()[:-1] + b"\x03")
        assert fresh_load("test").labels[-1] == 6

    def test_short_file_is_replaced(self, unpacked: Path, cache: Path, fresh_load: Load) -> None:
        shutil.copytree(unpacked, cache)
        os.truncate(cache / "MNIST" / "raw" / "t10k-images-idx3-ubyte", 1_000_000)
        assert len(fresh_load("test")) == 10_000

    @pytest.mark.parametrize("content", [b"", b"{", b"[1, 2]", b'{"t10k-labels-idx1-ubyte": 3}'])
    def test_damaged_marker_is_only_checked_again(
        self, content: bytes, unpacked: Path, cache: Path, shipped: Path, fresh_load: Load
    ) -> None:
        shutil.copytree(unpacked, cache)
        shutil.rmtree(shipped)
        (cache / "MNIST" / "verified.json").write_bytes(content)
        assert len(fresh_load("test")) == 10_000

    def test_a_folder_that_torchvision_filled_serves(
        self, unpacked: Path, cache: Path, shipped: Path, fresh_load: Load
    ) -> None:
        shutil.copytree(unpacked / "MNIST" / "raw", cache / "MNIST" / "raw")
        shutil.rmtree(shipped)
        assert len(fresh_load("test")) == 10_000
        assert (cache / "MNIST" / "verified.json").exists()

    def test_two_processes_at_once(self, cache: Path) -> None:
        said = said_at_once(
            "from core.data.digits import load_digits",
            "load_digits('test').labels[:5].tolist()",
            count=2,
        )
        assert said == ["[7, 2, 1, 0, 4]\n"] * 2
        # Whole files and nothing else: what was written beside is gone.
        assert sorted(os.listdir(cache / "MNIST")) == ["raw", "verified.json"]
        assert sorted(os.listdir(cache / "MNIST" / "raw")) == FILES


class TestFolder:
    def test_the_next_folder_is_taken_where_the_first_cannot_be_written(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "file").write_text("in the way")
        folders = [tmp_path / "file" / "cache", tmp_path / "second"]
        monkeypatch.setattr(files_that_ship, "_cache_folders", lambda: folders)
        assert files_that_ship.unpacked(DATA_SETS[MNIST]) == folders[1]

    def test_no_folder_can_be_written(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_load: Load
    ) -> None:
        (tmp_path / "file").write_text("in the way")
        monkeypatch.setenv("LATENT_LAB_CACHE", str(tmp_path / "file" / "cache"))
        with pytest.raises(DigitsError) as caught:
            fresh_load("test")
        assert str(caught.value) == (
            f"MNIST cannot be unpacked into {tmp_path / 'file' / 'cache'} (Not a directory); "
            "set LATENT_LAB_CACHE to a folder that can be written and has 60 MB free."
        )

    def test_full_disk(
        self, cache: Path, monkeypatch: pytest.MonkeyPatch, fresh_load: Load
    ) -> None:
        def refuse(path: Path, content: bytes) -> None:
            raise OSError(28, "No space left on device", str(path))

        monkeypatch.setattr(files_that_ship, "replace_bytes", refuse)
        with pytest.raises(DigitsError, match=r"\(No space left on device\); set LATENT_LAB_CACHE"):
            fresh_load("test")

    def test_complete_read_only_folder_serves_without_a_marker(
        self, unpacked: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, fresh_load: Load
    ) -> None:
        shutil.copytree(unpacked / "MNIST" / "raw", cache / "MNIST" / "raw")

        def refuse(path: Path, value: object) -> None:
            raise OSError(30, "Read-only file system", str(path))

        monkeypatch.setattr(files_that_ship, "replace_json", refuse)
        assert len(fresh_load("test")) == 10_000

    @pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
    def test_read_only_folder_of_an_ordinary_user(self, cache: Path, fresh_load: Load) -> None:
        cache.mkdir(mode=0o500)
        with pytest.raises(DigitsError, match=r"\(Permission denied\); set LATENT_LAB_CACHE"):
            fresh_load("test")

    def test_default_folders_are_the_repository_s_then_the_user_s_own(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("LATENT_LAB_CACHE", raising=False)
        first, second = files_that_ship._cache_folders()
        assert first == ROOT / "data" / ".cache"
        assert second.name == f"latent-lab-{os.getuid()}"


@pytest.mark.usefixtures("offline")
class TestShippedFile:
    @BOTH
    def test_missing(self, data: DataSet, cache: Path, shipped: Path, fresh_load: Load) -> None:
        (shipped / "t10k-labels-idx1-ubyte.gz").unlink()
        with pytest.raises(DigitsError) as caught:
            fresh_load("test")
        sentence = str(caught.value)
        assert sentence.startswith(f"{shipped}/t10k-labels-idx1-ubyte.gz is missing and could not")
        assert "Connection refused" in sentence
        assert sentence.endswith(
            f"restore it with 'git checkout -- data/{data.folder}', or connect to the internet and "
            "start again."
        )

    @pytest.mark.parametrize(
        ("harm", "complaint"),
        [
            (lambda content: content[:2000], "ended before the end-of-stream marker"),
            (lambda content: b"", "sha256 e3b0c442"),
            (lambda content: b"<html>404</html>", "Not a gzipped file"),
            (lambda content: content[:99] + b"\xff" * 9 + content[108:], ""),
            (
                lambda content: gzip.compress(gzip.decompress(content)[:-1] + b"\x00"),
                "its content has sha256 ",
            ),
        ],
        ids=["truncated", "empty", "not gzip", "damaged", "other content"],
    )
    def test_damaged(
        self,
        harm: Callable[[bytes], bytes],
        complaint: str,
        cache: Path,
        shipped: Path,
        fresh_load: Load,
    ) -> None:
        path = shipped / "t10k-labels-idx1-ubyte.gz"
        path.write_bytes(harm(path.read_bytes()))
        with pytest.raises(DigitsError) as caught:
            fresh_load("test")
        assert f"{path} is damaged (" in str(caught.value)
        assert complaint in str(caught.value)
        assert not (cache / "MNIST" / "raw" / "t10k-labels-idx1-ubyte").exists()

    def test_once_restored_it_loads(self, cache: Path, shipped: Path, fresh_load: Load) -> None:
        path = shipped / "t10k-labels-idx1-ubyte.gz"
        path.rename(path.with_suffix(".away"))
        with pytest.raises(DigitsError):
            fresh_load("test")
        path.with_suffix(".away").rename(path)
        assert len(fresh_load("test")) == 10_000


class TestDownload:
    @BOTH
    def test_replaces_a_damaged_file(
        self,
        data: DataSet,
        mirror: Path,
        cache: Path,
        shipped: Path,
        fresh_load: Load,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        path = shipped / "t10k-labels-idx1-ubyte.gz"
        path.write_bytes(path.read_bytes()[:100])
        assert fresh_load("test").labels[:5].tolist() == FIRST_LABELS[data.name]
        assert f"{path} is damaged" in caplog.text
        assert f"asking torchvision to download {data.title}." in caplog.text
        assert sorted(os.listdir(cache)) == [data.torchvision]

    def test_refuses_what_is_not_mnist(
        self, mirror: Path, cache: Path, shipped: Path, fresh_load: Load
    ) -> None:
        for folder in (shipped, mirror):
            (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(b"something else"))
        with pytest.raises(DigitsError, match="could not be downloaded"):
            fresh_load("test")
        assert not (cache / "MNIST" / "raw" / "t10k-labels-idx1-ubyte").exists()

    def test_content_is_checked_beyond_torchvision_s_own_sum(
        self,
        mirror: Path,
        cache: Path,
        shipped: Path,
        reader: Any,
        fresh_load: Load,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """A mirror may serve a file whose archive torchvision accepts."""
        harmed = bytearray(gzip.decompress((mirror / "t10k-labels-idx1-ubyte.gz").read_bytes()))
        harmed[-1] ^= 1
        for folder in (shipped, mirror):
            (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(bytes(harmed)))
        monkeypatch.setattr(reader, "resources", [(f"{name}.gz", None) for name in FILES])
        with pytest.raises(DigitsError, match="t10k-labels-idx1-ubyte came with another content"):
            fresh_load("test")

    def test_a_silent_server_is_given_up(
        self,
        cache: Path,
        shipped: Path,
        reader: Any,
        fresh_load: Load,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        (shipped / "t10k-labels-idx1-ubyte.gz").unlink()
        monkeypatch.setattr(files_that_ship, "_SOCKET_SECONDS", 0.2)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        with socket.create_server(("127.0.0.1", 0)) as silent:
            address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
            monkeypatch.setattr(reader, "mirrors", [address])
            started = time.monotonic()
            with pytest.raises(DigitsError, match="timed out"):
                fresh_load("test")
        assert time.monotonic() - started < 10
        assert socket.getdefaulttimeout() is None
