"""Whether what a run has saved fits what its settings ask for now."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from core.run_state import RunError

_CHANGED = "The run cannot go on, since its settings were changed after it had begun"
_WAY_OUT = "Undo the change in run.json, or start a new run."


def check_shapes(saved: Mapping[str, Tensor], needed: Mapping[str, Tensor]) -> None:
    """Check that saved tensors have the names and shapes of those that are needed.

    Raises:
        RunError: they have not; the sentence names the first that differs.
    """
    for name in [*needed, *saved]:
        there, wanted = _shape(saved.get(name)), _shape(needed.get(name))
        if there != wanted:
            raise RunError(
                f"{_CHANGED}: {name} was saved with the shape {there}, and the settings now ask "
                f"for {wanted}. {_WAY_OUT}"
            )


def check_end(done: int, end: int, unit: str) -> None:
    """Check that a run has not done more than its settings ask for, in units such as epochs.

    Raises:
        RunError: it has.
    """
    if done > end:
        raise RunError(f"{_CHANGED}: it has done {done} {unit} already, of {end}. {_WAY_OUT}")


def _shape(tensor: Tensor | None) -> str:
    return "none" if tensor is None else " × ".join(map(str, tensor.shape)) or "1"
