"""Make a model of the lab from a file's tensors and a match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from core.own_weights.match import SYMMETRIC, Layer, Match, scaling
from models import Config, Model, build, name_of
from models.stack import Stack, StackConfig
from models.stack_vae import StackVAE, StackVAEConfig


def build_model(match: Match, tensors: Mapping[str, Tensor]) -> Model:
    """Return the network that a match describes, ready to be used: a `Stack` or a `StackVAE`.

    It takes pixels from 0 to 1, whatever the file's network takes: the scale of the pixels is put
    into the weights of its first and last layer.

    Args:
        match: Which tensors are which layers.
        tensors: What `read_weights` returns.
    """
    name, config = named_config(match)
    model = build(name, config, seed=0)
    model.load_state_dict(dict(_state(match, tensors)))
    return model.eval().requires_grad_(False)


def named_config(match: Match) -> tuple[str, Config]:
    """Return the name in `models.OPENED` of the model that a match describes, and its config."""
    outputs = match.widths[1:]
    functions = list(match.activations)
    if match.scale == SYMMETRIC and functions[-1] == "tanh":
        functions[-1] = "sigmoid"  # (tanh(a) + 1) / 2 is sigmoid(2a)
    halves = {
        "encoder": outputs[: match.code],
        "encoder_activations": tuple(functions[: match.code]),
        "decoder": outputs[match.code :],
        "decoder_activations": tuple(functions[match.code :]),
    }
    if match.spread is None:
        return name_of(Stack), StackConfig(**halves)
    return name_of(StackVAE), StackVAEConfig(**halves, spread=match.kind_of_spread)


def _state(match: Match, tensors: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    """Yield the weights by their names in the model; each layer is followed by its function."""
    into, out = scaling(match.scale, match.data)
    last = len(match.layers) - 1
    for place, layer in enumerate(match.layers):
        weight, bias = linear_of(layer, tensors)
        if place == 0:
            weight, bias = _scaled_input(weight, bias, *into)
        if place == last and match.scale == SYMMETRIC and match.activations[-1] == "tanh":
            weight, bias = 2 * weight, 2 * bias
        elif place == last:
            weight, bias = weight * out[1], bias * out[1] + out[0]
        name = _name(place, match)
        yield f"{name}.weight", weight.float()
        yield f"{name}.bias", bias.float()
    if match.spread is not None:
        weight, bias = linear_of(match.spread, tensors)
        if match.code == 1:
            weight, bias = _scaled_input(weight, bias, *into)
        yield "spread.weight", weight.float()
        yield "spread.bias", bias.float()


def _name(place: int, match: Match) -> str:
    if place >= match.code:
        return f"decoder.{2 * (place - match.code)}"
    if match.is_variational and place == match.code - 1:
        return "mu.0"
    return f"encoder.{2 * place}"


def linear_of(layer: Layer, tensors: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Return a layer's weight (outputs, inputs) and bias (outputs,), float64; 0 without a bias."""
    weight = tensors[layer.weight].double()
    if layer.transposed:
        weight = weight.T
    bias = None if layer.bias is None else tensors[layer.bias].double()
    if layer.half is not None:
        rows = slice(layer.half * layer.outputs, (layer.half + 1) * layer.outputs)
        weight = weight[rows]
        bias = None if bias is None else bias[rows]
    return weight, torch.zeros(len(weight), dtype=torch.float64) if bias is None else bias


def _scaled_input(
    weight: Tensor, bias: Tensor, shift: float, factor: float
) -> tuple[Tensor, Tensor]:
    """Return the layer that computes of x what this one computes of (x − shift) / factor."""
    weight = weight / factor
    return weight, bias - shift * weight.sum(dim=1)
