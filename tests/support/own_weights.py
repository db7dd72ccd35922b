"""Networks as somebody writes them without the lab, with weights of the gallery; files of them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor, nn

GALLERY = Path(__file__).resolve().parents[2] / "checkpoints" / "gallery"


def saved(value: Any) -> bytes:
    """What `torch.save` writes of a value."""
    file = io.BytesIO()
    torch.save(value, file)
    return file.getvalue()


def gallery_weights(run: str) -> dict[str, Tensor]:
    """The last weights of a run of the gallery."""
    return safetensors.torch.load_file(sorted((GALLERY / run).glob("epoch-*.safetensors"))[-1])


def sequential() -> nn.Sequential:
    """The exercise's autoencoder as one Sequential, whose layers have numbers for names."""
    net = nn.Sequential(
        nn.Linear(784, 128),
        nn.Sigmoid(),
        nn.Linear(128, 32),
        nn.Sigmoid(),
        nn.Linear(32, 128),
        nn.Sigmoid(),
        nn.Linear(128, 784),
        nn.Sigmoid(),
    )
    weights = gallery_weights("compression")
    names = ("encoder.0", "encoder.2", "decoder.0", "decoder.2")
    for layer, name in zip(net[::2], names, strict=True):
        assert isinstance(layer, nn.Linear)
        _fill(layer, weights, name)
    return net


class Halves(nn.Module):
    """The exercise's autoencoder, written decoder first, under names of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.up1, self.up2 = nn.Linear(32, 128), nn.Linear(128, 784)
        self.down1, self.down2 = nn.Linear(784, 128), nn.Linear(128, 32)
        weights = gallery_weights("compression")
        for layer, name in (
            (self.down1, "encoder.0"),
            (self.down2, "encoder.2"),
            (self.up1, "decoder.0"),
            (self.up2, "decoder.2"),
        ):
            _fill(layer, weights, name)

    def forward(self, x: Tensor) -> Tensor:
        code = torch.sigmoid(self.down2(torch.sigmoid(self.down1(x))))
        return torch.sigmoid(self.up2(torch.sigmoid(self.up1(code))))


class Variational(nn.Module):
    """The exercise's VAE; `spread` is the name of the second head.

    One whose name says `std` gives the logarithm of σ, and not of its square.
    """

    def __init__(self, mean: str = "fc_mu", spread: str = "fc_logvar") -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(784, 128), nn.Linear(128, 64)
        self.names = mean, spread
        heads = {mean: nn.Linear(64, 10), spread: nn.Linear(64, 10)}
        for name, head in sorted(heads.items()):  # the order of the file says nothing
            self.add_module(name, head)
        self.fc3, self.fc4, self.fc5 = nn.Linear(10, 64), nn.Linear(64, 128), nn.Linear(128, 784)
        weights = gallery_weights("vae")
        for layer, name in (
            (self.fc1, "encoder.0"),
            (self.fc2, "encoder.2"),
            (heads[mean], "mu"),
            (heads[spread], "logvar"),
            (self.fc3, "decoder.0"),
            (self.fc4, "decoder.2"),
            (self.fc5, "decoder.4"),
        ):
            _fill(layer, weights, name)
        if "std" in spread:
            for value in heads[spread].parameters():
                value.data /= 2

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation."""
        hidden = torch.relu(self.fc2(torch.relu(self.fc1(x))))
        mean, spread = (getattr(self, name)(hidden) for name in self.names)
        return mean, torch.exp(spread if "std" in self.names[1] else spread / 2)

    def decode(self, z: Tensor) -> Tensor:
        return torch.sigmoid(self.fc5(torch.relu(self.fc4(torch.relu(self.fc3(z))))))

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.posterior(x)[0])


def _fill(layer: nn.Linear, weights: dict[str, Tensor], name: str) -> None:
    layer.load_state_dict({part: weights[f"{name}.{part}"] for part in ("weight", "bias")})
