"""What cached files take of the quota, and how they give way."""

from __future__ import annotations

import os
from pathlib import Path

from core.runs.disk_use import remove_oldest, size_on_disk
from core.runs.store import RunStore
from tests.core.runs.test_store import finished

BLOCK = 40_960


def cached(folder: Path, name: str, age: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(os.urandom(BLOCK))
    os.utime(path, (1_000_000 - age, 1_000_000 - age))
    return path


def test_the_oldest_files_go_until_enough_is_free(tmp_path: Path) -> None:
    new, old, middle = (
        cached(tmp_path, name, age) for name, age in (("new", 1), ("old", 3), ("middle", 2))
    )
    assert remove_oldest(tmp_path, 0) == 0
    assert remove_oldest(tmp_path, BLOCK + 1) == 2 * BLOCK
    assert (new.exists(), middle.exists(), old.exists()) == (True, False, False)
    assert remove_oldest(tmp_path / "none", 1) == 0


def test_a_length_alone_takes_nothing_of_the_disk(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(10**12)
    assert size_on_disk(tmp_path) < BLOCK


def test_cached_files_count_towards_the_quota_and_give_way_before_runs(store: RunStore) -> None:
    run = finished(store, "kept", size=BLOCK)
    old, new = (cached(store.cache, name, age) for name, age in (("old", 2), ("new", 1)))
    store.quota = size_on_disk(run.folder) + BLOCK

    store.make_room()

    assert (old.exists(), new.exists(), run.folder.exists()) == (False, True, True)
    store.quota = size_on_disk(run.folder)
    store.make_room()
    assert (new.exists(), run.folder.exists()) == (False, True)
