"""python -m core sweep, and python -m core resume of a sweep."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import __main__ as command_line
from core.execution import run_events
from core.runs.events import Event
from core.runs.heartbeats import heartbeats
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.sweeps.files import SweepFiles
from core.sweeps.sweep import Sweep
from tests.core.conftest import content

pytestmark = pytest.mark.usefixtures("one_thread", "few_test_digits")

FEW = ["--epochs", "2", "--set", "digits=1000", "--set", "batch_size=50"]
SWEEP = ["sweep", "compression", "--set", "latent_dim=2,8,32", "--seeds", "0,1", *FEW]

Capture = pytest.CaptureFixture[str]


def main(*arguments: str) -> int:
    return command_line.main(arguments)


def made(store: RunStore) -> Sweep:
    (sweep,) = SweepFiles(store).list()
    return sweep


def test_a_sweep_trains_each_value_with_each_seed(store: RunStore, capsys: Capture) -> None:
    assert main(*SWEEP) == 0
    out, err = capsys.readouterr()
    sweep = made(store)
    assert out.splitlines() == [*(str(record.folder) for record in sweep.records), sweep.id]
    assert f"Run 6 of 6: {sweep.records[5].id}" in err
    runs = sweep.runs()
    assert [(run.value, run.seed) for run in runs] == [
        (2, 0), (2, 1), (8, 0), (8, 1), (32, 0), (32, 1),
    ]  # fmt: skip
    assert {(run.state.status, run.epoch) for run in runs} == {("done", 2)}
    assert sweep.field == "latent_dim"


def test_an_interrupted_sweep_goes_on_to_the_same_weights(
    store: RunStore, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(*SWEEP) == 0
    whole = [content(record) for record in made(store).records]
    sweep_file = next(store.runs.glob("*.sweep.json"))
    sweep_file.rename(store.runs / "first")
    follow = importlib.import_module("core.cli.follow")
    count = 0

    def interrupted(record: RunRecord) -> Iterator[Event]:
        nonlocal count
        count += 1
        for number, event in enumerate(run_events(record)):
            yield event
            if count == 3 and number == 2:
                raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(follow, "run_events", interrupted)
        assert main(*SWEEP) == 130
    sweep = made(store)
    assert f"To continue: python -m core resume {sweep.id}\n" in capsys.readouterr().err
    statuses = [record.state.status for record in sweep.records]
    assert statuses == ["done", "done", "interrupted", "interrupted", "interrupted", "interrupted"]
    assert not any(record.folder in heartbeats._records for record in sweep.records)

    assert main("resume", sweep.id) == 0
    assert {record.state.status for record in sweep.records} == {"done"}
    assert [content(record) for record in sweep.records] == whole
    assert main("resume", sweep.id) == 1
    assert "None of these runs has stopped" in capsys.readouterr().err


def test_a_run_that_diverges_does_not_keep_the_others_from_their_turn(
    store: RunStore, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow = importlib.import_module("core.cli.follow")
    real = follow.follow

    def failing(record: RunRecord, group: str = "") -> int:
        if record.request.settings["config"]["latent_dim"] == 2:
            record.set_state(status="failed", error="It broke.")
        return real(record, group)

    monkeypatch.setattr(follow, "follow", failing)
    assert main("sweep", "compression", "--set", "latent_dim=2,8", *FEW) == 1
    err = capsys.readouterr().err
    assert "1 of 2 runs have not come to their end" in err
    assert [run.state.status for run in made(store).runs()] == ["failed", "done"]


def test_several_seeds_alone_are_a_sweep(store: RunStore) -> None:
    assert main("sweep", "sparse", "--seeds", "3,4", "--set", "latent_dim=4", *FEW) == 0
    sweep = made(store)
    assert sweep.field is None
    assert [run.seed for run in sweep.runs()] == [3, 4]
    assert {run.config.to_dict()["latent_dim"] for run in sweep.runs()} == {4}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--set", "latent_dim=2,2"], "latent_dim has the value 2 more than once"),
        (["--set", "latent_dim=2,900"], "latent_dim (=900) must be between 1 and 256 numbers."),
        (["--set", "latent_dim=2,x"], "latent_dim (='x') must be a whole number."),
        (["--set", "latent_dim=2,4", "--set", "epochs=2,3"], "latent_dim and epochs have several"),
        (["--set", "latent_dim=2,4", "--seeds", "1,1"], "seed has the value 1 more than once"),
        (["--set", "data=mnist,fashion"], "A sweep cannot vary 'data'; choose one of latent_dim,"),
        (["--set", "seed=1,2"], "A sweep cannot vary 'seed'; choose one of latent_dim,"),
        (["--set", "data=faces"], "data (='faces') must be one of: mnist, fashion,"),
        (["--set", "hidden_dims=64,32"], "One value with one seed is a single run"),
        (["--set", "depth=2,3"], "'depth' is not a known field"),
        (["--set", "latent_dim"], "is not of the form FIELD=VALUE"),
    ],
)
def test_what_cannot_be_is_a_sentence(
    arguments: list[str], sentence: str, store: RunStore, capsys: Capture
) -> None:
    assert main("sweep", "compression", *arguments) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert re.search(re.escape(sentence), err), err
    assert err.count("\n") == 1
    assert store.list() == []


def test_resume_of_what_is_not_there_is_a_sentence(
    store: RunStore, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main("resume", "nothing") == 1
    assert "There is no sweep nothing here" in capsys.readouterr().err
    assert main("resume", "./nothing") == 1
    assert "has no readable run.json" in capsys.readouterr().err
