"""The frame and the selection of a replay, as the address says them."""

from __future__ import annotations

from collections.abc import Iterable

from app.components.player import ReplayLink, rows_reader
from app.links.address import ask
from app.links.values import one_of, whole


def link_of_replay(key: str, iterations: Iterable[int], count: int) -> ReplayLink:
    """Return what the address says of the replay `key`, with `count` digits, at its iterations."""
    frames = [int(each) for each in iterations]
    return ReplayLink(
        frame=ask("frame", key, one_of("frame", frames)),
        point=ask("point", key, whole("point", 0, count - 1)),
        lasso=ask("lasso", key, rows_reader(count)),
    )
