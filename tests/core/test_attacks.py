"""Absurd settings, by every way in: each is refused with a sentence, and nothing is computed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.__main__ import main
from core.files import read_json
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.training.config import TrainConfig
from core.tsne.config import TSNEConfig
from models import MODELS, Config, Hyperparameter, hyperparameters
from tests.core.conftest import MakeRun
from tests.support.settings import change

CONFIGS = [TrainConfig, TSNEConfig, *(spec.config for spec in MODELS.values())]
NUMBERS = [
    pytest.param(config, rule, id=f"{config.__name__}.{rule.name}")
    for config in CONFIGS
    for rule in hyperparameters(config).values()
    if rule.kind in (int, float)
]
LISTS = [number for number in NUMBERS if number.values[1].sequence]  # type: ignore[union-attr]
SETTINGS = [
    "epochs=1000000000",
    "batch_size=1000000000",
    "latent_dim=1000000",
    "epochs=" + "9" * 9999,
]


@pytest.mark.parametrize(("config", "rule"), NUMBERS)
def test_every_number_has_an_end_on_both_sides(config: type[Config], rule: Hyperparameter) -> None:
    for absurd in (10**9 * 10, -(10**9)):
        value: Any = rule.kind(absurd)
        bound = "one of" if rule.choices else "between"
        with pytest.raises(ValueError, match=rf"^{rule.name} \(=.*must be {bound}"):
            config.from_dict({rule.name: [value] if rule.sequence else value})


@pytest.mark.parametrize(("config", "rule"), LISTS)
def test_every_list_has_a_longest(config: type[Config], rule: Hyperparameter) -> None:
    with pytest.raises(ValueError, match=f"{rule.name} has 1000000 entries; at most"):
        config.from_dict({rule.name: [rule.minimum] * 10**6})


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("model", MODELS)
def test_the_command_line_refuses(
    model: str, setting: str, store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", model, "--set", setting]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"python -m core: {setting.partition('=')[0]} (=")
    assert "must be" in error
    assert store.list() == []


@pytest.mark.parametrize("setting", ["digits=1000000000", "iterations=1000000000"])
def test_the_command_line_refuses_such_a_map(
    setting: str, store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tsne", "--set", setting]) == 1
    assert "must be between" in capsys.readouterr().err
    assert store.list() == []


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize(
    "values",
    [{"epochs": 10**9}, {"batch_size": 10**9}, {"latent_dim": 10**6}, {"hidden_dims": [10**9]}],
)
def test_a_run_written_by_hand_fails_before_it_begins(
    values: dict[str, Any], make_run: MakeRun, capsys: pytest.CaptureFixture[str]
) -> None:
    record = make_run()
    path = record.folder / "run.json"
    written = read_json(path)
    change(written["settings"], values)
    path.write_text(json.dumps(written))
    record.set_state(status="paused")
    assert main(["resume", str(record.folder)]) == 1
    assert "must be between" in capsys.readouterr().err
    state = RunRecord(record.folder).state
    assert state.status == "failed"
    assert f"What the run.json of run {record.id} asks for cannot be" in state.error
    assert record.history() == ()


@pytest.mark.parametrize("depth", [10, 100_000])
def test_a_run_file_nested_beyond_reason_is_no_run(depth: int, store: RunStore) -> None:
    folder: Path = store.runs / "nested"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text("[" * depth + "]" * depth)
    assert store.list() == []
