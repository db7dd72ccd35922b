"""The time machine: the film that its page sends, of a gallery's run and of the largest one."""

from __future__ import annotations

import re
import tomllib
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from weakref import WeakSet

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from app.digits.chosen import typical_test_digits
from app.views import time_machine
from core.analysis.latent import encode, first_layer_weights
from core.data.data_sets import DATA_SETS, MNIST
from core.data.digits import load_digits
from core.runs.state import RunRequest
from core.runs.store import RunStore
from core.training.config import TrainConfig, training_settings
from core.training.record import checkpoint_epochs, load_model
from models import Model, build, hyperparameters, spec_of
from tests.app.conftest import OpenPage
from tests.support.message import unpack

SETTINGS = Path(__file__).resolve().parents[3] / ".streamlit" / "config.toml"


def value(text: str) -> float:
    """The number that is written at an end of a scale."""
    return float(text.replace("−", "-"))


def test_codes_that_do_not_vary_are_compared_with_nothing() -> None:
    said = time_machine.said_of([0, 1], codes=[0.0, 0.0], weights=[0.3, 1.0])
    assert said.startswith("The codes or the weights of the last epoch do not vary")
    said = time_machine.said_of([0, 1], codes=[0.0, 1.0], weights=[0.3, 1.0])
    assert said.startswith("From epoch 1 on the correlation of the codes")


@pytest.mark.parametrize(
    ("page", "run"),
    [("autoencoders", "compression"), ("autoencoders", "denoising"), ("vae", "vae-2d")],
)
def test_the_scales_have_numbers(page: str, run: str, open_page: OpenPage) -> None:
    app = open_page(page, run=run, view="Time machine")
    head = unpack(app.get("bidi_component")[0].proto.bytes)
    record = RunStore().get(run)
    models = [load_model(record, epoch) for epoch in checkpoint_epochs(record)]
    test = load_digits("test")
    pixels = test.pixels[typical_test_digits(DATA_SETS[MNIST])]
    shown = models[0].corrupt(pixels, torch.Generator().manual_seed(0))
    codes = np.stack([encode(model, shown) for model in models])  # of what is shown above them
    weights = np.stack([first_layer_weights(model)[:64] for model in models])
    _, shown_codes, shown_weights = head["strips"]
    assert (shown_codes["height"], shown_codes["width"]) == codes.shape[1:]  # a pixel a number
    assert shown_codes["maxWidth"] / shown_codes["width"] == time_machine.CODE_WIDTH
    low, high = map(value, shown_codes["ends"])
    assert low == (-high if codes.min() < 0 else 0)
    assert high == pytest.approx(np.abs(codes).max(), rel=0.01)
    low, high = map(value, shown_weights["ends"])
    assert low == -high
    assert high == pytest.approx(np.abs(weights).max(), rel=0.01)


@pytest.mark.parametrize(
    ("page", "run", "said"),
    [
        ("autoencoders", "compression", "50 · test mean squared error 0.0067 per pixel"),
        ("autoencoders", "sparse", r"50 · test mean squared error 0\.\d{4} per pixel"),
        ("vae", "vae", "50 · test cross-entropy 0.1266 nats per pixel"),
    ],
)
def test_an_epoch_says_its_error(page: str, run: str, said: str, open_page: OpenPage) -> None:
    app = open_page(page, run=run, view="Time machine")
    head = unpack(app.get("bidi_component")[0].proto.bytes)
    assert re.fullmatch(said, head["labels"][-1])


def test_an_epoch_without_an_error_says_its_number() -> None:
    rows = [
        {"event": "epoch", "epoch": 1, "validation": {"loss": 0.05}},
        {"event": "epoch", "epoch": 2, "validation": {"loss": None}},  # not a number
    ]
    settings = training_settings("compression", {}, {})
    record: Any = SimpleNamespace(
        id="mine", request=SimpleNamespace(settings=settings), history=lambda: rows
    )
    labels = time_machine.epoch_labels(record, [0, 1, 2])
    assert labels == ["0", "1 · test mean squared error 0.0500 per pixel", "2"]


def script(view: object) -> None:
    """A page of nothing but a view."""
    assert callable(view)
    view()


@pytest.mark.usefixtures("nothing_kept")
def test_the_largest_film_can_be_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = spec_of("compression")
    widest = int(hyperparameters(spec.config)["latent_dim"].maximum or 0)
    alive: WeakSet[Model] = WeakSet()
    most_alive = 0

    def model(*_: object) -> Model:
        nonlocal most_alive
        alive.add(made := build("compression", spec.config.from_dict({"latent_dim": widest}), 0))
        most_alive = max(most_alive, len(alive))
        return made.requires_grad_(False)

    longest = int(hyperparameters(TrainConfig)["epochs"].maximum or 0)
    configs = ("compression", spec.config(), TrainConfig(epochs=longest))
    record: Any = SimpleNamespace(
        id="largest",
        request=RunRequest(
            kind="train",
            title="Largest",
            settings={"model": "compression", "config": {}, "training": {}},
        ),
        history=lambda: (),
    )
    for name, fake in {
        "checkpoint_epochs": lambda record: list(range(longest + 1)),
        "load_model": model,
        "read_configs": lambda record: configs,
        "data_of": lambda record: DATA_SETS[MNIST],
        "store": lambda: SimpleNamespace(get=lambda run_id: record),
        "TrainedModel": lambda record, epoch: SimpleNamespace(model=model()),
    }.items():
        monkeypatch.setattr(time_machine, name, fake)
    view = partial(time_machine.draw, record)
    app = AppTest.from_function(script, kwargs={"view": view}, default_timeout=60).run()
    assert not app.exception
    film = app.get("bidi_component")[0].proto.bytes
    head = unpack(film)
    assert head["strips"][1]["width"] == widest
    assert (head["labels"][0], head["labels"][-1]) == ("0", str(longest))
    assert any(str(len(head["labels"])) in caption.value for caption in app.caption)
    most = tomllib.loads(SETTINGS.read_text())["server"]["maxMessageSize"]
    assert len(film) < 0.9 * most * 1e6
    assert most_alive <= 3, "hundreds of large ones take gigabytes"
