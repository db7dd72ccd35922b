"""A decoder as plain layers, in the form in which a browser gets and evaluates it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from torch import nn

from app.components.latent.validation import finite_array
from models import Model
from models.layers import TiedLinear

Activation = Literal[
    "identity",
    "relu",
    "sigmoid",
    "tanh",
    "leaky_relu",
    "leaky_relu_0.2",
    "elu",
    "selu",
    "gelu",
    "silu",
    "softplus",
]

_ACTIVATIONS: dict[type[nn.Module], Activation] = {
    nn.Identity: "identity",
    nn.ReLU: "relu",
    nn.Sigmoid: "sigmoid",
    nn.Tanh: "tanh",
    nn.ELU: "elu",
    nn.SELU: "selu",
    nn.GELU: "gelu",
    nn.SiLU: "silu",
    nn.Softplus: "softplus",
}
_LEAKY: dict[float, Activation] = {0.01: "leaky_relu", 0.2: "leaky_relu_0.2"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Layer:
    """activation(weight @ x + bias): `weight` is float32 (outputs, inputs), `bias` (outputs,)."""

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    activation: Activation


@dataclass(frozen=True, eq=False)
class Decoder:
    """Fully connected layers from a code to the 784 pixels of a picture in [0, 1]."""

    layers: tuple[Layer, ...]

    @property
    def latent_dim(self) -> int:
        """How many numbers a code has."""
        return self.layers[0].weight.shape[1]

    @cached_property
    def name(self) -> str:
        """A name for these very weights."""
        digest = hashlib.blake2s(digest_size=8)
        for layer in self.layers:
            digest.update(f"{layer.weight.shape} {layer.activation}".encode())
            digest.update(layer.weight.tobytes() + layer.bias.tobytes())
        return digest.hexdigest()

    @cached_property
    def payload(self) -> dict[str, Any]:
        """The layers as a component gets them: their shapes, and all numbers in one array.

        Layer after layer: its weights row by row, then its bias.
        """
        parts = [part.ravel() for layer in self.layers for part in (layer.weight, layer.bias)]
        return {
            "layers": [[*layer.weight.shape, layer.activation] for layer in self.layers],
            "weights": np.concatenate(parts),
        }

    def check(self, codes: NDArray[Any], shape: tuple[int, ...], what: str) -> NDArray[np.float32]:
        """Return the codes as float32 of this shape.

        Raises:
            ValueError: they have another shape, or hold a number that is not finite.
        """
        return finite_array(codes, shape, what)


def decoder_of(model: Model) -> Decoder:
    """Return the decoder of a model, its weights copied.

    Raises:
        ValueError: it has a layer that the browser's half of this component does not know.
    """
    layers: list[Layer] = []
    fresh = False  # whether the last layer may still get its activation
    for module in model.decoder_layers():
        if isinstance(module, nn.Linear | TiedLinear):
            layers.append(_layer(module))
            fresh = True
        elif fresh and (activation := _activation(module)) is not None:
            last = layers.pop()
            layers.append(Layer(weight=last.weight, bias=last.bias, activation=activation))
            fresh = activation == "identity"
        else:
            raise ValueError(
                f"{type(model).__name__} decodes with {type(module).__name__}; a browser can "
                "follow linear layers, each with at most one of the functions of `models.stack`."
            )
    if not layers:
        raise ValueError(f"{type(model).__name__} has no Linear layer to decode with.")
    return Decoder(tuple(layers))


def _activation(module: nn.Module) -> Activation | None:
    """Return the name of a function that the browser knows; those of PyTorch's usual constants."""
    if isinstance(module, nn.LeakyReLU):
        return _LEAKY.get(module.negative_slope)
    return _ACTIVATIONS.get(type(module))


def _layer(linear: nn.Linear | TiedLinear) -> Layer:
    # Row by row, also where it is the transpose of another layer's.
    weight = np.array(linear.weight.detach().cpu().numpy(), np.float32, order="C")
    if linear.bias is None:
        bias = np.zeros(len(weight), np.float32)
    else:
        bias = linear.bias.detach().cpu().numpy().astype(np.float32)
    return Layer(weight=weight, bias=bias, activation="identity")
