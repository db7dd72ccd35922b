"""Task 3.1 by hand: t-SNE with SGD or Adam in plain PyTorch, recorded for the lab.

    python -m examples.own_tsne --optimizer sgd

Open the page t-SNE of the lab, choose the run "own t-SNE", and watch the map unfold.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import torch

from core.recorder import record
from examples.mnist import mnist

SIGMA = 10.0
LEARNING_RATES = {"sgd": 10.0, "adam": 0.1}


def neighbours_in_data(x: torch.Tensor) -> torch.Tensor:
    """Return P, (N, N) with sum 1, of points (N, 784): kernel exp(-d² / 2σ), as in the exercise."""
    kernel = torch.exp(-torch.cdist(x, x).square() / (2 * SIGMA)).fill_diagonal_(0)
    p = kernel / kernel.sum(dim=1, keepdim=True)
    return (p + p.T) / (2 * len(x))


def neighbours_on_map(y: torch.Tensor) -> torch.Tensor:
    """Return Q, (N, N) with sum 1, of places (N, 2): Student's t."""
    distances = (y[:, None] - y[None]).square().sum(dim=2)
    weights = (1 - torch.eye(len(y))) / (1 + distances)
    return weights / weights.sum()


def main(arguments: Sequence[str] | None = None) -> None:
    """Move the points and print the KL divergence now and then."""
    parser = argparse.ArgumentParser(description="Compute t-SNE by hand.")
    parser.add_argument("--optimizer", choices=LEARNING_RATES, default="sgd")
    parser.add_argument("--digits", type=int, default=1000)
    parser.add_argument("--iterations", type=int, default=700)
    options = parser.parse_args(arguments)

    torch.manual_seed(0)
    digits = mnist(train=True)
    images, labels = digits.data[: options.digits], digits.targets[: options.digits]
    p = neighbours_in_data(images.flatten(1) / 255)
    y = torch.randn(options.digits, 2, requires_grad=True)
    rate = LEARNING_RATES[options.optimizer]
    make = torch.optim.SGD if options.optimizer == "sgd" else torch.optim.Adam
    optimizer = make([y], lr=rate)

    settings = {"optimizer": options.optimizer, "lr": rate, "sigma": SIGMA}
    with record(
        "own t-SNE", labels=labels, images=images, settings=settings, total=options.iterations
    ) as run:
        for iteration in range(options.iterations + 1):
            kl = torch.xlogy(p, p).sum() - torch.xlogy(p, neighbours_on_map(y) + 1e-12).sum()
            run.frame(y, kl=kl)
            if iteration % 100 == 0:
                print(f"iteration {iteration}: KL {kl.item():.4f}")
            optimizer.zero_grad()
            kl.backward()
            optimizer.step()


if __name__ == "__main__":
    main()
