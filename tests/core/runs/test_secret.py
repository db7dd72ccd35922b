"""The secret that signs the identities of visitors outlives the server and is nobody else's."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from core.runs import secret
from core.runs.folders import VISITORS
from core.runs.secret import SECRET, SECRET_BYTES, secret_of
from core.runs.store import RunStore
from tests.support.at_once import said_at_once


@pytest.fixture(autouse=True)
def _nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LATENT_LAB_SECRET", raising=False)
    secret._kept.cache_clear()


def after_a_restart(runs: Path) -> bytes:
    secret._kept.cache_clear()
    return secret_of(runs)


def test_it_is_made_once_and_only_its_user_may_read_it(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    made = secret_of(runs)
    assert len(made) == SECRET_BYTES
    assert after_a_restart(runs) == made
    assert after_a_restart(tmp_path / "others") != made
    folder = runs / VISITORS
    assert [path.name for path in folder.iterdir()] == [SECRET], "nothing half-written is left"
    assert stat.S_IMODE((folder / SECRET).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_copy_without_its_rights_gets_them_back(tmp_path: Path) -> None:
    made = secret_of(tmp_path)
    path = tmp_path / VISITORS / SECRET
    path.chmod(0o644)
    assert after_a_restart(tmp_path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"x" * (SECRET_BYTES - 1), b"x" * (SECRET_BYTES + 1)])
def test_a_damaged_one_is_replaced(tmp_path: Path, content: bytes) -> None:
    secret_of(tmp_path)
    (tmp_path / VISITORS / SECRET).write_bytes(content)
    again = after_a_restart(tmp_path)
    assert len(again) == SECRET_BYTES
    assert again[:1] * 10 != b"x" * 10
    assert after_a_restart(tmp_path) == again


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    foreign.write_bytes(b"k" * SECRET_BYTES)
    (tmp_path / VISITORS).mkdir()
    (tmp_path / VISITORS / SECRET).symlink_to(foreign)
    assert secret_of(tmp_path) != b"k" * SECRET_BYTES
    assert foreign.read_bytes() == b"k" * SECRET_BYTES


def test_a_link_in_place_of_its_folder_is_not_followed(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / SECRET).write_bytes(b"k" * SECRET_BYTES)
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / VISITORS).symlink_to(foreign)
    assert secret_of(tmp_path / "runs") != b"k" * SECRET_BYTES
    assert [path.name for path in foreign.iterdir()] == [SECRET]


def test_servers_that_start_at_once_agree(tmp_path: Path) -> None:
    found = said_at_once(
        "import pathlib; from core.runs.secret import secret_of",
        "secret_of(pathlib.Path(sys.argv[1])).hex()",
        str(tmp_path),
        count=4,
    )
    assert len(set(found)) == 1
    assert len(found[0].strip()) == 2 * SECRET_BYTES


def test_one_that_cannot_be_kept_lasts_as_long_as_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / VISITORS).touch()  # a file where the folder should be
    made = secret_of(tmp_path)
    assert len(made) == SECRET_BYTES
    assert secret_of(tmp_path) == made
    assert after_a_restart(tmp_path) != made


def test_a_given_one_is_used_and_no_file_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_LAB_SECRET", "s" * 32)
    assert secret_of(tmp_path) == b"s" * 32
    assert os.listdir(tmp_path) == []
    monkeypatch.setenv("LATENT_LAB_SECRET", "s" * 31)
    with pytest.raises(ValueError, match=r"LATENT_LAB_SECRET has 31 characters, and needs .* 32"):
        secret_of(tmp_path)


def test_it_is_no_run_and_stays_when_the_store_cleans_up(tmp_path: Path) -> None:
    made = secret_of(tmp_path)
    os.utime(tmp_path / VISITORS, (0, 0))
    store = RunStore(tmp_path, tmp_path / "gallery", quota=0)
    store.make_room()
    assert store.list() == []
    assert after_a_restart(tmp_path) == made
