"""Run folders of any hostile make: whatever is done with one ends, and ends in a sentence."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.execution import run_events
from core.execution.pending import make_pending
from core.export import write_csv, write_zip
from core.files import read_json
from core.runs.left_out import broken_runs, left_out
from core.runs.record import RESUMABLE, RunError, RunRecord
from core.runs.rights import local_user
from core.runs.store import RunStore
from core.runs.versions import continued_elsewhere
from core.training.record import checkpoint_epochs, load_model, read_configs, read_previews
from core.tsne.recording import load_recording, newest_frame, tsne_config
from tests.support.hostile import KINDS, SECRET, bounded, plant
from tests.support.recorded_run import interrupted_run

#: Every file that the lab reads, and one that it does not.
FILES = (
    "run.json",
    "state.json",
    "lease.json",
    "owner.json",
    "control",
    "continued.json",
    "learning_rate-sgd.json",
    "history.jsonl",
    "frames.f16",
    "preview.u8",
    "points.safetensors",
    "checkpoint.safetensors",
    "resume.safetensors",
    "epoch-001.safetensors",
    "notes.txt",
)

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
_CONTENT = st.one_of(
    st.binary(max_size=300),
    _JSON.map(lambda value: json.dumps(value).encode()),
    st.just(b"[" * 50_000),
)
#: What stands in the place of some of the files.
_PLANTED = st.dictionaries(
    st.sampled_from(FILES), st.sampled_from((*KINDS, "long")) | _CONTENT, min_size=1, max_size=3
)
#: Other values in files that are whole otherwise.
_FIELDS = {
    "run.json": ("kind", "title", "settings", "visitor", "created_at", "versions"),
    "state.json": ("status", "progress", "seconds", "error", "submitted_at"),
}
_CHANGED = st.dictionaries(
    st.sampled_from([(file, name) for file, names in _FIELDS.items() for name in names]),
    _JSON | st.text("x", min_size=201, max_size=400),
    max_size=2,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return interrupted_run(tmp_path_factory.mktemp("made") / "run", iterations=60, until=55).folder


def forge(folder: Path, planted: dict[str, Any], changed: dict[Any, Any], outside: Path) -> None:
    for (file, name), value in changed.items():
        content = {**read_json(folder / file), name: value}
        (folder / file).write_text(json.dumps(content))
    for file, what in planted.items():
        if what == "long":
            (folder / file).write_bytes(bytes(9_000_000))
        elif isinstance(what, str):
            plant(folder / file, what, outside)
        else:
            (folder / file).write_bytes(what)


def resume(record: RunRecord) -> None:
    if record.state.status in RESUMABLE:
        make_pending(record)
        with closing(run_events(record)) as events:
            next(events, None)


def uses(record: RunRecord, target: Path) -> list[Callable[[], object]]:
    """What pages, the queue and the command line do with a run."""
    return [
        lambda: record.state,
        record.history,
        record.control.requested,
        lambda: record.control.requested_value("learning_rate-sgd"),
        lambda: continued_elsewhere(record),
        lambda: read_configs(record),
        lambda: tsne_config(record),
        lambda: read_previews(record),
        lambda: [load_model(record, epoch) for epoch in checkpoint_epochs(record)],
        lambda: load_recording(record),
        lambda: newest_frame(record),
        lambda: write_csv(record, target.with_suffix(".csv")),
        lambda: write_zip(record, target.with_suffix(".zip")),
        lambda: record.control.request("cancel", local_user()),
        lambda: resume(record),
        record.lease.renew,
    ]


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(planted=_PLANTED, changed=_CHANGED, early=st.booleans())
def test_whatever_is_done_with_a_hostile_folder_ends_in_a_sentence(
    made: Path, planted: dict[str, Any], changed: dict[Any, Any], early: bool
) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        store = RunStore(root / "runs", root / "gallery", quota=10**9)
        mine = store.create("train", {}, title="Mine", folder=store.runs / "mine")
        outside = root / "outside"
        outside.write_bytes(SECRET)
        folder = Path(shutil.copytree(made, store.runs / "foreign"))
        # As a page has it that was opened before the folder became what it is.
        records = [RunRecord(folder)] if early else []
        forge(folder, planted, changed, outside)
        with bounded():
            assert mine.id in {run.id for run in store.list()}
            assert all(len(sentence) < 700 for sentence in left_out(store))
            with suppress(RunError):
                records.append(store.get("foreign"))
            for record in records:
                for use in uses(record, root / "export"):
                    with suppress(RunError):
                        use()
            store.make_room()
            assert mine.id in {run.id for run in store.list()}
            with suppress(RunError):
                store.delete("foreign", local_user())
        assert broken_runs(store) == [], "it cannot be deleted"
        assert outside.read_bytes() == SECRET
        assert {*os.listdir(root)} <= {"runs", "outside", "export.csv", "export.zip"}
