"""Tell whose each run of a list is."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from app.run_list.facts import GALLERY
from app.runs.owners import whose_words
from core.runs.store import Summary


def whose() -> Callable[[Summary], str]:
    """Return a function that says whose a run is: the gallery's, "Mine", or its owner's in words.

    It finds out about each owner once, since a list has many runs of few.
    """
    of_owner = cache(whose_words)

    def of_run(run: Summary) -> str:
        return GALLERY if run.in_gallery else of_owner(run.request.visitor)

    return of_run
