"""Reading a run's tensors, with a sentence where that fails."""

from __future__ import annotations

import json
from pathlib import Path

import safetensors.torch
from safetensors import SafetensorError
from torch import Tensor

from core.run_state import RunError


def read_tensors(path: Path, way_out: str) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors in a file of a run's folder and what is noted beside them, both by name.

    `way_out` is what a sentence advises where the file cannot be read.

    Raises:
        RunError: it is missing or damaged.
    """
    try:
        # Read rather than mapped, since it may be replaced or deleted while it is in use.
        content = path.read_bytes()
        tensors = safetensors.torch.load(content)
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    except FileNotFoundError:
        raise missing(path, way_out) from None
    except (SafetensorError, OSError, ValueError) as error:
        raise damaged(path, str(error), way_out) from None
    return tensors, header.get("__metadata__", {})


def missing(path: Path, way_out: str) -> RunError:
    """What to say of a run's file that is not there."""
    return RunError(f"Run {path.parent.name} has no file {path.name}; {way_out}.")


def damaged(path: Path, reason: str, way_out: str) -> RunError:
    """What to say of a run's file that cannot be."""
    return RunError(f"{path.name} of run {path.parent.name} is damaged ({reason}); {way_out}.")
