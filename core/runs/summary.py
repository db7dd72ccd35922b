"""A run as lists show it, and the order in which runs are computed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.runs.state import RunRequest, RunState


@dataclass(frozen=True)
class Summary:
    """A run as a list shows it."""

    id: str
    request: RunRequest
    state: RunState
    in_gallery: bool


def in_turn(runs: Iterable[Summary]) -> list[Summary]:
    """Return the runs among these that are computed or wait for it, in the order of their turn.

    Last are those of a group whose turn to be submitted has not come.
    """
    return sorted(
        (run for run in runs if run.state.is_active),
        key=lambda run: (
            run.state.status == "pending",
            run.state.submitted_at == 0.0,
            run.state.submitted_at,
            run.request.created_at,
        ),
    )
