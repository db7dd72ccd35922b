"""Make fully connected layers whose starting weights come from a given generator.

`ACTIVATIONS` are the functions that may stand between them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

#: The activation functions that a config can name.
ACTIVATIONS: Mapping[str, type[nn.Module]] = {
    "sigmoid": nn.Sigmoid,
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
}
#: What a page calls those whose names are not words.
ACTIVATION_NAMES: Mapping[str, str] = {"relu": "ReLU"}


def linear(inputs: int, outputs: int, generator: torch.Generator) -> nn.Linear:
    """Make a linear layer with weights and biases as in PyTorch: uniform in ±1/√inputs.

    `nn.Linear` itself draws from the global generator, which all threads of a process share, so
    that two runs that start at once would get each other's numbers.
    """
    layer = nn.Linear(inputs, outputs, device="meta").to_empty(device="cpu")  # not yet drawn
    _draw(layer.weight, inputs, generator)
    _draw(layer.bias, inputs, generator)
    return layer


class TiedLinear(nn.Module):
    """A linear layer whose weight is the transpose of another layer's; its bias is its own.

    It maps outputs of `source` (N, outputs) to inputs of `source` (N, inputs). The weight belongs
    to `source`, so it is saved, counted and trained once.
    """

    bias: nn.Parameter

    def __init__(self, source: nn.Linear, generator: torch.Generator) -> None:
        super().__init__()
        # In a tuple: a layer that is an attribute would be saved and counted a second time.
        self._source = (source,)
        self.bias = nn.Parameter(torch.empty(source.in_features))
        _draw(self.bias, source.out_features, generator)

    @property
    def weight(self) -> Tensor:
        """The weight as of a layer of its own, (inputs of the source, outputs of the source)."""
        return self._source[0].weight.T

    def forward(self, x: Tensor) -> Tensor:
        return functional.linear(x, self.weight, self.bias)


def _draw(values: Tensor, inputs: int, generator: torch.Generator) -> None:
    bound = 1 / math.sqrt(inputs)
    nn.init.uniform_(values, -bound, bound, generator=generator)


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


def tied_perceptron(
    encoder: nn.Sequential,
    generator: torch.Generator,
    *,
    activation: type[nn.Module],
    last: type[nn.Module],
) -> nn.Sequential:
    """Make the layers that lead back through an encoder made by `perceptron`, with its weights."""
    sources = [layer for layer in encoder if isinstance(layer, nn.Linear)]
    layers: list[nn.Module] = []
    for source in reversed(sources):
        layers.append(TiedLinear(source, generator))
        layers.append(last() if source is sources[0] else activation())
    return nn.Sequential(*layers)
