"""Check that what a run has saved fits what its settings ask for now."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from core.runs.errors import RunError


def check_shapes(saved: Mapping[str, Tensor], needed: Mapping[str, Tensor]) -> None:
    """Check that saved tensors have the names and shapes of those that are needed.

    Raises:
        RunError: they have not; the sentence names the first that differs.
    """
    for name, tensor in needed.items():
        if name not in saved:
            raise _changed(f"the settings now ask for {name}, which was not saved")
        there, wanted = _shape(saved[name]), _shape(tensor)
        if there != wanted:
            raise _changed(
                f"{name} was saved with the shape {there}, and the settings now ask for {wanted}"
            )
    for name in sorted(saved):  # a file gives its names in any order
        if name not in needed:
            raise _changed(f"{name} was saved, and the settings no longer ask for it")


def check_end(done: int, end: int, unit: str) -> None:
    """Check that a run has not done more than its settings ask for, in units such as epochs.

    Raises:
        RunError: it has.
    """
    if done > end:
        raise _changed(f"it has done {done} {unit} already, and the settings now ask for {end}")


def _changed(what: str) -> RunError:
    return RunError(
        f"The run cannot go on, since its settings were changed after it had begun: {what}. "
        "Undo the change in run.json, or start a new run."
    )


def _shape(tensor: Tensor) -> str:
    return " × ".join(map(str, tensor.shape)) or "1"
