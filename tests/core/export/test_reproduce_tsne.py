"""`reproduce.py` of t-SNE runs: the same maps, within what rounding does to them."""

from __future__ import annotations

import contextlib
import io
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data.data_sets import DATA_FOLDER
from core.export.reproduce import reproduce_script
from core.export.reproduce.tsne import CODES_FILE
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.tsne.config import TSNEConfig
from tests.support.recorded_run import record_run


def asked(store: RunStore, **values: Any) -> RunRecord:
    config = TSNEConfig.from_dict(values)
    return store.create("tsne", {"config": config.to_dict()}, title="Maps")


def written(record: RunRecord, folder: Path) -> Path:
    script = folder / "reproduce.py"
    script.write_text(reproduce_script(record), encoding="utf-8")
    return script


def reproduced(
    record: RunRecord, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, float]:
    """The KL divergences that the run's script prints in the end, by map."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MNIST", str(DATA_FOLDER / "mnist"))
    with contextlib.redirect_stdout(io.StringIO()) as out:
        runpy.run_path(str(written(record, folder)))
    return found(out.getvalue())


def found(printed: str) -> dict[str, float]:
    return {name: float(kl) for name, kl in re.findall(r"^(\w+)\b.*: KL (\S+)$", printed, re.M)}


CASES: dict[str, dict[str, Any]] = {
    "the exercise": {},
    "perplexity": {"affinity": "perplexity", "perplexity": 20.0, "classes": [0, 3, 8]},
    "exaggeration": {
        "affinity": "perplexity", "perplexity": 10.0, "exaggeration": 4.0,
        "exaggeration_iterations": 15, "start": "pca",
        "optimizers": ["gains", "sgd:lr=auto:momentum=0.5:nesterov", "adam:start=random:seed=4"],
    },
    "mixed": {"optimizers": ["rmsprop", "adagrad:perplexity=8:exaggeration=2", "rprop"]},
    "noise": {"source": "noise", "seed": 3},
}  # fmt: skip


@pytest.mark.parametrize("values", CASES.values(), ids=CASES)
def test_a_script_makes_the_same_maps(
    values: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if values.get("source") == "noise":
        monkeypatch.setattr("tests.support.recorded_run.TSNERun", of_noise)
    record = record_run(tmp_path / "run", iterations=30, **values)
    ours = record.history()[-1]["kl_divergence"]
    theirs = reproduced(record, tmp_path, monkeypatch)
    assert theirs == pytest.approx(ours, rel=0.005)


def of_noise(config: TSNEConfig, points: Any, *about: Any) -> Any:
    from core.data.digits import Digits
    from core.tsne.points import points_of
    from core.tsne.run import TSNERun

    digits = Digits(points, about[0], "")
    return TSNERun(config, points_of(config, digits, RunStore()), *about)


def test_codes_lie_beside_the_script(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = asked(store, source="some-run@3", digits=60, iterations=5)
    codes = np.random.default_rng(0).random((60, 4), np.float32)
    np.save(tmp_path / CODES_FILE, codes)
    assert reproduced(record, tmp_path, monkeypatch).keys() == {"sgd", "adam"}


def test_a_script_needs_nothing_of_the_lab(tmp_path: Path) -> None:
    record = record_run(tmp_path / "run", iterations=5)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = {**os.environ, "MNIST": str(DATA_FOLDER / "mnist"), "PYTHONPATH": ""}
    done = subprocess.run(
        [sys.executable, "-W", "error", written(record, elsewhere).name],
        check=False, cwd=elsewhere, env=environment, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    ours = record.history()[-1]["kl_divergence"]
    assert found(done.stdout) == pytest.approx(ours, rel=0.005)
    assert done.stdout.splitlines()[-1].startswith("adam, iteration 5: KL ")


def test_many_digits_are_mapped_by_scikit_learn(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = asked(
        store, digits=60_100, affinity="perplexity", start="pca", classes=[7],
        optimizers=["gains", "gains:perplexity=5:start=random"], iterations=400,
    )  # fmt: skip
    script = written(record, tmp_path)
    text = script.read_text()
    assert "PCA(50)" in text
    # The same script of few digits, which scikit-learn maps in a second.
    small = text.replace("DIGITS = 60100", "DIGITS = 120")
    assert small != text
    script.write_text(small)
    monkeypatch.setenv("MNIST", str(DATA_FOLDER / "mnist"))
    with contextlib.redirect_stdout(io.StringIO()) as out:
        runpy.run_path(str(script))
    divergences = found(out.getvalue())
    assert divergences.keys() == {"gains", "gains_2"}
    assert all(0 < kl < 3 for kl in divergences.values())


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"source": "noise"},
        {"source": "a-run@3"},
        {"digits": 70_000, "affinity": "perplexity"},
        {"digits": 6_000, "affinity": "perplexity", "start": "pca", "classes": [1, 7]},
        {"optimizers": ["sgd", "gains", "adam:perplexity=9"], "exaggeration": 2.0},
    ],
)
def test_scripts_can_be_read(values: dict[str, Any], store: RunStore) -> None:
    text = reproduce_script(asked(store, **values))
    lines = text.splitlines()
    compile(text, "reproduce.py", "exec")
    assert 55 <= len(lines) <= 140
    assert max(map(len, lines)) <= 100


def test_a_source_cannot_become_code(store: RunStore) -> None:
    record = asked(store, source='x"\nraise SystemExit(3)\n#')
    assert "SystemExit" not in reproduce_script(record)
