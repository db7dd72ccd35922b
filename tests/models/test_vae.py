"""The VAE: both loss terms against independent computations, and its random codes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.distributions import Normal, kl_divergence

from models import PIXELS, build
from models.vae import VAE, VAEConfig, gaussian_kl, sample


def _vae(*, latent_dim: int = 10, kl_weight: float = 0.001) -> VAE:
    model = build("vae", VAEConfig(latent_dim=latent_dim, kl_weight=kl_weight), seed=0)
    assert isinstance(model, VAE)
    return model


def test_the_exercise_s_layers() -> None:
    shapes = {name: tuple(p.shape) for name, p in _vae().named_parameters() if "weight" in name}
    assert shapes == {
        "encoder.0.weight": (128, 784),
        "encoder.2.weight": (64, 128),
        "mu.weight": (10, 64),
        "logvar.weight": (10, 64),
        "decoder.0.weight": (64, 10),
        "decoder.2.weight": (128, 64),
        "decoder.4.weight": (784, 128),
    }


def test_kl_against_torch_distributions() -> None:
    generator = torch.Generator().manual_seed(0)
    mu = torch.randn(50, 10, generator=generator, dtype=torch.float64)
    logvar = torch.randn(50, 10, generator=generator, dtype=torch.float64)
    reference = kl_divergence(Normal(mu, torch.exp(logvar / 2)), Normal(0.0, 1.0))
    torch.testing.assert_close(gaussian_kl(mu, logvar), reference, rtol=1e-10, atol=1e-12)


def test_loss_terms_against_numpy() -> None:
    model = _vae(kl_weight=0.01).double()
    x = torch.rand(6, PIXELS, dtype=torch.float64)
    mu, logvar = (t.detach() for t in model.posterior(x))
    noise = torch.empty_like(mu).normal_(generator=torch.Generator().manual_seed(3)).numpy()
    z = torch.from_numpy(mu.numpy() + np.exp(logvar.numpy() / 2) * noise)
    p, target = model.decode(z).detach().numpy(), x.numpy()
    cross_entropy = -np.mean(target * np.log(p) + (1 - target) * np.log(1 - p))
    variance = np.exp(logvar.numpy())
    kl = np.mean(np.sum(mu.numpy() ** 2 + variance - np.log(variance) - 1, axis=1) / 2)
    terms = {k: v.item() for k, v in model.loss_terms(x, torch.Generator().manual_seed(3)).items()}
    assert terms == pytest.approx(
        {
            "loss": cross_entropy + 0.01 * kl,
            "cross_entropy": cross_entropy,
            "kl_to_prior": kl,
            "elbo": -(784 * cross_entropy + kl),
        },
        rel=1e-9,
    )


def test_cross_entropy_stays_finite_where_probabilities_saturate() -> None:
    model = _vae()
    with torch.no_grad():
        model.get_parameter("decoder.4.bias").add_(1e3)  # every pixel's probability rounds to 1
    terms = model.loss_terms(torch.zeros(3, PIXELS), torch.Generator().manual_seed(0))
    assert terms["cross_entropy"].item() == pytest.approx(1e3, rel=0.01)


def test_samples_have_the_posterior_s_mean_and_spread() -> None:
    mu = torch.tensor([[1.5, -2.0]]).expand(40_000, 2)
    logvar = torch.tensor([[0.0, -2.0]]).expand(40_000, 2)
    codes = sample(mu, logvar, torch.Generator().manual_seed(0))
    np.testing.assert_allclose(codes.mean(0), [1.5, -2.0], atol=0.02)
    np.testing.assert_allclose(codes.std(0), [1.0, np.exp(-1)], rtol=0.02)


def test_gradients_reach_both_heads() -> None:
    model = _vae(kl_weight=0.0)
    terms = model.loss_terms(torch.rand(4, PIXELS), torch.Generator().manual_seed(0))
    terms["loss"].backward()
    for head in (model.mu, model.logvar):
        assert head.weight.grad is not None
        assert head.weight.grad.abs().sum() > 0


@pytest.mark.parametrize("latent_dim", [2, 64])
def test_other_sizes(latent_dim: int) -> None:
    model = _vae(latent_dim=latent_dim)
    assert model.encode(torch.rand(3, PIXELS)).shape == (3, latent_dim)
