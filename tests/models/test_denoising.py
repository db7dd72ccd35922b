"""The denoising autoencoder: what noise it gets, and which digit its loss compares with."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from models import PIXELS, build
from models.autoencoder import AutoencoderConfig
from models.denoising import DenoisingConfig


def test_noise_has_the_asked_spread_and_is_clipped() -> None:
    model = build("denoising", DenoisingConfig(noise_std=0.2), seed=0)
    grey = torch.full((200, PIXELS), 0.5)
    noise = model.corrupt(grey, torch.Generator().manual_seed(0)) - grey
    # A normal variable clipped at c = 2.5 standard deviations has the variance
    # (2Φ(c) - 1) - 2cφ(c) + 2c²(1 - Φ(c)) = 0.9776 of its own.
    assert abs(noise.mean()) < 0.002
    assert noise.std() == pytest.approx(0.2 * 0.9776**0.5, rel=0.005)
    dark = model.corrupt(torch.zeros(200, PIXELS), torch.Generator().manual_seed(1))
    assert dark.min() == 0
    assert dark.max() <= 1
    # Half of a normal distribution is below zero, and all of that becomes zero.
    assert (dark == 0).float().mean() == pytest.approx(0.5, abs=0.01)


def test_only_a_denoising_model_was_trained_with_noise() -> None:
    assert build("denoising", DenoisingConfig(noise_std=0.3), seed=0).trained_noise == 0.3
    assert build("compression", AutoencoderConfig(), seed=0).trained_noise is None


def test_noise_does_not_touch_the_clean_digits() -> None:
    model = build("denoising", DenoisingConfig(), seed=0)
    clean = torch.rand(8, PIXELS)
    before = clean.clone()
    model.loss_terms(clean, torch.Generator().manual_seed(0))
    assert torch.equal(clean, before)


def test_loss_compares_with_the_clean_digit_in_numpy() -> None:
    model = build("denoising", DenoisingConfig(noise_std=0.3), seed=2).double()
    clean = torch.rand(5, PIXELS, dtype=torch.float64)
    noisy = model.corrupt(clean, torch.Generator().manual_seed(7))
    hidden = noisy.numpy()
    for name, parameter in model.named_parameters():
        values = parameter.detach().numpy()
        hidden = (
            hidden @ values.T if name.endswith("weight") else 1 / (1 + np.exp(-hidden - values))
        )
    loss = model.loss_terms(clean, torch.Generator().manual_seed(7))["loss"].item()
    np.testing.assert_allclose(loss, np.mean((hidden - clean.numpy()) ** 2), rtol=1e-12)


def test_without_noise_it_is_the_plain_autoencoder() -> None:
    plain = build("compression", AutoencoderConfig(), seed=4)
    silent = build("denoising", DenoisingConfig(noise_std=0.0), seed=4)
    digits = torch.rand(6, PIXELS)
    generator = torch.Generator()
    assert torch.equal(
        plain.loss_terms(digits, generator)["loss"], silent.loss_terms(digits, generator)["loss"]
    )
