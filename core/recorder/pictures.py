"""Rebuild the ten preview digits with any encoder and decoder, and leave no trace in the model."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from core.data.digits import load_digits
from core.training.run import preview_indices
from models import PIXELS, SIDE

#: The forms in which networks take ten pictures; the first that works is kept.
_FORMS = ((PIXELS,), (1, SIDE, SIDE), (SIDE, SIDE))


class Pictures:
    """Ten test digits of a data set, and what a model makes of them.

    Raises:
        DigitsError: the files of the data set cannot be had.
    """

    def __init__(self, data: str) -> None:
        digits = load_digits("test", data)
        self._pixels = digits.pixels.index_select(0, preview_indices(digits))
        self._given = _grey_levels(self._pixels)
        self._forms = _FORMS

    def beside(self, rebuilt: Tensor) -> Tensor:
        """Return the digits and what a model makes of them, (10, 784), as uint8 (2, 10, 784)."""
        return torch.stack([self._given, rebuilt])

    def rebuilt(
        self, model: nn.Module, encode: Callable[..., Any], decode: Callable[..., Any]
    ) -> tuple[Tensor, tuple[float, float]]:
        """Return `decode(encode(digits))` as grey levels, uint8 (10, 784), and its range.

        The range is the lowest and the highest pixel before they are cut to 0 to 1.

        The digits have pixels from 0 to 1, on the device of the model and in its type. Where
        `encode` returns several tensors, as that of a VAE does, the first is the code. Modes,
        gradients and all global random numbers are afterwards as they were before.

        Raises:
            ValueError: the two take ten pictures in no form, or return something else.
        """
        parameter = next((p for p in model.parameters() if p.is_floating_point()), torch.empty(0))
        pixels = self._pixels.to(parameter.device, parameter.dtype)
        reasons: list[str] = []
        with _in_evaluation(model, encode, decode), _same_randomness(parameter.device):
            for form in self._forms:
                try:
                    pictures = _first(decode(_first(encode(pixels.reshape(-1, *form)))))
                    if pictures.numel() != self._given.numel():
                        raise ValueError(f"decode returned the shape {tuple(pictures.shape)}")
                except Exception as error:  # of a program by hand, which may raise any
                    reason = str(error).strip().splitlines() or [type(error).__name__]
                    reasons.append(f"as {' × '.join(map(str, (10, *form)))}: {reason[0][:200]}")
                    continue
                self._forms = (form,)
                found = pictures.detach().float().cpu().reshape(-1, PIXELS)
                low, high = (float(end) for end in found.aminmax())
                return _grey_levels(found), (low, high)
        raise ValueError(
            "encode and decode could not rebuild the ten preview digits ("
            + "; ".join(reasons)
            + "). encode takes pictures and returns codes, or a tuple that begins with them; "
            "decode takes codes and returns as many pictures."
        )


def _first(returned: Any) -> Tensor:
    """Return a tensor, or the first one of several."""
    if isinstance(returned, tuple | list) and returned:
        returned = returned[0]
    if not isinstance(returned, Tensor):
        raise TypeError(f"a {type(returned).__name__} was returned in place of a tensor")
    return returned


def _grey_levels(pictures: Tensor) -> Tensor:
    """Return pixels as bytes; what is no number is black."""
    return (pictures.nan_to_num(0.0).clamp(0, 1) * 255).round().to(torch.uint8)


@contextlib.contextmanager
def _in_evaluation(*parts: Any) -> Iterator[None]:
    """Put all modules into evaluation mode, without gradients; each gets its own mode back."""
    found = (getattr(part, "__self__", part) for part in parts)
    modules = [m for part in found if isinstance(part, nn.Module) for m in part.modules()]
    modes = {module: module.training for module in modules}
    try:
        for module in modes:
            # Not by eval(), which a program may have given another meaning.
            module.training = False
        with torch.no_grad():
            yield
    finally:
        for module, mode in modes.items():
            module.training = mode


@contextlib.contextmanager
def _same_randomness(device: torch.device) -> Iterator[None]:
    """Give PyTorch, NumPy and Python the states of their random numbers back."""
    python, numpy = random.getstate(), np.random.get_state()
    try:
        with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
            yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
