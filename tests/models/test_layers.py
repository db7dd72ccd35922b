"""Fully connected layers: what stands where, and how their weights are drawn."""

from __future__ import annotations

import torch
from torch import nn

from models.layers import linear, perceptron


def test_the_last_layer_has_an_activation_of_its_own() -> None:
    network = perceptron((6, 5, 4, 3), torch.Generator(), activation=nn.ReLU, last=nn.Sigmoid)
    kinds = [type(layer) for layer in network]
    assert kinds == [nn.Linear, nn.ReLU, nn.Linear, nn.ReLU, nn.Linear, nn.Sigmoid]
    shapes = [tuple(layer.weight.shape) for layer in network if isinstance(layer, nn.Linear)]
    assert shapes == [(5, 6), (4, 5), (3, 4)]
    (only, end) = perceptron((6, 3), torch.Generator(), activation=nn.ReLU, last=nn.Sigmoid)
    assert (type(only), type(end)) == (nn.Linear, nn.Sigmoid)


def test_weights_and_biases_are_uniform_between_the_bounds() -> None:
    layer = linear(25, 4000, torch.Generator().manual_seed(0))
    for drawn in (layer.weight.detach(), layer.bias.detach()):
        low, high = float(drawn.min()), float(drawn.max())
        assert -0.2 <= low < -0.199, "1 / sqrt(25)"
        assert 0.199 < high <= 0.2
        assert abs(float(drawn.mean())) < 0.01


def test_weights_come_from_the_generator_alone() -> None:
    before = torch.get_rng_state()
    first, again, other = (linear(6, 5, torch.Generator().manual_seed(s)) for s in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(first.weight, again.weight)
    assert torch.equal(first.bias, again.bias)
    assert not torch.equal(first.weight, other.weight)
