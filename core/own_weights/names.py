"""What the names in a state dict tell: order, biases of weights, heads, halves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

Value = TypeVar("Value")

_WEIGHT = {"weight", "weights", "w", "kernel"}
_BIAS = {"bias", "biases", "b"}
_MEAN = re.compile(r"(?<![a-z])(z_?)?(mu|mean|means|loc)(?![a-z])")
_SPREADS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("log_variance", re.compile(r"log_?(var|sigma_?(2|sq)|s2)|(?<![a-z])lv(?![a-z])")),
    ("log_deviation", re.compile(r"log_?(std|sd|sigma|scale)")),
    ("variance", re.compile(r"(?<![a-z])(var|variance|sigma_?(2|sq))(?![a-z])")),
    ("deviation", re.compile(r"(?<![a-z])(std|sd|sigma|scale|stddev)(?![a-z])")),
)


def without_wrapper(tensors: Mapping[str, Value]) -> dict[str, Value]:
    """Return tensors without what all of their names begin with.

    That is what wraps the network: `module.` of DataParallel, `_orig_mod.` of torch.compile, or the
    name of a state dict within a checkpoint. At least a layer's name stays, as in `0.weight`.
    """
    first = {name.partition(".")[0] for name in tensors}
    if len(first) != 1 or any(name.count(".") < 2 for name in tensors):
        return dict(tensors)
    return without_wrapper({name.partition(".")[2]: each for name, each in tensors.items()})


def natural_order(names: Iterable[str]) -> list[str]:
    """Return names sorted so that `layer.2` comes before `layer.10`."""
    return sorted(
        names,
        key=lambda name: [
            (part.isdecimal(), int(part) if part.isdecimal() else 0, part)
            for part in re.split(r"(\d+)", name)
        ],
    )


def layer_of(name: str) -> tuple[str, ...]:
    """Return what the names of a layer's weight and of its bias have in common.

    So `fc1.weight` and `fc1.bias` are of one layer, and so are `W1` and `b1`, `w_enc` and `b_enc`.
    """
    parts = re.findall(r"[A-Za-z]+|\d+", name)
    return tuple("*" if part.lower() in _WEIGHT | _BIAS else part for part in parts)


def says_mean(name: str) -> bool:
    """Return whether a name is that of a head for the mean, such as `fc_mu.weight`."""
    return bool(_MEAN.search(name.lower()))


def says_spread(name: str) -> str:
    """Return which spread a head computes by its name, as in `models.stack_vae.SPREADS`.

    It is empty where the name says nothing.
    """
    return next((kind for kind, words in _SPREADS if words.search(name.lower())), "")


def says_half(name: str) -> str:
    """Return `encoder` or `decoder` where a name begins so, such as `enc1.weight`; else empty."""
    parts = re.findall(r"[a-z]+", name.lower())
    return next(
        (
            half
            for part in parts
            for half, start in (("encoder", "enc"), ("decoder", "dec"))
            if part.startswith(start)
        ),
        "",
    )
