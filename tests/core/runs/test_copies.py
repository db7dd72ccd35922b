"""A copy of a run goes on where the run was saved, and the run stays as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.execution.run_events import run_events
from core.runs.copies import Larger, copy_run
from core.runs.errors import RuleBroken, RunError
from core.runs.record import RunRecord
from core.runs.state import LONGEST_TITLE
from core.runs.store import RunStore
from tests.core.conftest import MakeRun, content, leftovers

ADA, BOB = "a" * 32, "b" * 32


def everything(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def paused(make_run: MakeRun, one_thread: None, few_test_digits: None) -> RunRecord:
    """A training of Ada's that stopped after its first epoch."""
    record = make_run()
    record.change_request(visitor=ADA)
    for event in run_events(record):
        if event.progress > 0.3:
            record.control.request("pause", ADA)
    assert record.state.status == "paused"
    return record


def test_a_copy_ends_with_the_same_weights_as_the_run_itself(
    paused: RunRecord, store: RunStore, make_run: MakeRun
) -> None:
    before = everything(paused.folder)
    copy = copy_run(paused, store, BOB)
    assert everything(paused.folder) == before
    assert (copy.request.visitor, copy.request.title) == (BOB, "Compression (copy)")
    assert copy.request.settings == paused.request.settings
    assert copy.request.versions == paused.request.versions
    assert (copy.state.status, copy.state.progress) == ("pending", paused.state.progress)
    begun = len(copy.history())
    events = list(run_events(copy))
    assert copy.state.status == "done"
    assert begun > 1
    assert len(events) < 3 * begun, "it goes on, and does not begin anew"
    whole = make_run()
    for _ in run_events(whole):
        pass
    assert content(copy) == content(whole)
    assert everything(paused.folder) == before


def test_what_its_owner_asks_of_the_run_is_not_asked_of_the_copy(
    paused: RunRecord, store: RunStore
) -> None:
    paused.control.request("cancel", ADA)
    paused.control.request_value("pace", 10, "take another pace", ADA)
    copy = copy_run(paused, store, BOB)
    names = set(everything(copy.folder))
    assert names.isdisjoint({"control", "pace.json", "owner.json"})
    assert copy.control.requested() == ""
    assert copy.lease.is_mine()


def test_a_run_that_is_being_computed_is_copied_from_its_last_checkpoint(
    paused: RunRecord, store: RunStore
) -> None:
    """What the run adds after its checkpoint is cut off when the copy goes on."""
    with (paused.folder / "history.jsonl").open("ab") as file:
        file.write(b'{"event":"step"}\n{"event":"st')
    paused.set_state(status="running")
    copy = copy_run(paused, store, BOB)
    for _ in run_events(copy):
        pass
    assert copy.state.status == "done"
    assert {"event": "step"} not in copy.history()


def test_a_copy_of_a_run_that_is_done_goes_on_beyond_its_end(
    done: RunRecord, store: RunStore
) -> None:
    copy = copy_run(done, store, BOB, Larger("training", "epochs", 4))
    assert copy.request.settings["training"]["epochs"] == 4
    assert done.request.settings["training"]["epochs"] == 3
    for _ in run_events(copy):
        pass
    assert copy.state.status == "done"
    assert (copy.folder / "epoch-004.safetensors").exists()
    assert not (done.folder / "epoch-004.safetensors").exists()


def test_titles_of_copies_stay_short_and_say_it_once(paused: RunRecord, store: RunStore) -> None:
    paused.change_request(title="x" * LONGEST_TITLE)
    title = copy_run(paused, store, BOB).request.title
    assert len(title) == LONGEST_TITLE
    assert title.endswith("x (copy)")
    assert copy_run(copy_run(paused, store, BOB), store, BOB).request.title == title


def test_a_run_without_a_checkpoint_has_no_copy(make_run: MakeRun, store: RunStore) -> None:
    record = make_run()
    with pytest.raises(RunError, match=r"Nothing of run .* start a new run with the same settings"):
        copy_run(record, store, BOB)
    assert [run.id for run in store.list()] == [record.id]


def test_a_link_in_the_run_is_not_followed_and_leaves_no_copy(
    paused: RunRecord, store: RunStore, tmp_path: Path
) -> None:
    (tmp_path / "foreign").write_text("foreign")
    (paused.folder / "epoch-999.safetensors").symlink_to(tmp_path / "foreign")
    with pytest.raises(RuleBroken, match="it is a link"):
        copy_run(paused, store, BOB)
    assert [run.id for run in store.list() if run.id != paused.id] == []
    assert leftovers(store.runs) == []


def test_a_copy_that_cannot_be_written_leaves_nothing(
    paused: RunRecord, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.runs.copies.shutil.copyfileobj", full)
    with pytest.raises(RunError, match=r"could not be written \(No space left on device\)"):
        copy_run(paused, store, BOB)
    assert leftovers(store.runs) == []
    assert json.loads((paused.folder / "run.json").read_text())["visitor"] == ADA
