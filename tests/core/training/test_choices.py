"""The exercise's training, bit for bit, written down once more; and other choices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from core.data.digits import Digits
from core.training.config import TrainConfig, training_settings, with_defaults
from core.training.events import Epoch, Step
from core.training.optimizer import make_optimizer
from core.training.run import _generator
from tests.support.small_training import SMALL, epochs, run, same

pytestmark = pytest.mark.usefixtures("one_thread")

#: The weights and biases of the exercise's networks, in the order in which they are drawn.
LAYERS = {
    "compression": {
        "encoder.0": (784, 128),
        "encoder.2": (128, 32),
        "decoder.0": (32, 128),
        "decoder.2": (128, 784),
    },
    "vae": {
        "encoder.0": (784, 128),
        "encoder.2": (128, 64),
        "mu": (64, 10),
        "logvar": (64, 10),
        "decoder.0": (10, 64),
        "decoder.2": (64, 128),
        "decoder.4": (128, 784),
    },
}
LAYERS |= {"denoising": LAYERS["compression"], "sparse": LAYERS["compression"]}
RATES = {"vae": 1e-4}

Weights = dict[str, nn.Parameter]


def _drawn(model: str, seed: int) -> Weights:
    """Return the starting weights, as PyTorch spreads them."""
    generator = torch.Generator().manual_seed(seed)
    weights: Weights = {}
    for name, (inputs, outputs) in LAYERS[model].items():
        for kind, shape in (("weight", (outputs, inputs)), ("bias", (outputs,))):
            bound = inputs**-0.5
            values = torch.empty(shape).uniform_(-bound, bound, generator=generator)
            weights[f"{name}.{kind}"] = nn.Parameter(values)
    return weights


def _layer(weights: Weights, name: str, x: Tensor) -> Tensor:
    return functional.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])


def _autoencoder(weights: Weights, x: Tensor) -> tuple[Tensor, Tensor]:
    code = x
    for name in ("encoder.0", "encoder.2"):
        code = torch.sigmoid(_layer(weights, name, code))
    picture = code
    for name in ("decoder.0", "decoder.2"):
        picture = torch.sigmoid(_layer(weights, name, picture))
    return code, picture


def _compression(weights: Weights, x: Tensor, generator: torch.Generator) -> Tensor:
    return functional.mse_loss(_autoencoder(weights, x)[1], x)


def _denoising(weights: Weights, x: Tensor, generator: torch.Generator) -> Tensor:
    noise = torch.empty_like(x).normal_(0.0, 0.2, generator=generator)
    return functional.mse_loss(_autoencoder(weights, (noise + x).clamp(0, 1))[1], x)


def _sparse(weights: Weights, x: Tensor, generator: torch.Generator) -> Tensor:
    code, picture = _autoencoder(weights, x)
    rho = torch.tensor(0.01, dtype=torch.float64)
    mean = code.mean(dim=0).double().clamp(1e-6, 1 - 1e-6)
    on = rho * (torch.log(rho) - torch.log(mean))
    off = (1 - rho) * (torch.log1p(-rho) - torch.log1p(-mean))
    return functional.mse_loss(picture, x) + 1.0 * (on + off).clamp_min(0).sum()


def _vae(weights: Weights, x: Tensor, generator: torch.Generator) -> Tensor:
    hidden = x
    for name in ("encoder.0", "encoder.2"):
        hidden = torch.relu(_layer(weights, name, hidden))
    mean, logvar = _layer(weights, "mu", hidden), _layer(weights, "logvar", hidden)
    noise = torch.empty_like(mean).normal_(generator=generator)
    logits = mean + torch.exp(0.5 * logvar) * noise
    for name in ("decoder.0", "decoder.2"):
        logits = torch.relu(_layer(weights, name, logits))
    logits = _layer(weights, "decoder.4", logits)
    kl = 0.5 * (mean.square() + logvar.exp() - 1 - logvar)
    cross_entropy = functional.binary_cross_entropy_with_logits(logits, x)
    return cross_entropy + 0.001 * kl.sum(dim=1).mean()


LOSSES: dict[str, Callable[[Weights, Tensor, torch.Generator], Tensor]] = {
    "compression": _compression,
    "denoising": _denoising,
    "sparse": _sparse,
    "vae": _vae,
}


@pytest.mark.parametrize("model", LOSSES)
def test_the_exercise_s_training_has_not_changed_by_a_bit(
    train_digits: Digits, test_digits: Digits, model: str
) -> None:
    """The gallery's runs were made so: the same weights, whatever can be chosen today."""
    seed = 5
    weights = _drawn(model, seed)
    rate = RATES.get(model, 0.01)
    optimizer = torch.optim.Adam(weights.values(), lr=rate, fused=True, foreach=False)
    generator = torch.Generator().manual_seed(seed * 1009 + 1)
    pixels = train_digits.pixels[: SMALL["digits"]]
    for _ in range(2):
        for batch in torch.randperm(len(pixels), generator=generator).split(SMALL["batch_size"]):
            optimizer.zero_grad()
            LOSSES[model](weights, pixels[batch], generator).backward()
            optimizer.step()
    trained = epochs(run(train_digits, test_digits, model=model, seed=seed, epochs=2))[-1]
    assert same(trained.weights, {name: values.detach() for name, values in weights.items()})


def _train_by_hand(momentum: float, rate: float, train: Digits, seed: int) -> Weights:
    """Train the compression autoencoder by the textbook: v ← m v + g, w ← w − r v."""
    weights = _drawn("compression", seed)
    speed = {name: torch.zeros_like(values) for name, values in weights.items()}
    generator = torch.Generator().manual_seed(seed * 1009 + 1)
    pixels = train.pixels[: SMALL["digits"]]
    for batch in torch.randperm(len(pixels), generator=generator).split(SMALL["batch_size"]):
        loss = _compression(weights, pixels[batch], generator)
        slopes = torch.autograd.grad(loss, list(weights.values()))
        with torch.no_grad():
            for (name, values), slope in zip(weights.items(), slopes, strict=True):
                speed[name] = momentum * speed[name] + slope
                values.sub_(rate * speed[name])
    return weights


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_sgd_steps_as_the_textbook_says(
    train_digits: Digits, test_digits: Digits, momentum: float
) -> None:
    values: dict[str, Any] = {"optimizer": "sgd", "learning_rate": 5.0, "momentum": momentum}
    found = epochs(run(train_digits, test_digits, seed=1, epochs=1, **values))[-1].weights
    assert found is not None
    for name, expected in _train_by_hand(momentum, 5.0, train_digits, 1).items():
        torch.testing.assert_close(found[name], expected.detach(), rtol=1e-4, atol=1e-5)


def test_the_config_decides_the_optimiser() -> None:
    parameters = [nn.Parameter(torch.zeros(2))]
    adam = make_optimizer(TrainConfig(learning_rate=0.5), parameters)
    sgd = make_optimizer(TrainConfig(optimizer="sgd", momentum=0.3), parameters)
    assert (type(adam), adam.defaults["lr"]) == (torch.optim.Adam, 0.5)
    assert (type(sgd), sgd.defaults["momentum"]) == (torch.optim.SGD, 0.3)


@pytest.mark.parametrize(
    ("model", "values", "term", "average"),
    [
        ("compression", {"activation": "relu"}, "loss", 0.0675),
        ("compression", {"activation": "tanh", "learning_rate": 0.003}, "loss", 0.0675),
        ("compression", {"loss": "cross_entropy"}, "reconstruction", 0.0675),
        ("compression", {"tied_weights": True}, "loss", 0.0675),
        ("compression", {"optimizer": "sgd", "learning_rate": 100.0}, "loss", 0.0675),
        ("denoising", {"activation": "relu", "tied_weights": True}, "loss", 0.0675),
        (
            "sparse",
            {"activation": "relu", "loss": "cross_entropy", "sparsity_weight": 0.01},
            "reconstruction",
            0.0675,
        ),
        ("vae", {"kl_weight": 0.0, "learning_rate": 0.002}, "cross_entropy", 0.263),
        ("vae", {"optimizer": "sgd", "learning_rate": 1.0}, "cross_entropy", 0.263),
    ],
)
def test_each_choice_learns_more_than_the_average_digit(
    train_digits: Digits,
    test_digits: Digits,
    model: str,
    values: dict[str, Any],
    term: str,
    average: float,
) -> None:
    more = {"epochs": 8, "digits": 3000, **values}
    last = epochs(run(train_digits, test_digits, model=model, **more))[-1]
    assert last.validation[term] < 0.93 * average


def test_the_kl_weight_rises_while_a_vae_is_trained(
    train_digits: Digits, test_digits: Digits
) -> None:
    weight, warmup = 0.2, 2
    events = list(
        run(train_digits, test_digits, model="vae", kl_weight=weight, kl_warmup=warmup, epochs=4)
    )

    def shown(terms: Any) -> float:
        return (terms["loss"] - terms["cross_entropy"]) / terms["kl_to_prior"]

    found = [shown(event.validation) for event in events if isinstance(event, Epoch)]
    assert found == pytest.approx([0, weight / 2, weight, weight, weight], rel=1e-3, abs=1e-6)
    # A step is the mean over two of twenty batches, each weighed as when it was minimised.
    steps = [shown(event.train) for event in events if isinstance(event, Step)]
    middles = [weight * min(1.0, (2 * n + 0.5) / 20 / warmup) for n in range(40)]
    assert steps == pytest.approx(middles, rel=0.1, abs=1e-4)


def test_a_run_of_an_older_version_has_the_exercise_s_choices() -> None:
    old = {
        "model": "vae",
        "config": {"latent_dim": 10, "kl_weight": 0.001, "hidden_dims": [128, 64]},
        "training": {"epochs": 50, "learning_rate": 1e-4, "batch_size": 128, "digits": 60_000},
    }
    assert with_defaults(old) == training_settings("vae", {}, {})
    changed = training_settings("vae", {"kl_warmup": 3}, {})
    assert with_defaults(changed) == changed
    assert with_defaults({"model": "unknown"}) == {"model": "unknown", "config": {}, "training": {}}


def test_the_streams_are_those_written_down_here() -> None:
    expected = torch.Generator().manual_seed(5 * 1009 + 1)
    found = _generator(5, "training")
    assert torch.equal(torch.rand(3, generator=found), torch.rand(3, generator=expected))
