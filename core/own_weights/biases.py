"""Tell a file's weights from its biases, and find the bias of each layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor

from core.own_weights.errors import WeightsRefused
from core.own_weights.names import layer_of
from core.own_weights.reading import shown

#: What modules other than linear layers call what they keep.
_OF_OTHERS = {
    "running_mean": "batch normalisation",
    "running_var": "batch normalisation",
    "num_batches_tracked": "batch normalisation",
    "weight_ih_l0": "a recurrent layer",
    "in_proj_weight": "attention",
}
_FITS = (
    "Linear layers from 784 pixels to a code and back would fit, such as "
    "784 → 128 → 32 → 128 → 784."
)


def split_tensors(tensors: Mapping[str, Tensor]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Return the matrices and the vectors of a file, each by name, in its order.

    Raises:
        WeightsRefused: something is there that no linear layer has; the sentence names it.
    """
    for name, tensor in tensors.items():
        kind = _OF_OTHERS.get(name.rpartition(".")[2])
        if kind is None and tensor.ndim > 2:
            kind = "a convolution" if tensor.ndim == 4 else "no linear layer"
        if kind is not None:
            raise WeightsRefused(f"{shown(name)} ({shape(tensor)}) is of {kind}. {_FITS}")
        if tensor.ndim == 0:
            raise WeightsRefused(f"{shown(name)} is a single number, of no linear layer. {_FITS}")
    matrices = {name: tensor for name, tensor in tensors.items() if tensor.ndim == 2}
    if not matrices:
        raise WeightsRefused(f"It has no weight of two dimensions. {_FITS}")
    return matrices, {name: tensor for name, tensor in tensors.items() if tensor.ndim == 1}


def find_biases(
    outputs: Sequence[tuple[str, int]], vectors: Mapping[str, Tensor]
) -> tuple[list[str | None], list[str]]:
    """Return the bias of each weight, given with its outputs, and the vectors that are left.

    By name where the names say it, as `fc1.weight` and `fc1.bias` do; then the first vector of the
    right length in the file's order. A layer may have none.
    """
    left = list(vectors)
    found: list[str | None] = [None] * len(outputs)
    for by_name in (True, False):
        for place, (weight, size) in enumerate(outputs):
            fitting = (
                name
                for name in left
                if len(vectors[name]) == size
                and (not by_name or layer_of(name) == layer_of(weight))
            )
            if found[place] is None and (name := next(fitting, None)) is not None:
                found[place] = name
                left.remove(name)
    return found, left


def named_bias_misfits(weight: str, size: int, vectors: Mapping[str, Tensor]) -> bool:
    """Return whether the vector that has the name of a weight's bias has another length."""
    named = [len(vector) for name, vector in vectors.items() if layer_of(name) == layer_of(weight)]
    return bool(named) and size not in named


def shape(tensor: Tensor) -> str:
    """Return a tensor's shape in words: "16 × 1 × 3 × 3"."""
    return " × ".join(map(str, tensor.shape)) or "one number"
