"""Read a file of weights that somebody has saved elsewhere; nothing in it is trusted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from core.own_weights.archive import MAX_BYTES, load_archive
from core.own_weights.errors import WeightsRefused
from core.own_weights.names import natural_order, without_wrapper

#: A stack of 16 layers has 32; an optimiser's state three times as many.
MAX_TENSORS = 200
MAX_NAME = 100
_MAX_DEPTH = 5
_MAX_VISITED = 10_000
_HOW = 'Save the weights alone: torch.save(model.state_dict(), "my_weights.pt").'


def read_weights(source: bytes | IO[bytes]) -> dict[str, Tensor]:
    """Return the tensors in a file of `torch.save` or of safetensors, by name.

    A state dict may lie within other dicts, as in a checkpoint; one for the encoder and one for the
    decoder are taken together. What else a checkpoint has is left out: numbers, texts, and the
    state of an optimiser. What all names begin with, such as `module.`, is left out of them.

    Returns:
        float32 tensors on the CPU, all numbers finite, in the file's order; safetensors keeps none,
        so its names are sorted, with 2 before 10.

    Raises:
        WeightsRefused: the file is no such file, is too large, or holds something that is no dense
            tensor of finite numbers; the sentence says what it holds and what would fit.
    """
    content = source if isinstance(source, bytes) else source.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise WeightsRefused(
            f"It has more than {MAX_BYTES / 1e6:,.0f} MB, the most that the lab opens. Open a "
            "smaller network, and save its weights without those of the optimiser."
        )
    if _is_safetensors(content):
        tensors = _read_safetensors(content)
    else:
        tensors = _flattened(load_archive(content))
    return {name: _checked(name, tensor) for name, tensor in without_wrapper(tensors).items()}


def _is_safetensors(content: bytes) -> bool:
    """Return whether a file begins with the length of a header in JSON, and this header."""
    return content[8:9] == b"{" and int.from_bytes(content[:8], "little") < MAX_BYTES


def _read_safetensors(content: bytes) -> dict[str, Tensor]:
    try:
        tensors = safetensors.torch.load(content)
    except (SafetensorError, ValueError, KeyError, RuntimeError) as error:
        reason = str(error)[:150]
        raise WeightsRefused(
            f"It is no whole safetensors file ({reason}): it was cut off or changed. Save it again."
        ) from None
    if not tensors:
        raise _no_tensors("no tensor")
    _check_count(len(tensors))
    return {name: tensors[name] for name in natural_order(tensors)}


def _flattened(value: Any) -> dict[str, Tensor]:
    """Return the tensors within dicts and lists, by names such as `encoder.0.weight`."""
    found: dict[str, Tensor] = {}
    optimisers: list[str] = []
    for visited, (name, each) in enumerate(_walk(value, "", 0, optimisers)):
        if visited > _MAX_VISITED:
            raise WeightsRefused(f"It holds more than {_MAX_VISITED:,} values. {_HOW}")
        if isinstance(each, Tensor):
            found[name] = each
            _check_count(len(found))
    if not found:
        raise _no_tensors("only the state of an optimiser" if optimisers else "no tensor")
    return found


def _walk(value: Any, name: str, depth: int, optimisers: list[str]) -> Iterator[tuple[str, Any]]:
    """Yield all that lies within dicts and lists, with its name; note optimisers."""
    yield name, value
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, Mapping):
        if "state" in value and "param_groups" in value:
            optimisers.append(name)
            return
        inside = value.items()
    elif isinstance(value, list | tuple):
        inside = enumerate(value)
    else:
        return
    for key, each in inside:
        if not isinstance(key, str | int):
            continue
        below = f"{name}.{key}" if name else f"{key}"
        yield from _walk(each, below[:MAX_NAME], depth + 1, optimisers)


def _check_count(count: int) -> None:
    if count > MAX_TENSORS:
        raise WeightsRefused(
            f"It holds more than {MAX_TENSORS} tensors; an autoencoder of at most 16 linear layers "
            "has 32, a weight and a bias for each."
        )


def _no_tensors(what: str) -> WeightsRefused:
    return WeightsRefused(f"It holds {what}, and no weights of a network. {_HOW}")


def _checked(name: str, tensor: Tensor) -> Tensor:
    """Return a tensor as float32; counters of batch normalisation stay whole numbers."""
    if tensor.layout is not torch.strided or tensor.is_quantized or tensor.is_meta:
        raise WeightsRefused(
            f"{shown(name)} is sparse, quantised or without numbers; dense numbers would fit. Save "
            "model.float().state_dict() on the CPU."
        )
    # A view may say that it has far more numbers than the file.
    if tensor.numel() * 4 > MAX_BYTES:
        raise WeightsRefused(
            f"{shown(name)} has {tensor.numel():,} numbers; a file may have at most "
            f"{MAX_BYTES // 4:,}."
        )
    if not tensor.is_floating_point():
        if tensor.ndim == 0:
            return tensor
        kind = str(tensor.dtype).removeprefix("torch.")
        raise WeightsRefused(
            f"{shown(name)} has numbers of the type {kind}; weights have float32 or another "
            "floating-point type. Save model.float().state_dict()."
        )
    numbers = tensor.detach().to(torch.float32).contiguous()
    if not bool(numbers.isfinite().all()):
        raise WeightsRefused(
            f"{shown(name)} holds NaN or infinite numbers: the training has diverged. Train it "
            "again with a smaller learning rate."
        )
    return numbers


def shown(name: str) -> str:
    """Return a name from a file as a sentence repeats it, cut where it is long."""
    return name if len(name) <= 60 else f"{name[:60]}…"
