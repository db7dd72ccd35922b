"""A program's loop becomes a run's folder, and stays the same loop."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from core.recorder import record
from core.recorder.reading import preview_of, read_epochs, read_recorded, terms_of
from core.runs.heartbeats import heartbeats
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.training.record import checkpoint_epochs, read_weights
from core.tsne.recording import final_positions, load_recording, newest_frame
from tests.support.recorded import record_map, record_model, small_net

ROOT = Path(__file__).resolve().parents[3]


class DroppingNet(nn.Module):
    """A VAE of a student: dropout, batch norm, and a code that is drawn at random."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(784, 16), nn.BatchNorm1d(16), nn.Dropout(0.5))
        self.heads = nn.Linear(16, 8)
        self.out = nn.Sequential(nn.Linear(4, 784), nn.Sigmoid())

    def encode(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        mu, logvar = self.heads(self.body(x)).chunk(2, dim=1)
        noise = torch.randn_like(mu) + random.random() + np.random.rand()
        return mu + 0.01 * noise, logvar

    def decode(self, z: torch.Tensor) -> torch.Tensor:
        return self.out(z)


def test_a_training_is_read_back(tmp_path: Path) -> None:
    net = small_net()
    bias = net.get_parameter("0.0.bias")
    before = {name: value.clone() for name, value in net.state_dict().items()}
    with record(
        "my net", model=net, settings={"lr": 0.01, "sizes": (784, 4)}, folder=tmp_path, total=8
    ) as run:
        live = RunRecord(run.folder)
        assert live.state.status == "running"
        for epoch in range(1, 5):
            with torch.no_grad():
                bias += 1
            terms = {"loss": torch.tensor(1.0 / epoch), "my term": np.float32(epoch)}
            run.epoch(train=terms, validation={"loss": 0.5}, encode=net[0], decode=net[1])
            assert [row.epoch for row in read_epochs(live)] == list(range(1, epoch + 1))
    record_ = RunRecord(run.folder)
    assert record_.state.status == "done"
    assert record_.state.progress == 1.0
    assert not record_.lease.is_held()
    rows = read_epochs(record_)
    assert rows[3].train == {"loss": 0.25, "my term": 4.0}
    assert terms_of(rows) == ["loss", "my term"]
    asked = read_recorded(record_)
    assert asked.settings == {"lr": 0.01, "sizes": [784, 4]}
    assert (asked.total, asked.data.name) == (8, "mnist")
    # The newest weights are there though 4 is no epoch that stays; 3, which was, is not.
    assert checkpoint_epochs(record_) == [0, 1, 2, 4]
    for name, tensor in read_weights(record_, 0).items():
        assert torch.equal(tensor, before[name])
    for name, tensor in read_weights(record_, 4).items():
        assert torch.equal(tensor, net.state_dict()[name])


def test_the_pictures_are_those_of_the_model(tmp_path: Path) -> None:
    net = small_net()
    with record("pictures", model=net, folder=tmp_path) as run:
        run.epoch(train={"loss": 1}, encode=net[0], decode=net[1])
        run.epoch(train={"loss": 1})
    found = preview_of(RunRecord(run.folder), read_epochs(RunRecord(run.folder)))
    assert found is not None
    epoch, pictures = found
    assert epoch == 1
    given = torch.from_numpy(pictures[0].copy()).float() / 255
    assert torch.allclose(net(given) * 255, torch.from_numpy(pictures[1].copy()).float(), atol=0.51)
    assert given.sum(dim=1).min() > 10


@pytest.mark.parametrize("form", [(784,), (1, 28, 28), (28, 28)])
def test_the_form_that_a_network_takes_is_found(tmp_path: Path, form: tuple[int, ...]) -> None:
    seen: list[tuple[int, ...]] = []

    def encode(x: torch.Tensor) -> tuple[torch.Tensor, str]:
        seen.append(tuple(x.shape))
        if x.shape[1:] != form:
            raise RuntimeError("not this one")
        return x.reshape(10, -1)[:, :784], "log-variance"

    net = small_net()
    with record("forms", model=net, folder=tmp_path) as run:
        for _ in range(2):
            run.epoch(train={"loss": 1}, encode=encode, decode=lambda z: z.reshape(-1, 1, 28, 28))
    assert seen[-1] == (10, *form)
    assert seen.count((10, *form)) == 2
    # The second epoch tried no other one.
    assert seen[-2] == (10, *form)
    rows = read_epochs(RunRecord(run.folder))
    found = preview_of(RunRecord(run.folder), rows)
    assert found is not None
    assert np.array_equal(found[1][0], found[1][1])


def _train(folder: Path | None) -> tuple[list[torch.Tensor], list[Any]]:
    """The weights and all random states after a small training, recorded or not."""
    torch.manual_seed(3)
    np.random.seed(3)
    random.seed(3)
    net = DroppingNet()
    net.body[2].eval()  # a mode of its own
    optimizer = torch.optim.Adam(net.parameters())
    modes: list[bool] = []

    def loop(run: Any) -> None:
        for _ in range(3):
            x = torch.rand(32, 784)
            z, _ = net.encode(x)
            loss = ((net.decode(z) - x) ** 2).mean()
            optimizer.zero_grad()
            loss.backward()
            if run is not None:
                run.epoch(train={"loss": loss}, encode=net.encode, decode=net.decode)
            optimizer.step()
            modes.extend(module.training for module in net.modules())

    if folder is None:
        loop(None)
    else:
        with record("same", model=net, folder=folder) as run:
            loop(run)
    states = [torch.get_rng_state().tolist(), repr(np.random.get_state())]
    return list(net.state_dict().values()), [*states, random.getstate(), modes]


def test_a_recorded_training_has_the_same_numbers(tmp_path: Path) -> None:
    """Gradients, batch norms, modes and all random numbers are as without the recorder."""
    weights, rest = _train(None)
    recorded, recorded_rest = _train(tmp_path)
    assert all(torch.equal(a, b) for a, b in zip(weights, recorded, strict=True))
    assert rest == recorded_rest
    assert read_epochs(RunRecord(next(tmp_path.iterdir())))[0].preview == 0


def test_a_map_is_read_back(tmp_path: Path) -> None:
    labels = torch.arange(30) % 10
    with record("map", labels=labels, folder=tmp_path) as run:
        for step in range(3):
            positions = torch.full((30, 2), float(step), requires_grad=True)
            run.frame(positions, kl=torch.tensor(3.0 - step))
            assert newest_frame(RunRecord(run.folder)).iteration == step
        last = np.full((30, 2), 2.1, np.float32)
        run.frame(last, iteration=100)
    found = load_recording(RunRecord(run.folder))
    assert found.titles == ("map",)
    assert found.iterations.tolist() == [0, 1, 2, 100]
    assert found.labels.tolist() == labels.tolist()
    assert found.kl[:3, 0].tolist() == [3.0, 2.0, 1.0]
    assert np.isnan(found.kl[3, 0])
    assert np.array_equal(found.positions[1], np.ones((1, 30, 2)))
    assert np.array_equal(final_positions(RunRecord(run.folder), found)[0], last)


def test_a_map_that_diverges_is_recorded(tmp_path: Path) -> None:
    with record("map", labels=[1, 2], folder=tmp_path) as run:
        run.frame([[0.0, 1e30], [1, 2]], kl=5)
        run.frame([[0.0, float("nan")], [1, 2]], kl=5)
    found = load_recording(RunRecord(run.folder))
    assert found.kl[0, 0] == 5
    assert np.isnan(found.kl[1, 0])
    assert np.isnan(found.positions[1]).any()
    assert not (run.folder / "positions.safetensors").exists()


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (ValueError("my <b>shapes</b>"), "failed", "ValueError: my <b>shapes</b>"),
        (KeyboardInterrupt(), "cancelled", ""),
        (SystemExit(0), "cancelled", ""),
    ],
)
def test_an_error_ends_the_run_and_goes_on(
    tmp_path: Path, error: BaseException, status: str, said: str
) -> None:
    run = record("x", model=small_net(), folder=tmp_path)

    def loop() -> None:
        with run:
            run.epoch(train={"loss": 1})
            raise error

    with pytest.raises(type(error)):
        loop()
    state = RunRecord(run.folder).state
    assert state.status == status
    assert said in state.error
    assert bool(said) == bool(state.error)
    assert len(read_epochs(RunRecord(run.folder))) == 1
    with pytest.raises(ValueError, match="has ended"):
        run.epoch(train={"loss": 1})


def test_the_default_folder_is_that_of_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_LAB_RUNS", str(tmp_path / "mine"))
    with record("x", model=small_net()) as run:
        run.epoch(train={"loss": 1})
    assert run.folder.parent == tmp_path / "mine"
    (found,) = [run for run in RunStore().list() if not run.in_gallery]
    assert found.request.kind == "recorded-model"


def test_a_folder_that_is_gone_does_not_stop_the_loop(tmp_path: Path) -> None:
    with record("x", model=small_net(), folder=tmp_path) as run:
        run.epoch(train={"loss": 1})
        shutil.rmtree(run.folder)
        with pytest.warns(UserWarning, match="can no longer be recorded"):
            run.epoch(train={"loss": 1})
        run.epoch(train={"loss": 1})
    assert not run.folder.exists()
    assert run.folder not in heartbeats._records


def test_weights_that_no_file_holds_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.recorder.weights._HEADER", 128_000_000 - 20_000)
    with (
        pytest.warns(UserWarning, match="only curves and pictures"),
        record("x", model=small_net(), folder=tmp_path) as run,
    ):
        run.epoch(train={"loss": 1})
    assert checkpoint_epochs(RunRecord(run.folder)) == []
    assert len(read_epochs(RunRecord(run.folder))) == 1


def test_tied_and_strange_weights_are_kept(tmp_path: Path) -> None:
    net = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 8))
    net[1].weight = net[0].weight
    net.register_buffer("turned", torch.arange(6).reshape(2, 3).T)
    with record("x", model=net, folder=tmp_path) as run:
        run.epoch(train={"loss": 1})
    weights = read_weights(RunRecord(run.folder), 1)
    assert torch.equal(weights["0.weight"], weights["1.weight"])
    assert weights["turned"].tolist() == [[0, 3], [1, 4], [2, 5]]


def test_a_long_run_stays_within_what_a_folder_may_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.recorder.training.MAX_RECORDED", 230)
    net = nn.Linear(1, 1)
    flat = lambda x: x  # noqa: E731
    with record("long", model=net, folder=tmp_path) as run:
        for _ in range(230):
            run.epoch(train={"loss": 1}, encode=flat, decode=flat)
        with pytest.warns(UserWarning, match="not recorded"):
            run.epoch(train={"loss": 1})
        run.epoch(train={"loss": 1})
    record_ = RunRecord(run.folder)
    rows = read_epochs(record_)
    assert len(rows) == 230
    assert sum(row.preview is not None for row in rows) == 203
    assert checkpoint_epochs(record_) == [0, 1, 2, *range(5, 105, 5), 150, 200, 230]


def test_frames_of_a_large_map_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.recorder.maps.MAX_BYTES", 3 * 4 * 2)
    with record("long", labels=[1, 2], folder=tmp_path) as run:
        for _ in range(3):
            run.frame([[0, 0], [1, 1]])
        with pytest.warns(UserWarning, match="keeps 3 frames"):
            run.frame([[0, 0], [1, 1]])
    assert len(load_recording(RunRecord(run.folder)).iterations) == 3


def test_importing_the_recorder_imports_neither_pages_nor_compilers() -> None:
    script = (
        "import sys, torch, core.recorder; "
        "print(sorted({'streamlit', 'numba', 'scipy', 'plotly', 'PIL'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stdout == "[]\n"


def test_a_recorded_run_gives_way_also_when_it_was_interrupted(tmp_path: Path) -> None:
    """Nobody can resume it, so it must not fill the disk for ever."""
    interrupted = record_model(tmp_path)
    interrupted.set_state(status="interrupted")
    store = RunStore(tmp_path, tmp_path / "gallery", quota=1000)
    assert store.make_room() <= 0
    assert not interrupted.folder.exists()


def test_what_is_written_are_the_formats_of_every_run(tmp_path: Path) -> None:
    trained, mapped = record_model(tmp_path), record_map(tmp_path)
    assert {p.name for p in trained.folder.iterdir()} == {
        "run.json",
        "state.json",
        "history.jsonl",
        "preview.u8",
        *(f"epoch-00{epoch}.safetensors" for epoch in range(4)),
    }
    names = {p.name for p in mapped.folder.iterdir()}
    assert names == {
        "run.json",
        "state.json",
        "history.jsonl",
        "frames.f16",
        "points.safetensors",
        "positions.safetensors",
    }
    for line in (mapped.folder / "history.jsonl").read_text().splitlines():
        assert isinstance(json.loads(line)["event"], str)


def test_the_range_of_the_outputs_is_kept_before_they_are_cut(tmp_path: Path) -> None:
    net = nn.Linear(784, 784)
    with record("linear", model=net, folder=tmp_path) as run:
        run.epoch(train={"loss": 1.0}, encode=lambda x: x, decode=lambda z: 3 * z - 1)
        run.epoch(train={"loss": 1.0})
        run.epoch(train={"loss": 1.0}, encode=lambda x: x, decode=lambda z: z * float("nan"))
    ranges = [row.outputs for row in read_epochs(RunRecord(run.folder))]
    assert ranges == [(-1.0, 2.0), None, None]
