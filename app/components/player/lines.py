"""The colour and the short name of the line of each map in a player."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.theme import BASELINE_COLOR, OPTIMIZER_COLORS
from core.tsne.beside_pca import PCA, PCA_TITLE
from core.tsne.optimizers import OPTIMIZERS, short_titles

MAX_PANELS = 4


def lines_of(optimizers: Sequence[str]) -> dict[str, Any]:
    """Return the colour and the short name of each map's line, as the browser takes them.

    An optimiser has one colour; two maps of it are told apart by number and dash. PCA, which may
    stand behind them, is fixed: it is no map that an optimiser moves.
    """
    moved = [optimizer for optimizer in optimizers if optimizer != PCA]
    fixed = len(optimizers) - len(moved)
    return {
        "lineColors": [*(OPTIMIZER_COLORS[each] for each in moved), *[BASELINE_COLOR] * fixed],
        "lineNames": [*short_titles(moved), *[PCA_TITLE] * fixed],
        "fixed": [False] * len(moved) + [True] * fixed,
    }


def check_maps(names: Sequence[str], optimizers: Sequence[str]) -> None:
    """Raise `ValueError` unless there are one to four maps, each by an optimiser that exists."""
    if not 1 <= len(names) <= MAX_PANELS:
        raise ValueError(
            f"names (={len(names)} of them) must be 1 to {MAX_PANELS}: one for each map."
        )
    moved = list(optimizers[:-1] if optimizers and optimizers[-1] == PCA else optimizers)
    if len(optimizers) != len(names) or not moved or not set(moved) <= set(OPTIMIZERS):
        raise ValueError(
            f"optimizers (={', '.join(optimizers)}) must name one of {', '.join(OPTIMIZERS)} for "
            f"each of the {len(names)} maps; the last may be {PCA}."
        )
