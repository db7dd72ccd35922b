"""t-SNE as the exercise writes it: the loss, and PyTorch finds its gradient.

This is the version to read, and the one that the closed form of `core.tsne.gradient` is held
against. Both make the same map.

Source: exercise tasks 3.1 and 3.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor


def student_t(embedding: Tensor) -> Tensor:
    """Return Q: how likely each point is to pick each other one on the map.

    `embedding` is (N, 2); the result is (N, N) with sum 1 and a zero diagonal.
    """
    distances = (embedding[:, None] - embedding[None]).square().sum(-1)
    others = 1 - torch.eye(len(embedding)).to(embedding)  # a point does not pick itself
    weights = others / (1 + distances)
    return weights / weights.sum()


def kl_divergence(p: Tensor, q: Tensor) -> Tensor:
    """Return KL(P || Q) in nats: how much the neighbours on the map, Q, differ from P."""
    itself = torch.eye(len(q)).to(q)  # the diagonal counts for nothing: p log p = 0, log 1 = 0
    return torch.sum(torch.xlogy(p, p) - p * torch.log(q + itself))


def unfold(
    p: Tensor,
    start: Tensor,
    make_optimizer: Callable[[list[Tensor]], torch.optim.Optimizer],
    iterations: int,
) -> Iterator[tuple[Tensor, float]]:
    """Let the optimiser lower the KL divergence; yield map (N, 2) and KL before each step."""
    embedding = start.clone().requires_grad_()
    optimizer = make_optimizer([embedding])
    for _ in range(iterations):
        loss = kl_divergence(p, student_t(embedding))
        yield embedding.detach().clone(), loss.item()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
