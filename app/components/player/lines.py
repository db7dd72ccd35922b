"""The colour and the short name of the line of each map in a player."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.theme import BASELINE_COLOR, LINE_COLORS, map_colors
from core.tsne.beside_pca import PCA_MAP, PCA_TITLE
from core.tsne.frame import MAP
from core.tsne.optimizer_kinds import OPTIMIZERS
from core.tsne.optimizers import MAX_OPTIMIZERS, short_titles

#: The maps of a run, and PCA beside them.
MAX_PANELS = MAX_OPTIMIZERS + 1


def lines_of(optimizers: Sequence[str]) -> dict[str, Any]:
    """Return the colour and the short name of each map's line, as the browser takes them.

    Maps of one optimiser are told apart by number, colour and dash. PCA, which may stand behind
    them, is fixed: it is no map that an optimiser moves. The one map that a program has recorded,
    whose optimiser nobody knows, is `MAP`.
    """
    if list(optimizers) == [MAP]:
        return {"lineColors": [LINE_COLORS[2]], "lineNames": [MAP], "fixed": [False]}
    moved = [optimizer for optimizer in optimizers if optimizer != PCA_MAP]
    fixed = len(optimizers) - len(moved)
    return {
        "lineColors": [*map_colors(moved), *[BASELINE_COLOR] * fixed],
        "lineNames": [*short_titles(moved), *[PCA_TITLE] * fixed],
        "fixed": [False] * len(moved) + [True] * fixed,
    }


def check_maps(names: Sequence[str], optimizers: Sequence[str]) -> None:
    """Raise `ValueError` unless there are 1 to `MAX_PANELS` maps, by optimisers that exist, or one
    that a program has recorded."""
    if list(optimizers) == [MAP] and len(names) == 1:
        return
    if not 1 <= len(names) <= MAX_PANELS:
        raise ValueError(
            f"names (={len(names)} of them) must be 1 to {MAX_PANELS}: one for each map."
        )
    moved = list(optimizers[:-1] if optimizers and optimizers[-1] == PCA_MAP else optimizers)
    if len(optimizers) != len(names) or not moved or not set(moved) <= set(OPTIMIZERS):
        raise ValueError(
            f"optimizers (={', '.join(optimizers)}) must name one of {', '.join(OPTIMIZERS)} for "
            f"each of the {len(names)} maps; the last may be {PCA_MAP}."
        )
