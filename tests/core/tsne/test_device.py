"""Where a run is computed; most of it holds on any computer, with a GPU or without."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from core import __main__ as command_line
from core.data.digits import load_digits
from core.execution import run_events
from core.export import write_html
from core.runs.record import RunError, RunRecord
from core.runs.store import RunStore
from core.tsne.device import available_devices, chosen_device, compute_device
from core.tsne.recording import load_recording, tsne_config
from core.tsne.run import Frame, TSNEConfig, TSNERun
from tests.core.export.reading import Page
from tests.support.recorded_run import record_run

pytestmark = pytest.mark.usefixtures("one_thread", "store")

NONE_HERE = "device (=cuda) needs a GPU that PyTorch can use, and there is none here; use cpu."
GALLERY = ("tsne-exercise", "tsne-perplexity-30")
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)


def _run(n: int = 200, **values: object) -> TSNERun:
    digits = load_digits("train").take(slice(0, n))
    config = TSNEConfig.from_dict({"iterations": 60, **values})
    return TSNERun(config, digits.pixels, digits.labels, torch.arange(n))


@pytest.mark.usefixtures("no_gpu")
def test_without_a_gpu_there_is_the_processor() -> None:
    assert available_devices() == ("cpu",)
    assert [chosen_device(device) for device in ("cpu", "cuda", "auto")] == ["cpu", "cuda", "cpu"]
    assert compute_device("cpu") == torch.device("cpu")
    with pytest.raises(ValueError, match="needs a GPU") as raised:
        compute_device("cuda")
    assert str(raised.value) == NONE_HERE


@pytest.mark.usefixtures("gpu")
def test_with_a_gpu_auto_takes_it() -> None:
    assert available_devices() == ("cpu", "cuda")
    assert chosen_device("auto") == "cuda"
    assert compute_device("cuda") == torch.device("cuda")


def test_a_config_names_the_processor_or_a_gpu() -> None:
    assert TSNEConfig().device == "cpu"
    assert TSNEConfig.from_dict({"device": "cuda"}).to_dict()["device"] == "cuda"
    with pytest.raises(ValueError, match=r"device \(='auto'\) must be one of: cpu, cuda\."):
        TSNEConfig(device="auto")


@pytest.mark.usefixtures("no_gpu")
def test_a_run_for_a_gpu_that_is_not_here_is_refused() -> None:
    with pytest.raises(ValueError, match="there is none here; use cpu"):
        _run(device="cuda")


@pytest.mark.usefixtures("no_gpu")
def test_a_run_for_a_gpu_fails_in_a_sentence_and_shows_what_it_had(
    store: RunStore, tmp_path: Path
) -> None:
    values = TSNEConfig(digits=100, iterations=5, device="cuda").to_dict()
    pending = store.create("tsne", {"config": values}, title="On a GPU")
    assert list(run_events(pending)) == []
    assert (pending.state.status, pending.state.error) == ("failed", NONE_HERE)

    elsewhere = _rewritten(record_run(tmp_path / "elsewhere"), device="cuda")
    assert tsne_config(elsewhere).device == "cuda"
    assert len(load_recording(elsewhere).iterations) == 31
    write_html(elsewhere, tmp_path / "replay.html")
    page = Page((tmp_path / "replay.html").read_text(encoding="utf-8"))
    assert "a GPU" in page.text["dd"]


@pytest.mark.parametrize("run", GALLERY)
def test_runs_from_before_there_was_a_choice_are_the_processors(run: str) -> None:
    record = RunRecord(ROOT / "checkpoints" / "gallery" / run)
    assert "device" not in record.request.settings["config"]
    assert tsne_config(record).device == "cpu"


@pytest.mark.parametrize("device", ["gpu", "", 1, None])
def test_a_device_written_by_hand_is_checked(tmp_path: Path, device: object) -> None:
    record = _rewritten(record_run(tmp_path / "run", until=1), device=device)
    with pytest.raises(RunError, match=r"asks for cannot be: device \(=.*\) must be .+\.$"):
        tsne_config(record)


def _rewritten(record: RunRecord, **values: object) -> RunRecord:
    """The same folder, read anew with other settings."""
    path = record.folder / "run.json"
    content = json.loads(path.read_text())
    content["settings"]["config"] |= values
    path.write_text(json.dumps(content))
    return RunRecord(record.folder)


@pytest.mark.usefixtures("no_gpu")
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--device", "cuda"], NONE_HERE),
        (["--set", "device=cuda"], NONE_HERE),
        (["--device", "tpu"], "device (=tpu) must be one of: cpu, cuda, auto."),
        (["--set", "device=auto"], "device (='auto') must be one of: cpu, cuda."),
    ],
)
def test_the_command_line_says_what_is_wrong_and_makes_no_folder(
    options: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    assert command_line.main(["tsne", *options, "--out", str(folder)]) == 1
    assert capsys.readouterr().err == f"python -m core: {sentence}\n"
    assert not folder.exists()


@pytest.mark.usefixtures("no_gpu")
def test_auto_is_written_down_as_what_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    few = ["--digits", "100", "--iterations", "3"]
    assert command_line.main(["tsne", *few, "--device", "auto", "--out", str(folder)]) == 0
    assert tsne_config(RunRecord(folder)).device == "cpu"


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_unfolds_the_same_maps_and_goes_on_where_it_stopped() -> None:
    optimizers = ["sgd", "adam", "rmsprop:momentum=0.8", "adagrad"]
    here = list(_run(iterations=60, optimizers=optimizers).frames())
    there = list(_run(iterations=60, optimizers=optimizers, device="cuda").frames())
    for frame in (1, 5):
        torch.testing.assert_close(
            there[frame].positions.cpu(), here[frame].positions, rtol=1e-3, atol=1e-3
        )
    last: Frame = there[-1]
    assert last.positions.device.type == "cuda"
    for name, divergence in here[-1].kl_divergence.items():
        assert last.kl_divergence[name] == pytest.approx(divergence, rel=0.05)
    run = _run(iterations=60, optimizers=optimizers, device="cuda")
    resumed = TSNERun(run.config, run.points, run.labels, checkpoint=there[50].checkpoint())
    torch.testing.assert_close(
        list(resumed.frames())[-1].positions, last.positions, rtol=1e-3, atol=1e-3
    )
