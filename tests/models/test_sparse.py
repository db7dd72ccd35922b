"""The sparsity penalty against NumPy, torch.distributions and finite differences."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.distributions import Bernoulli, kl_divergence

from models import PIXELS, build
from models.sparse import SparseConfig, sparsity_penalty


def test_penalty_is_the_kl_of_bernoulli_distributions() -> None:
    activation = torch.tensor([0.001, 0.01, 0.2, 0.5, 0.97], dtype=torch.float64)
    rho = torch.tensor(0.01, dtype=torch.float64)
    reference = kl_divergence(Bernoulli(rho), Bernoulli(activation)).sum()
    torch.testing.assert_close(sparsity_penalty(activation, 0.01), reference, rtol=1e-12, atol=0)
    assert sparsity_penalty(torch.full((4,), 0.01, dtype=torch.float64), 0.01) == pytest.approx(0)


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
def test_gradients_are_finite_when_every_unit_is_silent_or_loud(shift: float) -> None:
    model = build("sparse", SparseConfig(), seed=0)
    with torch.no_grad():
        model.get_parameter("encoder.2.bias").add_(shift)
    codes = model.encode(torch.rand(4, PIXELS))
    assert set(codes.unique().tolist()) <= {0.0, 1.0}
    terms = model.loss_terms(torch.rand(4, PIXELS), torch.Generator())
    terms["loss"].backward()
    assert torch.isfinite(terms["loss"])
    assert all(torch.isfinite(p.grad).all() for p in model.parameters() if p.grad is not None)
