"""Make fully connected layers whose starting weights come from a given generator."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import torch
from torch import nn


def linear(inputs: int, outputs: int, generator: torch.Generator) -> nn.Linear:
    """Make a linear layer with weights and biases as in PyTorch: uniform in ±1/√inputs.

    `nn.Linear` itself draws from the global generator, which all threads of a process share, so
    that two runs that start at once would get each other's numbers.
    """
    layer = nn.Linear(inputs, outputs, device="meta").to_empty(device="cpu")  # not yet drawn
    bound = 1 / math.sqrt(inputs)
    nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
    nn.init.uniform_(layer.bias, -bound, bound, generator=generator)
    return layer


def perceptron(
    widths: Sequence[int],
    generator: torch.Generator,
    *,
    activation: type[nn.Module],
    last: type[nn.Module],
) -> nn.Sequential:
    """Make linear layers of `widths`, with `activation` between them and `last` after the last."""
    layers: list[nn.Module] = []
    for position, (inputs, outputs) in enumerate(itertools.pairwise(widths)):
        layers.append(linear(inputs, outputs, generator))
        layers.append(last() if position == len(widths) - 2 else activation())
    return nn.Sequential(*layers)
