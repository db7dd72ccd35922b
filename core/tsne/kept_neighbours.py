"""Count how many neighbours on a map are neighbours in the data."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from core.analysis.neighbours import nearest_others
from core.data.data_sets import DATA_SETS, MNIST, DataSet
from core.data.digits import DigitsError, digits_at
from core.runs.record import RunError, RunRecord
from core.runs.store import RunStore
from core.tsne.points import points_of
from core.tsne.recording import TSNERecording, final_positions, tsne_config

#: This many of a digit's nearest neighbours on the map are looked up in the data.
NEAR = 5
#: They count as kept if they are among this many of its nearest neighbours in the data.
AMONG = 100
#: At most this many digits, evenly spread, are looked at: that is exact enough and quick.
ASKED = 1000
#: With very many digits fewer are, so that so many pairs are compared at most.
_PAIRS = 10_000_000


def shares_kept(points: Tensor, maps: Tensor) -> list[float | None]:
    """Return, for each map, the share of neighbours on it that are neighbours in the data.

    It is the share, 0 to 1, of a digit's `NEAR` nearest neighbours on the map that are among its
    `AMONG` nearest in the data. It is None for a map that has diverged, or if there are too few
    digits for the question to mean anything.

    Args:
        points: The data, (N, D).
        maps: The positions of the same digits on P maps, (P, N, 2).
    """
    count = len(points)
    if count < 2 * AMONG:
        return [None] * len(maps)
    asked = min(count, ASKED, _PAIRS // count)
    rows = torch.linspace(0, count - 1, asked).round().long()
    among = torch.zeros(len(rows), count, dtype=torch.bool)
    among.scatter_(1, nearest_others(points, AMONG, rows).indices, True)
    return [
        float(among.gather(1, nearest_others(each, NEAR, rows).indices).float().mean())
        if bool(each.isfinite().all())
        else None
        for each in maps
    ]


def shares_kept_by(
    record: RunRecord, recording: TSNERecording, store: RunStore
) -> list[float | None]:
    """Return `shares_kept` of the last maps of a run; all None if its points are not available.

    Raises:
        RunError: the file of the final positions is damaged.
    """
    try:
        config = tsne_config(record)
        taken = digits_at(torch.from_numpy(recording.indices), config.data)
        points = points_of(config, taken, store)
    except (DigitsError, RunError):  # such as a model that has been deleted
        return [None] * len(recording.names)
    return shares_kept(points, torch.from_numpy(final_positions(record, recording)))


def kept_sentence(
    titles: Sequence[str],
    shares: Sequence[float | None],
    data: DataSet = DATA_SETS[MNIST],
) -> str:
    """Return the result of `shares_kept` for maps of these titles in words; empty if unknown.

    The sentence is about the last maps of a run on a data set.
    """
    parts = [
        f"{100 * share:.0f} % ({title})"
        for title, share in zip(titles, shares, strict=True)
        if share is not None
    ]
    if not parts:
        return ""
    return (
        f"Of a {data.noun}'s {NEAR} nearest neighbours on the last map, {listed(parts)} are among "
        f"its {AMONG} nearest in the data."
    )


def listed(parts: Sequence[str]) -> str:
    """Return the parts as one text, such as "one, two and three"."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
