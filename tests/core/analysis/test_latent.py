"""Looking into models: ends of interpolations, lengths on the sphere, neighbours, planes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.analysis.latent import (
    code_similarity,
    decode,
    encode,
    interpolate,
    kl_per_dimension,
    plane_share,
    principal_plane,
    random_codes,
    reconstruct,
    reconstruction_errors,
    traverse,
    typical_digits,
    unit_responses,
    weight_similarity,
)
from models import PIXELS, build
from models.autoencoder import AutoencoderConfig
from models.vae import VAE, VAEConfig


@pytest.fixture(scope="module")
def vae() -> VAE:
    model = build("vae", VAEConfig(), seed=0)
    assert isinstance(model, VAE)
    return model


@pytest.mark.parametrize("spherical", [False, True])
def test_interpolation_ends_at_the_two_reconstructions(vae: VAE, spherical: bool) -> None:
    digits = torch.rand(2, PIXELS, generator=torch.Generator().manual_seed(0))
    first, second = encode(vae, digits)
    pictures = decode(vae, interpolate(first, second, 11, spherical=spherical))
    torch.testing.assert_close(pictures[[0, -1]], reconstruct(vae, digits), rtol=1e-4, atol=1e-5)


def test_linear_interpolation_is_even() -> None:
    codes = interpolate(torch.tensor([0.0, 4.0]), torch.tensor([2.0, 0.0]), 5)
    np.testing.assert_allclose(codes, [[0, 4], [0.5, 3], [1, 2], [1.5, 1], [2, 0]])


def test_spherical_interpolation_keeps_the_norm_and_turns_evenly() -> None:
    first, second = torch.tensor([3.0, 0.0, 0.0]), torch.tensor([0.0, 3.0, 0.0])
    codes = interpolate(first, second, 7, spherical=True)
    np.testing.assert_allclose(codes.norm(dim=1), 3.0, rtol=1e-6)
    angles = torch.rad2deg(torch.arctan2(codes[:, 1], codes[:, 0]))
    np.testing.assert_allclose(angles, np.linspace(0, 90, 7), atol=1e-3)


@pytest.mark.parametrize("other", [[0.0, 0.0], [2.0, 0.0], [-1.0, 0.0]])
def test_spherical_interpolation_without_an_angle_is_the_straight_line(other: list[float]) -> None:
    first, second = torch.tensor([1.0, 0.0]), torch.tensor(other)
    codes = interpolate(first, second, 5, spherical=True)
    torch.testing.assert_close(codes, interpolate(first, second, 5))


def test_traversal_changes_one_dimension() -> None:
    codes = traverse(torch.tensor([1.0, 2.0, 3.0]), 1, torch.tensor([-1.0, 0.0]))
    assert codes.tolist() == [[1, -1, 3], [1, 0, 3]]


def test_random_codes_share_their_numbers_and_scale_with_the_temperature() -> None:
    small, large = random_codes(2000, 3, 1.0, seed=5), random_codes(2000, 8, 1.0, seed=5)
    assert torch.equal(small, large[:, :3])
    assert torch.equal(random_codes(2000, 3, 0.5, seed=5), small * 0.5)
    assert not torch.equal(random_codes(2000, 3, 1.0, seed=6), small)
    np.testing.assert_allclose(large.std(0), 1.0, atol=0.06)


def test_unit_responses_switch_one_unit_each() -> None:
    model = build("compression", AutoencoderConfig(latent_dim=4), seed=0)
    base, highest = torch.full((4,), 0.3), torch.tensor([1.0, 0.8, 0.6, 0.4])
    responses = unit_responses(model, base, highest)
    on, off = base.clone(), base.clone()
    on[2], off[2] = 0.6, 0.0
    expected = decode(model, on[None]) - decode(model, off[None])
    torch.testing.assert_close(responses[2], expected[0])


def test_codes_and_errors_are_those_of_each_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.analysis.latent._CHUNK", 3)
    model = build("compression", AutoencoderConfig(), seed=0)
    digits = torch.rand(7, PIXELS)
    codes, errors = encode(model, digits), reconstruction_errors(model, digits)
    for code, error, digit in zip(codes, errors, digits, strict=True):
        torch.testing.assert_close(code, encode(model, digit[None])[0])
        expected = (reconstruct(model, digit[None])[0] - digit).square().mean()
        torch.testing.assert_close(error, expected)


def test_kl_per_dimension_adds_up_to_the_loss_term(vae: VAE) -> None:
    digits = torch.rand(20, PIXELS)
    terms = vae.loss_terms(digits, torch.Generator())
    assert float(kl_per_dimension(vae, digits).sum()) == pytest.approx(
        float(terms["kl_to_prior"].detach()), rel=1e-5
    )


def test_principal_plane_finds_the_widest_directions() -> None:
    generator = torch.Generator().manual_seed(0)
    codes = torch.randn(5000, 4, generator=generator) * torch.tensor([0.1, 3.0, 0.2, 1.0]) + 7
    origin, axes = principal_plane(codes)
    np.testing.assert_allclose(origin, codes.mean(0), rtol=1e-5)
    np.testing.assert_allclose(axes, [[0, 1, 0, 0], [0, 0, 0, 1]], atol=0.02)


def test_a_plane_shows_its_share_of_the_variance() -> None:
    codes = torch.randn(5000, 4, generator=torch.Generator().manual_seed(0))
    codes = codes * torch.tensor([1.0, 2.0, 1.0, 1.0]) + 3
    axes = torch.eye(4)[[1, 0]]
    assert plane_share(codes, axes) == pytest.approx((4 + 1) / 7, abs=0.02)
    assert plane_share(codes[:, :2], torch.eye(2)) == pytest.approx(1)
    assert plane_share(torch.ones(3, 4), axes) == 1, "nothing varies, so nothing is hidden"


def test_similar_codes_tell_digits_apart_alike() -> None:
    codes = torch.randn(200, 5, generator=torch.Generator().manual_seed(0))
    assert code_similarity(codes, 3 * codes + torch.arange(5.0)) == pytest.approx(1)
    assert code_similarity(codes, -codes) == pytest.approx(-1)
    assert code_similarity(codes, torch.ones(200, 5)) == 0
    other = torch.randn(200, 5, generator=torch.Generator().manual_seed(1))
    assert abs(code_similarity(codes, other)) < 0.1
    assert weight_similarity(codes, 2 * codes + 1) == pytest.approx(1)
    assert abs(weight_similarity(codes, other)) < 0.1


def test_typical_digits_are_nearest_to_the_mean_of_their_class() -> None:
    pixels = torch.zeros(6, PIXELS)
    pixels[:, 0] = torch.tensor([0.0, 0.5, 1.0, 0.0, 0.6, 1.0])
    labels = torch.tensor([7, 7, 7, 2, 2, 2])
    assert typical_digits(pixels, labels).tolist() == [4, 1], "of the 2s, then of the 7s"
