"""The compiled loops: kept between processes, and not needed."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.runs.control import RunControl
from core.runs.rights import local_user
from core.runs.state import RunError
from core.tsne import exact_loop, mesh_loop, neighbours_loop
from core.tsne.pace import PACES, request_pace, requested_pace
from core.tsne.warm_up import compile_loops

_LOOPS: tuple[Any, ...] = (
    exact_loop.all_pairs, exact_loop.repel_all_pairs, mesh_loop.spread, mesh_loop.gather,
    mesh_loop.attract, mesh_loop.measure_edges, neighbours_loop.keep_nearest,
)  # fmt: skip
_COUNT = """
from core.tsne.warm_up import compile_loops
compile_loops()
from tests.core.tsne.test_compiled import _LOOPS
print(sum(sum(loop.stats.cache_misses.values()) for loop in _LOOPS))
"""


def test_one_call_compiles_every_loop_for_the_types_of_a_run() -> None:
    compile_loops()

    assert all(len(loop.signatures) == 1 for loop in _LOOPS)


def _compiled(folder: Path) -> int:
    """How many loops another process compiles, with this folder for what is compiled."""
    ran = subprocess.run(
        [sys.executable, "-c", _COUNT],
        check=True, capture_output=True, text=True,
        env={**os.environ, "NUMBA_CACHE_DIR": str(folder)},
    )  # fmt: skip
    return int(ran.stdout)


def test_what_is_compiled_is_kept(tmp_path: Path) -> None:
    assert _compiled(tmp_path) == len(_LOOPS)
    assert _compiled(tmp_path) == 0


def test_without_numba_pytorch_computes(tmp_path: Path) -> None:
    (tmp_path / "numba.py").write_text("raise ImportError('not here')")
    code = """
import torch
from core.tsne.compiled import AVAILABLE
from core.tsne.config import TSNEConfig
from core.tsne.run import TSNERun
assert not AVAILABLE
points = torch.randn(300, 5, generator=torch.Generator().manual_seed(0))
for engine in ("exact", "mesh"):
    config = TSNEConfig(affinity="perplexity", engine=engine, iterations=100, optimizers=("gains",))
    (*_, last) = TSNERun(config, points).frames()
    print(last.kl_divergence["gains"] < 2)
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert ran.stdout.split() == ["True", "True"]


def test_a_pace_is_one_of_a_few(tmp_path: Path) -> None:
    control = RunControl(tmp_path, "")
    assert requested_pace(control) == 0
    for pace in PACES:
        request_pace(control, pace, local_user())
        assert requested_pace(control) == pace
    with pytest.raises(RunError, match=r"pace \(=7\) must be one of: 10, 30, 100, 300, 0; the old"):
        request_pace(control, 7, local_user())
    (tmp_path / "pace.json").write_text("1e-9")
    assert requested_pace(control) == 0
