"""The sparsity penalty against NumPy, torch.distributions and finite differences."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.distributions import Bernoulli, kl_divergence

from core.data.digits import Digits, load_digits
from models import PIXELS, build
from models.sparse import SparseConfig, sparsity_penalty


@pytest.fixture
def train_digits() -> Digits:
    return load_digits("train").take(slice(0, 256))


def test_penalty_is_the_kl_of_bernoulli_distributions() -> None:
    activation = torch.tensor([0.001, 0.01, 0.2, 0.5, 0.97], dtype=torch.float64)
    rho = torch.tensor(0.01, dtype=torch.float64)
    reference = kl_divergence(Bernoulli(rho), Bernoulli(activation)).sum()
    torch.testing.assert_close(sparsity_penalty(activation, 0.01), reference, rtol=1e-12, atol=0)
    assert sparsity_penalty(torch.full((4,), 0.01, dtype=torch.float64), 0.01) == pytest.approx(0)


def test_penalty_is_never_negative() -> None:
    generator = torch.Generator().manual_seed(0)
    for sparsity in (0.001, 0.01, 0.1, 0.5):
        for spread in (0.0, 1e-7, 1e-5, 1e-3, 1e-2):
            noise = torch.randn(100, 32, generator=generator)
            for activation in sparsity * (1 + spread * noise):
                penalty = sparsity_penalty(activation, sparsity)
                assert penalty >= 0, (sparsity, spread)
                assert penalty.dtype == torch.float64


def test_penalty_near_its_minimum_is_half_the_squared_deviation_over_the_variance() -> None:
    rho, deviation = 0.01, 1e-5
    activation = torch.full((32,), rho + deviation)
    expected = 32 * (float(activation[0]) - rho) ** 2 / (2 * rho * (1 - rho))
    assert float(sparsity_penalty(activation, rho)) == pytest.approx(expected, rel=0.01)


def test_training_terms_are_never_negative_and_deterministic(train_digits: Digits) -> None:
    few = train_digits.pixels[:200]

    def penalties() -> list[float]:
        model = build("sparse", SparseConfig(), seed=0)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        found: list[float] = []
        for _ in range(220):
            terms = model.loss_terms(few, torch.Generator())
            optimizer.zero_grad()
            terms["loss"].backward()
            optimizer.step()
            found.append(float(terms["sparsity_penalty"].detach()))
        return found

    first = penalties()
    assert min(first) >= 0
    assert first[-1] < 1e-3, "it does not come close to its minimum"
    assert penalties() == first


def test_loss_terms_against_numpy() -> None:
    model = build("sparse", SparseConfig(sparsity=0.05, sparsity_weight=0.3), seed=0).double()
    x = torch.rand(9, PIXELS, dtype=torch.float64)
    codes, rebuilt = model.encode(x).detach().numpy(), model(x).detach().numpy()
    rho_hat = codes.mean(axis=0)
    penalty = np.sum(0.05 * np.log(0.05 / rho_hat) + 0.95 * np.log(0.95 / (1 - rho_hat)))
    error = np.mean((rebuilt - x.numpy()) ** 2)
    terms = {k: v.item() for k, v in model.loss_terms(x, torch.Generator()).items()}
    assert terms == pytest.approx(
        {
            "loss": error + 0.3 * penalty,
            "reconstruction": error,
            "sparsity_penalty": penalty,
            "mean_activation": codes.mean(),
        },
        rel=1e-10,
    )


def test_penalty_s_gradient_by_finite_differences() -> None:
    activation = torch.tensor([0.003, 0.02, 0.4, 0.9], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda a: sparsity_penalty(a, 0.01), activation, eps=1e-7)


@pytest.mark.parametrize("shift", [-1e4, 1e4])
def test_gradients_are_finite_when_no_unit_or_every_unit_is_active(shift: float) -> None:
    model = build("sparse", SparseConfig(), seed=0)
    with torch.no_grad():
        model.get_parameter("encoder.2.bias").add_(shift)
    codes = model.encode(torch.rand(4, PIXELS))
    assert set(codes.unique().tolist()) <= {0.0, 1.0}
    terms = model.loss_terms(torch.rand(4, PIXELS), torch.Generator())
    terms["loss"].backward()
    assert torch.isfinite(terms["loss"])
    assert all(torch.isfinite(p.grad).all() for p in model.parameters() if p.grad is not None)
