"""The autoencoder against NumPy in float64, and against PyTorch's own way to draw its weights."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from models import PIXELS, build
from models.autoencoder import Autoencoder, AutoencoderConfig


def test_the_exercise_s_layers() -> None:
    model = build("compression", AutoencoderConfig(), seed=0)
    assert isinstance(model, Autoencoder)
    shapes = [tuple(p.shape) for name, p in model.named_parameters() if name.endswith("weight")]
    assert shapes == [(128, 784), (32, 128), (128, 32), (784, 128)]
    kinds = [type(layer) for part in (model.encoder, model.decoder) for layer in part]
    assert kinds == [nn.Linear, nn.Sigmoid] * 4


def test_other_widths_are_mirrored() -> None:
    config = AutoencoderConfig(latent_dim=3, hidden_dims=(20, 10))
    model = build("compression", config, seed=0)
    shapes = [tuple(p.shape) for name, p in model.named_parameters() if name.endswith("weight")]
    assert shapes == [(20, 784), (10, 20), (3, 10), (10, 3), (20, 10), (784, 20)]


def test_forward_and_loss_against_numpy() -> None:
    model = build("compression", AutoencoderConfig(), seed=0).double()
    x = np.random.default_rng(0).random((7, PIXELS))
    hidden = x
    for name, parameter in model.named_parameters():
        values = parameter.detach().numpy()
        hidden = (
            hidden @ values.T if name.endswith("weight") else 1 / (1 + np.exp(-hidden - values))
        )
    loss = model.loss_terms(torch.from_numpy(x), torch.Generator())["loss"].item()
    np.testing.assert_allclose(model(torch.from_numpy(x)).detach().numpy(), hidden, rtol=1e-12)
    np.testing.assert_allclose(loss, np.mean((hidden - x) ** 2), rtol=1e-12)


def test_weights_are_spread_as_pytorch_spreads_them() -> None:
    torch.manual_seed(0)
    theirs = nn.Linear(784, 128)
    ours = build("compression", AutoencoderConfig(), seed=0).get_submodule("encoder.0")
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert mine.abs().max() <= 1 / np.sqrt(784)
        assert abs(mine.std() / other.std() - 1) < 0.1
