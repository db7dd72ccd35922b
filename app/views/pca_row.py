"""Show what PCA rebuilds of digits, as a row beside those of trained models."""

from __future__ import annotations

from torch import Tensor

from app.components.digit_tiles import TileRow, difference
from app.server.yardsticks import Yardsticks
from app.ui.images import to_uint8


def pca_row(
    yardsticks: Yardsticks, given: Tensor, clean: Tensor, *, differences: bool = False
) -> TileRow:
    """Return the row of digits that PCA rebuilds with as many numbers as the codes have.

    Args:
        yardsticks: Those of the run that it stands beside.
        given: What it gets, (N, 784), such as noisy digits.
        clean: What is wanted, (N, 784).
        differences: Whether to show what differs from the clean digits in place of the pictures.
    """
    rebuilt = yardsticks.reconstruct(given)
    error = float((rebuilt - clean).square().mean())
    title = f"{yardsticks.title} · error {error:.4f}"
    if differences:
        row = difference(clean.numpy(), rebuilt.numpy())
        return TileRow(title=title, pictures=row, colors="diverging")
    return TileRow(title=title, pictures=to_uint8(rebuilt))
