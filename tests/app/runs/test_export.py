"""Files that are taken along: their names, and the link to a whole run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.runs.file_names import file_name
from core.runs.record import RunRecord
from core.runs.store import RunStore
from tests.app.conftest import OpenPage, copied


def run(folder: Path, title: str) -> RunRecord:
    """Return a run of this title, in this folder."""
    return RunStore(folder.parent).create("training", {}, title=title, folder=folder)


def test_a_file_is_named_after_lab_run_view_and_epoch(tmp_path: Path) -> None:
    record = run(tmp_path / "20261127-101500-sparse-3f2a", "Sparse")
    assert (
        file_name(record, "Class heatmap", epoch=50)
        == "latent-lab_sparse_20261127-101500-sparse-3f2a_class-heatmap_epoch-050"
    )
    assert file_name(record, "loss") == "latent-lab_sparse_20261127-101500-sparse-3f2a_loss"


def test_a_title_that_is_the_id_is_named_once(tmp_path: Path) -> None:
    assert file_name(run(tmp_path / "vae", "VAE"), "map") == "latent-lab_vae_map"


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("VAE β 0.01, 2 d", "vae-beta-0.01-2-d"),
        ("../../etc/passwd", "etc-passwd"),
        ("CON.exe. ", "con-exe"),
        ('a<b>:"c|d?*\\e/f', "a-b-c-d-e-f"),
        ("Über ½ señor", "uber-1-2-senor"),
        ("=1+2\r\n\t", "1-2"),
        ("x" * 200, "x" * 48),
    ],
)
def test_a_title_is_safe_as_part_of_a_file_name(tmp_path: Path, title: str, named: str) -> None:
    name = file_name(run(tmp_path / "run-1", title), "map", epoch=3)
    assert name == f"latent-lab_{named}_run-1_map_epoch-003"
    assert re.fullmatch(r"[A-Za-z0-9._-]+", name)


def test_a_title_without_a_latin_letter_leaves_the_id(tmp_path: Path) -> None:
    assert file_name(run(tmp_path / "run-1", "数字"), "map") == "latent-lab_run-1_map"


def test_a_name_fits_every_file_system(tmp_path: Path) -> None:
    name = file_name(run(tmp_path / ("r" * 60), "t" * 200), "w" * 300, epoch=1000)
    assert len(name) < 200


def test_the_link_to_a_whole_run_says_its_size_before(open_page: OpenPage, runs: Path) -> None:
    run_id = copied(runs, "compression", "20260701-120500-compression-a0")
    with (runs / run_id / "epoch-050.safetensors").open("ab") as file:
        file.truncate(121_000_000)
    (large,) = open_page("autoencoders", run=run_id).get("link_button")
    assert re.fullmatch(r"Bundle \(zip, from 1[2-9]\d MB\)", large.proto.label)
    assert large.proto.url == f"whole-run/{run_id}.zip"
    (small,) = open_page("autoencoders", run="compression").get("link_button")
    assert re.fullmatch(r"Bundle \(zip, from \d+(\.\d)? MB\)", small.proto.label)
