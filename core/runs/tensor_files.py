"""Read the tensors of a run, with a sentence where that fails."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path

import safetensors.torch
from safetensors import SafetensorError
from torch import Tensor

from core.runs.errors import RuleBroken, RunError
from core.runs.opening import read_bytes

#: Why a file is damaged whose numbers cannot be used.
NOT_FINITE = "some of its numbers are NaN or infinite"


def read_tensors(
    path: Path, way_out: str, *, diverged: Collection[str] = ()
) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return the tensors in a file of a run's folder and its metadata, both by name.

    `way_out` is what a sentence advises where the file cannot be read. `diverged` names the t-SNE
    maps that are known to have diverged: only their tensors, `name` and `name.…`, need not be
    finite.

    Raises:
        RunError: the file is missing or damaged, or some of its numbers are NaN or infinite.
    """
    try:
        # Read rather than mapped, since it may be replaced or deleted while it is in use.
        content = read_bytes(path)
        tensors = safetensors.torch.load(content)
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    except FileNotFoundError:
        raise missing(path, way_out) from None
    except RuleBroken as error:
        raise damaged(path, error.reason, way_out) from None
    except (SafetensorError, OSError, ValueError) as error:
        raise damaged(path, str(error), way_out) from None
    if not is_finite(tensors, diverged):
        raise damaged(path, NOT_FINITE, way_out)
    return tensors, header.get("__metadata__", {})


def is_finite(tensors: Mapping[str, Tensor], diverged: Collection[str] = ()) -> bool:
    """Return whether all numbers are finite in float32, except those of maps that diverged."""
    return all(
        bool(tensor.float().isfinite().all())
        for name, tensor in tensors.items()
        if tensor.is_floating_point() and name.partition(".")[0] not in diverged
    )


def missing(path: Path, way_out: str) -> RunError:
    """Return the error about a run's file that is not there."""
    return RunError(f"Run {path.parent.name} has no file {path.name}; {way_out}.")


def damaged(path: Path, reason: str, way_out: str) -> RunError:
    """Return the error about a run's file that cannot be used."""
    return RunError(f"{path.name} of run {path.parent.name} is damaged ({reason}); {way_out}.")
