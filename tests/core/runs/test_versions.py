"""What a run says of the PyTorch and the processor that it was computed with."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from core.__main__ import main
from core.execution import run_events
from core.execution.pending import make_pending
from core.files import read_json, replace_json
from core.runs.record import RunRecord
from core.runs.rights import local_user
from core.runs.versions import continued_elsewhere, versions_here
from core.training.events import Epoch
from tests.core.conftest import MakeRun

pytestmark = pytest.mark.usefixtures("one_thread", "few_test_digits")


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Computer:
    return Computer(monkeypatch)


class Computer:
    """Lets this computer pass for another one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, cpu: str, pytorch: str = "2.14.1") -> None:
        self._monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: cpu)
        self._monkeypatch.setattr(torch, "__version__", pytorch)


def compute(record: RunRecord, *, stop_after: int | None = None) -> None:
    if record.state.status != "pending":
        make_pending(record)
    for event in run_events(record):
        if isinstance(event, Epoch) and event.epoch == stop_after:
            record.control.request("pause", local_user())


def read(record: RunRecord) -> tuple[object, str]:
    """Return what a page sees that reads the folder now."""
    again = RunRecord(record.folder)
    return again.request.versions, continued_elsewhere(again)


def test_versions_here_are_those_of_this_process() -> None:
    assert versions_here()["torch"] == torch.__version__
    assert versions_here()["cpu"] == torch.backends.cpu.get_cpu_capability()


def test_a_run_that_goes_on_where_it_began_says_nothing(make_run: MakeRun, on: Computer) -> None:
    on("AVX512")
    record = make_run()
    compute(record, stop_after=1)
    compute(record)
    versions, sentence = read(record)
    assert record.state.status == "done"
    assert versions == versions_here()
    assert sentence == ""
    assert not (record.folder / "continued.json").exists()


def test_a_run_that_goes_on_elsewhere_says_so_from_then_on(make_run: MakeRun, on: Computer) -> None:
    on("AVX512")
    record = make_run()
    compute(record, stop_after=0)
    assert read(record)[1] == ""
    on("AVX2")
    compute(record, stop_after=1)
    once = (
        "This run started on processor type AVX512 and continued on processor type AVX2. "
        "The same settings computed in one go give other numbers."
    )
    assert read(record)[1] == once
    compute(record, stop_after=2)
    assert read(record)[1] == once, "the same processor again is nothing new"
    on("AVX512", pytorch="2.15.0")
    compute(record)
    assert read(record)[1].startswith(
        "This run started with PyTorch 2.14.1 on processor type AVX512 and continued with PyTorch "
        "2.14.1 on processor type AVX2, then with PyTorch 2.15.0 on processor type AVX512. "
    )
    versions = read(record)[0]
    assert isinstance(versions, dict)
    assert versions["cpu"] == "AVX512", "it is still known where the run began"


def test_a_run_that_begins_on_another_computer_than_it_was_queued_on_is_made_there(
    make_run: MakeRun, on: Computer
) -> None:
    on("AVX512")
    record = make_run()
    on("AVX2")
    compute(record)
    assert read(record) == (versions_here(), "")
    assert RunRecord(record.folder).request.settings == record.request.settings


def test_a_run_that_starts_anew_forgets_where_it_went_on(make_run: MakeRun, on: Computer) -> None:
    on("AVX512")
    record = make_run()
    compute(record, stop_after=0)
    on("AVX2")
    compute(record, stop_after=1)
    (record.folder / "checkpoint.safetensors").unlink()
    compute(record)
    assert read(record) == (versions_here(), "")


@pytest.mark.parametrize("versions", [None, {}, {"python": "3.11"}, "damaged"], ids=repr)
def test_runs_without_the_note_say_nothing(
    make_run: MakeRun, on: Computer, versions: object
) -> None:
    on("AVX512")
    record = make_run()
    compute(record, stop_after=0)
    replace_json(
        record.folder / "run.json", {**read_json(record.folder / "run.json"), "versions": versions}
    )
    on("AVX2", pytorch="2.15.0")
    record = RunRecord(record.folder)
    compute(record)
    assert record.state.status == "done"
    assert read(record) == (versions, "")


def test_a_run_of_an_older_version_is_followed_from_its_first_resume_on(
    make_run: MakeRun, on: Computer
) -> None:
    on("AVX512")
    record = make_run()
    compute(record, stop_after=0)
    request = read_json(record.folder / "run.json")
    request["versions"].pop("cpu")
    replace_json(record.folder / "run.json", request)
    on("AVX2")
    record = RunRecord(record.folder)
    compute(record, stop_after=1)
    assert read(record)[1] == "", "nobody knows where it began"
    on("AVX512")
    compute(record)
    assert read(record)[1].startswith(
        "This run was computed on processor type AVX2 and continued on processor type AVX512. "
    )


@pytest.mark.parametrize("content", [b"", b"{}", b'["AVX2", 3]', b"5"])
def test_a_damaged_note_is_no_note(done: RunRecord, content: bytes) -> None:
    (done.folder / "continued.json").write_bytes(content)
    assert continued_elsewhere(done) == ""


def test_the_gallery_was_made_in_one_go() -> None:
    gallery = Path(__file__).resolve().parents[3] / "checkpoints" / "gallery"
    folders = [path.parent for path in gallery.glob("*/run.json")]
    assert folders
    for folder in folders:
        assert continued_elsewhere(RunRecord(folder)) == ""


def test_the_command_line_says_so_when_a_run_goes_on_elsewhere(
    make_run: MakeRun, on: Computer, capsys: pytest.CaptureFixture[str]
) -> None:
    on("AVX512")
    record = make_run()
    compute(record, stop_after=0)
    on("AVX2")
    assert main(["resume", str(record.folder)]) == 0
    said = capsys.readouterr().err
    assert "This run started on processor type AVX512 and continued on processor type AVX2." in said
