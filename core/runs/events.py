"""The events that a run yields: frozen, and able to say how they are written down.

A run is a generator. Whoever iterates it hands each event to `RunRecord.append`, which writes what
the event says about itself and needs to know nothing of training or t-SNE.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from core.runs.control import RunControl


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened in a run.

    `progress` is the fraction of the run that is done, in [0, 1].
    """

    progress: float

    def row(self) -> dict[str, Any]:
        """Return the line of `history.jsonl`: plain JSON values, of which `event` is the kind."""
        raise NotImplementedError

    def summary(self) -> str:
        """Return a few words for a progress bar; empty if there is nothing new."""
        return ""

    def appended(self) -> Mapping[str, bytes]:
        """Return the bytes to add to the end of growing files, by file name."""
        return {}

    def tensors(self) -> Mapping[str, Mapping[str, Tensor]]:
        """Return the tensors of safetensors files, which are replaced whole, by file name."""
        return {}

    def checkpoint(self) -> Mapping[str, Tensor] | None:
        """Return all that is needed to go on exactly from here; None where a run cannot go on."""
        return None


class Run:
    """A computation that yields events; iterate it, once, to compute it."""

    def __iter__(self) -> Iterator[Event]:
        raise NotImplementedError

    def obey(self, control: RunControl) -> None:
        """Take over what its owner has requested of this kind of run; most kinds take nothing.

        Called after every event. Pause and cancel are obeyed by whoever iterates the run.
        """
