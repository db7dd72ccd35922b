"""Task 2 by hand: a variational autoencoder in plain PyTorch, recorded for the lab.

    python -m examples.own_vae --epochs 50

Open the page Autoencoders of the lab, choose "Your own code", and watch it learn.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, Subset

from core.recorder import record
from examples.mnist import mnist

KL_WEIGHT = 0.001


class VAE(nn.Module):
    """784 - 128 - 64 - 10 and back; `encode` returns means and log-variances."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU()
        )
        self.mu, self.logvar = nn.Linear(64, 10), nn.Linear(64, 10)
        self.decode = nn.Sequential(
            nn.Linear(10, 64),
            nn.ReLU(),
            nn.Linear(64, 128),
            nn.ReLU(),
            nn.Linear(128, 784),
            nn.Sigmoid(),
        )

    def encode(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        h = self.body(x)
        return self.mu(h), self.logvar(h)

    def losses(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the cross-entropy per pixel and the KL to the prior in nats per digit."""
        mu, logvar = self.encode(x)
        z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
        entropy = functional.binary_cross_entropy(self.decode(z), x.flatten(1))
        kl = -0.5 * (1 + logvar - mu**2 - logvar.exp()).sum(dim=1).mean()
        return entropy, kl


def main(arguments: Sequence[str] | None = None) -> None:
    """Train the model and print its test loss after each epoch."""
    parser = argparse.ArgumentParser(description="Train a variational autoencoder by hand.")
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--digits", type=int, default=60_000, help="training digits")
    options = parser.parse_args(arguments)

    torch.manual_seed(0)
    train = DataLoader(Subset(mnist(train=True), range(options.digits)), 128, shuffle=True)
    test = DataLoader(mnist(train=False), 1000)
    net = VAE()
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-4)

    settings = {"lr": 1e-4, "batch size": 128, "KL weight": KL_WEIGHT, "digits": options.digits}
    with record("own VAE", model=net, settings=settings, total=options.epochs) as run:
        for epoch in range(1, options.epochs + 1):
            losses = []
            for x, _ in train:
                entropy, kl = net.losses(x)
                loss = entropy + KL_WEIGHT * kl
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
            with torch.no_grad():
                tests = torch.tensor([net.losses(x) for x, _ in test]).mean(dim=0)
            terms = {"loss": tests[0] + KL_WEIGHT * tests[1], "KL": tests[1]}
            print(f"epoch {epoch}: test loss {terms['loss']:.5f}")
            run.epoch(
                train={"loss": sum(losses) / len(losses)},
                validation=terms,
                encode=net.encode,
                decode=net.decode,
            )


if __name__ == "__main__":
    main()
