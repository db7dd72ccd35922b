"""Programs that solve the exercise's tasks by hand, right or with one mistake, and are recorded.

They train on tensors: the examples' DataLoader would take most of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.data.digits import load_digits
from core.recorder import record
from core.runs.record import RunRecord
from examples.own_vae import VAE

KL_WEIGHT = 0.001
#: From pixels in [0, 1] to those that a program has.
Scale = Callable[[Tensor], Tensor]


def unit(pixels: Tensor) -> Tensor:
    return pixels


def to_bytes(pixels: Tensor) -> Tensor:
    return pixels * 255


def standard(pixels: Tensor) -> Tensor:
    return (pixels - 0.1307) / 0.3081


class Autoencoder(nn.Module):
    """784 - 128 - code - 128 - 784; `hidden` follows each layer but the last, `end` that one."""

    def __init__(
        self, code: int, hidden: type[nn.Module] = nn.Sigmoid, end: type[nn.Module] = nn.Sigmoid
    ) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(784, 128), hidden(), nn.Linear(128, code), hidden())
        self.decoder = nn.Sequential(nn.Linear(code, 128), hidden(), nn.Linear(128, 784), end())

    def forward(self, x: Tensor) -> Tensor:
        return self.decoder(self.encoder(x))


def autoencoder(
    runs: Path,
    *,
    epochs: int = 2,
    digits: int = 60_000,
    inputs: Scale = unit,
    targets: Scale = unit,
    hidden: type[nn.Module] = nn.Sigmoid,
    end: type[nn.Module] = nn.Sigmoid,
    reduction: str = "mean",
    noise: float = 0.0,
    clip: bool = True,
    noisy_target: bool = False,
    sparse: float = 0.0,
    rate: float = 0.01,
    batch: int = 256,
    code: int = 32,
    settings: Mapping[str, Any] | None = None,
    save: Path | None = None,
) -> RunRecord:
    """Train an autoencoder, record it, and return its run; its weights go to `save`."""
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(1)
    net = Autoencoder(code, hidden, end)
    optimizer = torch.optim.Adam(net.parameters(), lr=rate)
    train = load_digits("train").pixels[:digits]
    test = load_digits("test").pixels

    def losses(x: Tensor) -> dict[str, Tensor]:
        noisy = x + noise * torch.randn(x.shape, generator=generator) if noise else x
        noisy = noisy.clamp(0, 1) if clip else noisy
        codes = net.encoder(inputs(noisy))
        goal = targets(noisy if noisy_target else x)
        error = functional.mse_loss(net.decoder(codes), goal, reduction=reduction)
        if not sparse:
            return {"loss": error}
        active = codes.mean(0).clamp(1e-6, 1 - 1e-6)
        rho = torch.tensor(0.01)
        penalty = (rho * (rho / active).log() + (1 - rho) * ((1 - rho) / (1 - active)).log()).sum()
        return {"loss": error + sparse * penalty, "mse": error, "sparsity": penalty}

    said = {"lr": rate, "batch size": batch, **({"noise": noise} if noise else {})}
    with record(
        "own autoencoder", model=net, settings=said if settings is None else settings, folder=runs
    ) as run:
        for _ in range(epochs):
            means = _train(train, batch, generator, losses, optimizer)
            with torch.no_grad():
                tests = _means([losses(x) for x in test.split(1000)])
            run.epoch(train=means, validation=tests, encode=net.encoder, decode=net.decoder)
    if save is not None:
        torch.save(net.state_dict(), save)
    return RunRecord(run.folder)


def vae(
    runs: Path,
    *,
    epochs: int = 2,
    digits: int = 60_000,
    targets: Scale = unit,
    kl: str = "right",
    draw: str = "right",
    reduction: str = "mean",
    weight: float = KL_WEIGHT,
    rate: float = 1e-4,
    batch: int = 128,
    terms: tuple[str, ...] = ("loss", "BCE", "KL"),
    settings: Mapping[str, Any] | None = None,
    save: Path | None = None,
) -> RunRecord:
    """Train a VAE, record it, and return its run; its weights go to `save`.

    `kl` is "right", "negative", "subtracted" or "mean"; `draw` is "right", "deviation" or
    "no half".
    """
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(1)
    net = VAE()
    optimizer = torch.optim.Adam(net.parameters(), lr=rate)
    train = load_digits("train").pixels[:digits]
    test = load_digits("test").pixels
    spread = {
        "right": lambda logvar: torch.exp(0.5 * logvar),
        "deviation": lambda logvar: logvar,
        "no half": torch.exp,
    }[draw]

    def losses(x: Tensor) -> dict[str, Tensor]:
        mu, logvar = net.encode(x)
        z = mu + spread(logvar) * torch.randn(mu.shape, generator=generator)
        goal = targets(x)
        entropy = functional.binary_cross_entropy(net.decode(z), goal, reduction=reduction)
        each = -0.5 * (1 + logvar - mu**2 - logvar.exp())
        far = each.mean() if kl == "mean" else each.sum(dim=1).mean()
        far = -far if kl == "negative" else far
        loss = entropy - weight * far if kl == "subtracted" else entropy + weight * far
        return {"loss": loss, "BCE": entropy, "KL": far}

    said = {"lr": rate, "batch size": batch}
    with record(
        "own VAE", model=net, settings=said if settings is None else settings, folder=runs
    ) as run:
        for _ in range(epochs):
            means = _train(train, batch, generator, losses, optimizer)
            with torch.no_grad():
                tests = _means([losses(x) for x in test.split(1000)])
            run.epoch(
                train={name: means[name] for name in terms},
                validation={name: tests[name] for name in terms},
                encode=net.encode,
                decode=net.decode,
            )
    if save is not None:
        torch.save(net.state_dict(), save)
    return RunRecord(run.folder)


def tsne(
    runs: Path,
    *,
    count: int = 300,
    iterations: int = 12,
    sigma: float = 10.0,
    squared: bool = False,
    symmetric: bool = True,
    scale: float = 1.0,
    factor: float = 4.0,
    rate: float = 10.0,
    momentum: float = 0.0,
    every: int = 1,
    images: bool = True,
    says_kl: bool = True,
    settings: Mapping[str, Any] | None = None,
) -> RunRecord:
    """Move points by the gradient as the paper writes it, record the map, and return its run."""
    digits = load_digits("train").take(slice(0, count))
    x = digits.pixels * scale
    variance = sigma**2 if squared else sigma
    # Not exp and a sum: for pixels up to 255 every exp would be 0.
    exponents = (-torch.cdist(x, x).square() / (2 * variance)).fill_diagonal_(-torch.inf)
    conditional = exponents.softmax(1)
    p = (conditional + conditional.T) / (2 * count) if symmetric else conditional / count
    generator = torch.Generator().manual_seed(3)
    y = torch.randn(count, 2, generator=generator)
    speed = torch.zeros_like(y)
    said = {"optimizer": "sgd", "lr": rate, "sigma": sigma}
    said = {**said, "momentum": momentum} if momentum else said
    with record(
        "own t-SNE",
        labels=digits.labels,
        images=digits.pixels if images else None,
        settings=said if settings is None else settings,
        folder=runs,
    ) as run:
        for iteration in range(iterations + 1):
            apart = y[:, None] - y[None]
            near = 1 / (1 + apart.square().sum(2)) * (1 - torch.eye(count))
            q = near / near.sum()
            kl = (torch.xlogy(p, p) - torch.xlogy(p, q.clamp_min(1e-12))).sum()
            if iteration % every == 0:
                run.frame(y, kl=kl if says_kl else None, iteration=iteration)
            gradient = factor * ((p - q) * near).unsqueeze(2).mul(apart).sum(1)
            speed = momentum * speed + gradient
            y = y - rate * speed
    return RunRecord(run.folder)


def _train(
    pixels: Tensor,
    batch: int,
    generator: torch.Generator,
    losses: Callable[[Tensor], dict[str, Tensor]],
    optimizer: torch.optim.Optimizer,
) -> dict[str, float]:
    """Train for one epoch and return the mean of each term over its batches."""
    found = []
    for places in torch.randperm(len(pixels), generator=generator).split(batch):
        terms = losses(pixels[places])
        optimizer.zero_grad()
        terms["loss"].backward()
        optimizer.step()
        found.append({name: term.detach() for name, term in terms.items()})
    return _means(found)


def _means(found: list[dict[str, Tensor]]) -> dict[str, float]:
    return {name: float(torch.stack([each[name] for each in found]).mean()) for name in found[0]}
