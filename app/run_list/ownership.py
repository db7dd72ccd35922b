"""Tell which runs are this visitor's, in one place."""

from __future__ import annotations

from collections.abc import Iterable

from app.server.visitor import visitor
from core.runs.state import RunRequest
from core.runs.store import Summary


def is_mine(request: RunRequest, me: str | None = None) -> bool:
    """Return whether a run may be renamed, noted on and deleted by this visitor.

    `me` is the visitor, where the caller asks of many runs: to find it out takes 20 µs.
    """
    return request.visitor == (visitor() if me is None else me)


def mine_among(runs: Iterable[Summary]) -> frozenset[str]:
    """Return the ids of the runs among these that are this visitor's; none of the gallery is."""
    me = visitor()
    return frozenset(run.id for run in runs if not run.in_gallery and is_mine(run.request, me))
