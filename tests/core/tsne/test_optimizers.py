import math

import pytest
import torch

from core.tsne.optimizer_kinds import OPTIMIZERS
from core.tsne.optimizers import (
    OptimizerConfig,
    check_learning_rate,
    optimizer_names,
    short_titles,
)


@pytest.mark.parametrize(
    ("text", "shortest", "title"),
    [
        ("sgd", "sgd", "SGD, lr 10"),
        ("sgd:lr=10", "sgd", "SGD, lr 10"),
        ("Adam", "adam", "Adam, lr 0.1"),
        ("adam:lr=1.0", "adam:lr=1", "Adam, lr 1"),
        (
            "sgd:momentum=0.9:lr=500:nesterov",
            "sgd:lr=500:momentum=0.9:nesterov",
            "SGD, lr 500, Nesterov momentum 0.9",
        ),
        ("sgd:lr=500:momentum=0.8", "sgd:lr=500:momentum=0.8", "SGD, lr 500, momentum 0.8"),
        (
            "rmsprop:lr=0.05:momentum=0.8",
            "rmsprop:lr=0.05:momentum=0.8",
            "RMSprop, lr 0.05, momentum 0.8",
        ),
        ("adagrad", "adagrad", "Adagrad, lr 2"),
        ("rprop:lr=1e-05", "rprop:lr=1e-05", "Rprop, lr 1e-05"),
    ],
)
def test_text_form(text: str, shortest: str, title: str) -> None:
    optimizer = OptimizerConfig.parse(text)

    assert str(optimizer) == shortest
    assert optimizer.title == title
    assert OptimizerConfig.parse(shortest) == optimizer
    assert OptimizerConfig.from_dict(optimizer.to_dict()) == optimizer


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("lion", r"optimizer \(='lion'\) must be one of: sgd, adam"),
        ("", r"optimizer \(=''\) must be one of"),
        ("sgd:rate=3", "rate .* is not a setting of an optimiser; it has lr, momentum"),
        ("sgd:optimizer=adam", "is not a setting"),
        ("sgd:lr=fast", r"learning_rate \(='fast'\) must be a number"),
        ("sgd:lr=200000", r"learning_rate \(=200000.0\) must be between 0 and 100,000"),
        ("sgd:lr=nan", "must be a finite number"),
        ("sgd:lr", "must be a number"),
        ("adam:momentum=0.9", r"momentum \(=0.9\) is not for adam; .* sgd or rmsprop"),
        ("rmsprop:momentum=0.9:nesterov", r"nesterov .* is not for rmsprop; .* sgd"),
        ("sgd:nesterov", "nesterov .* needs a momentum above 0"),
        ("sgd:momentum=1", r"momentum \(=1.0\) must be between 0 and 0.99"),
    ],
)
def test_bad_text_is_explained(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        OptimizerConfig.parse(text)


def test_a_learning_rate_is_above_zero_and_at_most_a_hundred_thousand() -> None:
    assert [check_learning_rate(rate) for rate in (1e-9, 100_000.0)] == [1e-9, 100_000.0]
    for rate in (0.0, -1.0, 100_000.1, math.nan, math.inf):
        with pytest.raises(ValueError, match=r"must be above 0 and at most 100,000\.$"):
            check_learning_rate(rate)


def test_names_are_unique() -> None:
    optimizers = [OptimizerConfig.parse(text) for text in ("sgd", "adam", "sgd:lr=500", "sgd:lr=1")]

    assert optimizer_names(optimizers) == ("sgd", "adam", "sgd_2", "sgd_3")


def test_two_maps_of_one_optimiser_are_numbered_in_charts() -> None:
    assert short_titles(("sgd", "adam", "rprop")) == ("SGD", "Adam", "Rprop")
    assert short_titles(("sgd", "adam", "sgd", "sgd")) == ("SGD 1", "Adam", "SGD 2", "SGD 3")


@pytest.mark.parametrize(
    ("text", "kind", "settings"),
    [
        ("sgd", torch.optim.SGD, {"lr": 10.0, "momentum": 0.0, "nesterov": False}),
        (
            "sgd:lr=300:momentum=0.9:nesterov",
            torch.optim.SGD,
            {"lr": 300.0, "momentum": 0.9, "nesterov": True},
        ),
        ("adam:lr=2", torch.optim.Adam, {"lr": 2.0}),
        ("rmsprop:momentum=0.8", torch.optim.RMSprop, {"lr": 0.1, "momentum": 0.8}),
        ("adagrad:lr=0.5", torch.optim.Adagrad, {"lr": 0.5}),
        ("rprop", torch.optim.Rprop, {"lr": 0.1}),
        ("rprop:lr=0.3", torch.optim.Rprop, {"lr": 0.3}),
    ],
)
def test_the_settings_reach_the_optimiser_of_torch(
    text: str, kind: type, settings: dict[str, object]
) -> None:
    optimizer = OptimizerConfig.parse(text).make(torch.ones(5, 2))
    (group,) = optimizer.param_groups

    assert type(optimizer) is kind
    assert {name: group[name] for name in settings} == settings


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimiser_steps_downhill(name: str) -> None:
    leaf = torch.ones(5, 2)
    leaf.grad = torch.ones(5, 2)
    optimizer = OptimizerConfig.parse(name).make(leaf)

    optimizer.step()

    assert isinstance(optimizer, torch.optim.Optimizer)
    assert (leaf < 1).all()
