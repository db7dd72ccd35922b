"""Task 1.1 by hand: a compression autoencoder in plain PyTorch, recorded for the lab.

    python -m examples.own_autoencoder --epochs 50

Open the page Autoencoders of the lab, choose "Your own code", and watch it learn.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import torch
from torch import nn
from torch.utils.data import DataLoader, Subset

from core.recorder import record
from examples.mnist import mnist


class Autoencoder(nn.Module):
    """784 - 128 - 32 - 128 - 784, with a sigmoid on every layer."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Flatten(), nn.Linear(784, 128), nn.Sigmoid(), nn.Linear(128, 32), nn.Sigmoid()
        )
        self.decoder = nn.Sequential(
            nn.Linear(32, 128), nn.Sigmoid(), nn.Linear(128, 784), nn.Sigmoid()
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.decoder(self.encoder(x))


def main(arguments: Sequence[str] | None = None) -> None:
    """Train the model and print its test loss after each epoch."""
    parser = argparse.ArgumentParser(description="Train an autoencoder by hand.")
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--digits", type=int, default=60_000, help="training digits")
    options = parser.parse_args(arguments)

    torch.manual_seed(0)
    train = DataLoader(Subset(mnist(train=True), range(options.digits)), 256, shuffle=True)
    test = DataLoader(mnist(train=False), 1000)
    net = Autoencoder()
    loss_of = nn.MSELoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)

    settings = {"lr": 0.01, "batch size": 256, "code": 32, "digits": options.digits}
    with record("own autoencoder", model=net, settings=settings, total=options.epochs) as run:
        for epoch in range(1, options.epochs + 1):
            net.train()
            losses = []
            for x, _ in train:
                loss = loss_of(net(x), x.flatten(1))
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
            net.eval()
            with torch.no_grad():
                tests = [loss_of(net(x), x.flatten(1)).item() for x, _ in test]
            train_loss, test_loss = sum(losses) / len(losses), sum(tests) / len(tests)
            print(f"epoch {epoch}: test loss {test_loss:.5f}")
            run.epoch(
                train={"mean squared error": train_loss},
                validation={"mean squared error": test_loss},
                encode=net.encoder,
                decode=net.decoder,
            )


if __name__ == "__main__":
    main()
