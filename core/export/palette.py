"""The colours of digits and optimisers, for pages and exported files alike."""

from __future__ import annotations

from collections.abc import Sequence

DIGIT_COLORS: tuple[str, ...] = (
    "#3f90da",
    "#ffa90e",
    "#bd1f01",
    "#94a4a2",
    "#832db6",
    "#a96b59",
    "#e76300",
    "#b9ac70",
    "#717581",
    "#92dadd",
)
"""One colour per digit class, index = digit. Petroff's ten, made to stay apart for readers with a
colour-vision deficiency (arXiv:2107.02270)."""

OPTIMIZER_COLORS: dict[str, str] = {
    "sgd": "#c2348f",
    "adam": "#2e8b3d",
    "rmsprop": "#7566e8",
    "adagrad": "#9c7a00",
    "rprop": "#2b8ca6",
    "gains": "#b5572e",
}
"""The colour of each optimizer in every chart and export, by its name in
`core.tsne.optimizers.OPTIMIZERS`. None is a digit's colour, and each has at least 3:1 against the
light and the dark background."""

_FURTHER_COLORS = ("#0a65b5", "#dd7676", "#ba76dd", "#f54abc", "#686868")
"""The colours of further maps by an optimizer that has one already. Chosen so that the colours of a
run stay apart for readers with a colour-vision deficiency, too."""


def map_colors(optimizers: Sequence[str]) -> list[str]:
    """Return the colour of each map's line: the optimizer's own one, but one of its own for each
    further map by the same optimizer, since many dashes of one colour are hard to tell apart."""
    further = iter(_FURTHER_COLORS)
    return [
        OPTIMIZER_COLORS[optimizer] if optimizer not in optimizers[:place] else next(further)
        for place, optimizer in enumerate(optimizers)
    ]
