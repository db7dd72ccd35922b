"""Every activation, loss and kind of weights against NumPy in float64, from the weights alone."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from models import MODELS, PIXELS, Model, build
from models.vae import VAEConfig

Array = NDArray[np.float64]

FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "relu": lambda x: np.where(x > 0, x, 0),
    "tanh": lambda x: 2 / (1 + np.exp(-2 * x)) - 1,
}
ACTIVATIONS = list(FUNCTIONS)
CASES = list(
    itertools.product(
        ("compression", "denoising", "sparse"),
        ACTIVATIONS,
        ("squared_error", "cross_entropy"),
        (False, True),
    )
)


def _autoencoder(name: str, activation: str, loss: str, tied: bool, **more: Any) -> Model:
    config = MODELS[name].config.from_dict(
        {
            "latent_dim": 5,
            "hidden_dims": [9, 7],
            "activation": activation,
            "loss": loss,
            "tied_weights": tied,
            **more,
        }
    )
    return build(name, config, seed=3).double()


def _numbers(model: Model) -> dict[str, Array]:
    return {name: values.numpy() for name, values in model.state_dict().items()}


def _through(x: Array, layers: list[tuple[Array, Array]], functions: list[str]) -> Array:
    for (weight, bias), function in zip(layers, functions, strict=True):
        x = FUNCTIONS[function](np.einsum("ni,oi->no", x, weight) + bias)
    return x


def _by_hand(model: Model, activation: str, tied: bool, x: Array) -> tuple[Array, Array]:
    """Return the codes and the pictures, of numbers in a file alone."""
    saved = _numbers(model)
    code = "sigmoid" if model.__class__.__name__ == "SparseAutoencoder" else activation
    down = [(saved[f"encoder.{n}.weight"], saved[f"encoder.{n}.bias"]) for n in (0, 2, 4)]
    if tied:
        assert not [name for name in saved if "decoder" in name and "weight" in name]
        up = [(down[2 - n][0].T, saved[f"decoder.{2 * n}.bias"]) for n in range(3)]
    else:
        up = [(saved[f"decoder.{n}.weight"], saved[f"decoder.{n}.bias"]) for n in (0, 2, 4)]
    codes = _through(x, down, [activation, activation, code])
    return codes, _through(codes, up, [activation, activation, "sigmoid"])


def _cross_entropy(p: Array, x: Array) -> float:
    return float(-np.mean(x * np.log(p) + (1 - x) * np.log(1 - p)))


@pytest.mark.parametrize(("name", "activation", "loss", "tied"), CASES)
def test_an_autoencoder_s_pictures_and_losses(
    name: str, activation: str, loss: str, tied: bool
) -> None:
    model = _autoencoder(name, activation, loss, tied)
    clean = torch.rand(6, PIXELS, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    given = model.corrupt(clean, torch.Generator().manual_seed(5))
    codes, pictures = _by_hand(model, activation, tied, given.numpy())
    np.testing.assert_allclose(model.encode(given).detach(), codes, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(model(given).detach(), pictures, rtol=1e-9)

    squared = float(np.mean((pictures - clean.numpy()) ** 2))
    minimised = squared if loss == "squared_error" else _cross_entropy(pictures, clean.numpy())
    expected = {"loss": minimised, "reconstruction": squared}
    if name == "sparse":
        rho = codes.mean(axis=0)
        penalty = np.sum(0.01 * np.log(0.01 / rho) + 0.99 * np.log(0.99 / (1 - rho)))
        expected |= {
            "loss": minimised + penalty,
            "cross_entropy": minimised,
            "sparsity_penalty": penalty,
            "mean_activation": codes.mean(),
        }
    found = model.loss_terms(clean, torch.Generator().manual_seed(5))
    assert {key: float(value.detach()) for key, value in found.items()} == pytest.approx(
        {key: expected[key] for key in found}, rel=1e-9
    )
    assert ("reconstruction" in found) == (loss == "cross_entropy" or name == "sparse")


@pytest.mark.parametrize(("name", "activation", "loss", "tied"), CASES)
def test_the_gradient_is_that_of_finite_differences(
    name: str, activation: str, loss: str, tied: bool
) -> None:
    """Tied weights get a gradient from both of their places."""
    model = _autoencoder(name, activation, loss, tied)
    x = torch.rand(4, PIXELS, dtype=torch.float64, generator=torch.Generator().manual_seed(1))

    def value() -> torch.Tensor:
        return model.loss_terms(x, torch.Generator().manual_seed(2))["loss"]

    value().backward()
    for parameter in model.parameters():
        assert parameter.grad is not None
        place = int(parameter.grad.abs().argmax())
        flat = parameter.data.view(-1)
        start, step = float(flat[place]), 1e-6
        ends: list[float] = []
        for side in (step, -step):
            flat[place] = start + side
            ends.append(float(value().detach()))
        flat[place] = start
        slope = (ends[0] - ends[1]) / (2 * step)
        assert float(parameter.grad.view(-1)[place]) == pytest.approx(slope, rel=1e-4, abs=1e-9)


@pytest.mark.parametrize("name", ["compression", "denoising", "sparse"])
def test_cross_entropy_is_finite_where_outputs_saturate(name: str) -> None:
    model = _autoencoder(name, "relu", "cross_entropy", tied=False).float()
    with torch.no_grad():
        model.get_parameter("decoder.4.bias").add_(1e3)  # every output rounds to 1
    found = model.loss_terms(torch.zeros(3, PIXELS), torch.Generator().manual_seed(0))
    picture = found["cross_entropy" if name == "sparse" else "loss"]
    assert float(picture.detach()) == pytest.approx(1e3, rel=0.01)


def test_tied_weights_are_learned_once() -> None:
    counts = {
        tied: sum(
            p.numel()
            for p in _autoencoder("compression", "relu", "squared_error", tied).parameters()
        )
        for tied in (False, True)
    }
    assert counts[False] - counts[True] == 784 * 9 + 9 * 7 + 7 * 5


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_vae_s_posterior_and_pictures(activation: str) -> None:
    config = VAEConfig(latent_dim=3, hidden_dims=(9, 7), activation=activation)
    model = build("vae", config, seed=2).double()
    saved = _numbers(model)

    def layers(part: str, numbers: tuple[int, ...]) -> list[tuple[Array, Array]]:
        return [(saved[f"{part}.{n}.weight"], saved[f"{part}.{n}.bias"]) for n in numbers]

    x = torch.rand(4, PIXELS, dtype=torch.float64)
    hidden = _through(x.numpy(), layers("encoder", (0, 2)), [activation] * 2)
    mean = hidden @ saved["mu.weight"].T + saved["mu.bias"]
    np.testing.assert_allclose(model.encode(x).detach(), mean, rtol=1e-9, atol=1e-12)
    picture = _through(mean, layers("decoder", (0, 2, 4)), [activation, activation, "sigmoid"])
    np.testing.assert_allclose(model(x).detach(), picture, rtol=1e-9)


@pytest.mark.parametrize(
    ("warmup", "epochs", "share"),
    [(0, 0, 1), (0, 0.3, 1), (4, 0, 0), (4, 1, 0.25), (4, 2.5, 0.625), (4, 4, 1), (4, 50, 1)],
)
def test_the_kl_weight_rises_evenly_over_the_warm_up(
    warmup: int, epochs: float, share: float
) -> None:
    config = VAEConfig(kl_weight=0.02, kl_warmup=warmup)
    model = build("vae", config, seed=0)
    x = torch.rand(5, PIXELS)

    def terms() -> dict[str, float]:
        found = model.loss_terms(x, torch.Generator().manual_seed(1))
        return {name: float(value.detach()) for name, value in found.items()}

    full = terms()
    assert full["loss"] == pytest.approx(full["cross_entropy"] + 0.02 * full["kl_to_prior"])
    model.set_epoch(epochs)
    now = terms()
    weighed = share * 0.02 * now["kl_to_prior"]
    assert now["loss"] == pytest.approx(now["cross_entropy"] + weighed, rel=1e-6)
    assert {**now, "loss": 0} == {**full, "loss": 0}, "the other terms are never weighed"


def test_without_a_kl_term_the_loss_is_the_cross_entropy() -> None:
    model = build("vae", VAEConfig(kl_weight=0.0, kl_warmup=3), seed=0)
    for epochs in (0, 1, 3):
        model.set_epoch(epochs)
        found = model.loss_terms(torch.rand(5, PIXELS), torch.Generator().manual_seed(1))
        assert torch.equal(found["loss"], found["cross_entropy"])
