"""Reading the folders of older versions: the first line of `old/README.md` says which."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from core.execution import run_events
from core.execution.pending import make_pending
from core.runs.record import RunRecord
from core.runs.rights import local_user
from core.runs.store import RunStore
from core.training.record import epoch_rows, read_configs
from core.tsne.recording import tsne_config
from tests.core.conftest import MakeRun

OLD = Path(__file__).parent / "old"
GALLERY = RunStore().gallery


@pytest.fixture
def old_run(tmp_path: Path, request: pytest.FixtureRequest) -> RunRecord:
    """A run of the gallery with the `run.json` that an older version wrote."""
    folder = tmp_path / request.param
    folder.mkdir()
    shutil.copy(OLD / f"{request.param}.json", folder / "run.json")
    return RunRecord(folder)


@pytest.mark.parametrize("old_run", ["compression", "vae"], indirect=True)
def test_a_training_of_an_older_version_reads_as_today(old_run: RunRecord) -> None:
    assert json.loads((old_run.folder / "run.json").read_text())["settings"]["values"]
    assert read_configs(old_run) == read_configs(RunRecord(GALLERY / old_run.id))


@pytest.mark.parametrize("old_run", ["tsne-exercise"], indirect=True)
def test_a_map_of_an_older_version_reads_as_today(old_run: RunRecord) -> None:
    assert tsne_config(old_run) == tsne_config(RunRecord(GALLERY / old_run.id))
    assert tsne_config(old_run).optimizers == ("sgd", "adam")


@pytest.mark.parametrize("old_run", ["compression"], indirect=True)
def test_its_visitor_stays_and_a_change_is_written_in_todays_form(old_run: RunRecord) -> None:
    path = old_run.folder / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "owner": "somebody"}))
    record = RunRecord(old_run.folder)
    assert record.request.visitor == "somebody"
    record.change_setting("training", "epochs", 60)
    written = json.loads(path.read_text())
    assert "owner" not in written
    assert written["settings"].keys() == {"model", "config", "training"}
    assert read_configs(RunRecord(old_run.folder))[2].epochs == 60


def test_a_checkpoint_under_its_old_name_is_gone_on_from(make_run: MakeRun) -> None:
    record = make_run()
    for event in run_events(record):
        if event.checkpoint() is not None and event.progress > 0:
            record.control.request("pause", local_user())
    old = (record.folder / "checkpoint.safetensors").rename(record.folder / "resume.safetensors")
    assert record.can_go_on
    make_pending(record)
    for _ in run_events(record):
        pass
    assert [row["epoch"] for row in epoch_rows(record)] == [0, 1, 2, 3]
    assert not old.exists(), "it is out of date"
    assert (record.folder / "checkpoint.safetensors").exists()
