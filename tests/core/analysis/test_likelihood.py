import pytest
import torch
from torch.distributions import Bernoulli, Normal

from core.analysis import likelihood
from core.analysis.likelihood import likelihood_bounds
from core.data.digits import load_digits
from models.vae import VAE, VAEConfig


def _vae(latent_dim: int = 2) -> VAE:
    generator = torch.Generator().manual_seed(0)
    return VAE(VAEConfig(latent_dim=latent_dim, hidden_dims=(16,)), generator)


def _digits(count: int) -> torch.Tensor:
    return load_digits("test").pixels[:count]


def _generator() -> torch.Generator:
    return torch.Generator().manual_seed(1)


def test_the_bound_is_that_of_torch_distributions() -> None:
    model, pixels = _vae(5), _digits(4)
    _, weighted = likelihood_bounds(model, pixels, 50, _generator())

    with torch.no_grad():
        mu, logvar = model.posterior(pixels)
        spread = (0.5 * logvar).exp()
        noise = torch.randn(4 * 50, 5, generator=_generator()).view(4, 50, 5)
        codes = mu[:, None] + spread[:, None] * noise
        seen = Bernoulli(model.decode(codes), validate_args=False)
        logs = (
            seen.log_prob(pixels[:, None]).sum(2)
            + Normal(0, 1).log_prob(codes).sum(2)
            - Normal(mu[:, None], spread[:, None]).log_prob(codes).sum(2)
        )
    expected = logs.double().logsumexp(1)
    torch.testing.assert_close(weighted, expected - torch.tensor(50.0).log(), rtol=1e-4, atol=1e-3)


def test_many_samples_give_the_integral_over_all_codes() -> None:
    model, pixels = _vae(), _digits(3)
    evidence, weighted = likelihood_bounds(model, pixels, 4000, _generator())

    axis = torch.linspace(-6, 6, 241)
    grid = torch.cartesian_prod(axis, axis)
    with torch.no_grad():
        seen = Bernoulli(model.decode(grid), validate_args=False)
        logs = torch.stack([seen.log_prob(digit).sum(1) for digit in pixels])
    prior = Normal(0, 1).log_prob(grid).sum(1)
    area = float(axis[1] - axis[0]) ** 2
    exact = (logs + prior).double().logsumexp(1) + torch.tensor(area).double().log()
    torch.testing.assert_close(weighted, exact, rtol=0, atol=0.05)
    assert bool((evidence < exact).all())


def test_the_evidence_is_that_of_the_training_and_never_the_higher_one() -> None:
    model, pixels = _vae(5), _digits(50)
    evidence, weighted = likelihood_bounds(model, pixels, 200, _generator())
    with torch.no_grad():
        draws = [model.loss_terms(pixels, torch.Generator().manual_seed(s)) for s in range(40)]
    expected = torch.stack([terms["elbo"] for terms in draws]).mean()
    assert float(evidence.mean()) == pytest.approx(float(expected), rel=1e-3)
    assert bool((weighted >= evidence - 0.05).all())


def test_blocks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = likelihood_bounds(_vae(), _digits(5), 20, _generator())
    monkeypatch.setattr(likelihood, "_CODES", 40)
    found = likelihood_bounds(_vae(), _digits(5), 20, _generator())
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-4)


def test_a_spread_far_below_its_mean_rounds_nothing() -> None:
    """As after a training without a KL term: beside a mean of 10 a float32 loses σ = 2e-9."""
    model, pixels = _vae(3), _digits(3)
    with torch.no_grad():
        model.mu.bias.add_(10)
        model.logvar.bias.sub_(40)
    _, weighted = likelihood_bounds(model, pixels, 50, _generator())

    exact = _vae(3).double()
    exact.load_state_dict(model.state_dict())
    with torch.no_grad():
        mu, logvar = exact.posterior(pixels.double())
        spread = (0.5 * logvar).exp()
        noise = torch.randn(3 * 50, 3, generator=_generator()).view(3, 50, 3).double()
        codes = mu[:, None] + spread[:, None] * noise
        seen = Bernoulli(exact.decode(codes), validate_args=False)
        logs = (
            seen.log_prob(pixels.double()[:, None]).sum(2)
            + Normal(0.0, 1.0).log_prob(codes).sum(2)
            - Normal(mu[:, None], spread[:, None]).log_prob(codes).sum(2)
        )
    expected = logs.logsumexp(1) - torch.tensor(50.0).double().log()
    torch.testing.assert_close(weighted, expected, rtol=1e-4, atol=1e-3)
