"""Recordings whose worth is asked for, and the answers to it, as the lab's server gives them."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import spearmanr

from app.components.message import pack
from app.components.player import ReplayData
from core.analysis.neighbours import nearest_others
from core.tsne.affinities import Affinities
from tests.support.recordings import moving_clusters, real_recording

#: Where the answers are, relative to the document.
ADDRESS = "maps/worth-of-a-test/1"
NEAR = 10
BINS = 32
PCA = "PCA"


@lru_cache(maxsize=4)
def recording_of(case: str) -> ReplayData:
    """Return the maps of a case: two of 300 digits beside PCA, one alone, or many digits."""
    match case:
        case "one":
            return moving_clusters(count=120, frames=21, panels=1, every=10)
        case "many":
            return moving_clusters(count=5200, frames=3)
        case _:
            return _beside_pca(real_recording(digits=300, iterations=150))


def fixed_of(recording: ReplayData) -> list[bool]:
    """Return which of the maps stay as they are."""
    return [name == PCA for name in recording.names]


def _beside_pca(recording: ReplayData) -> ReplayData:
    pixels = recording.pictures.astype(np.float64) / 255
    centred = pixels - pixels.mean(axis=0)
    left, scale, _ = np.linalg.svd(centred, full_matrices=False)
    plane = np.broadcast_to(left[:, :2] * scale[:2], (len(recording.iterations), 1, len(left), 2))
    missing = np.full((len(recording.iterations), 1), np.nan)
    return replace(
        recording,
        names=[*recording.names, PCA],
        optimizers=[*recording.optimizers, "sgd"],
        positions=np.concatenate([recording.positions, plane], axis=1),
        kl=np.concatenate([recording.kl, missing], axis=1),
        agreement=np.concatenate([recording.agreement, missing], axis=1),
    )


class Answers:
    """What the server answers about one recording."""

    def __init__(self, recording: ReplayData) -> None:
        self._recording = recording
        self._points = torch.from_numpy(recording.pictures.astype(np.float64) / 255)

    @cached_property
    def near(self) -> NDArray[np.int64]:
        """The nearest of each digit in the data, (N, k)."""
        return nearest_others(self._points, NEAR).indices.numpy()

    @cached_property
    def _joint(self) -> torch.Tensor:
        return Affinities.from_perplexity(self._points, 20).joint

    def neighbours(self, row: int) -> bytes:
        """Return the answer about one digit."""
        return pack({"near": self.near[row].astype(np.int32)})

    def worth(self, measure: str, iteration: int) -> bytes:
        """Return the answer about all maps at an iteration."""
        panels = [self._panel(measure, panel, iteration) for panel in range(len(self.fixed))]
        return pack({"iteration": iteration, "near": NEAR, "panels": panels})

    @property
    def fixed(self) -> list[bool]:
        return fixed_of(self._recording)

    def positions(self, panel: int, iteration: int) -> torch.Tensor:
        """Return where the digits are on a map."""
        frame = int(np.flatnonzero(self._recording.iterations == iteration)[0])
        return torch.from_numpy(self._recording.positions[frame, panel].astype(np.float64))

    def kept(self, panel: int, iteration: int) -> NDArray[np.float32]:
        """Return the share of each digit's nearest in the data that are near it on a map."""
        return _common(self.near, self._near_on(panel, iteration))

    def costs(self, panel: int, iteration: int) -> NDArray[np.float32]:
        """Return each digit's part of the KL divergence."""
        places = self.positions(panel, iteration)
        weights = (1 + torch.cdist(places, places).square()).reciprocal().fill_diagonal_(0)
        q = weights / weights.sum()
        p = self._joint
        return torch.where(p > 0, p * (p / q).log(), 0).sum(dim=1).float().numpy()

    def _near_on(self, panel: int, iteration: int) -> NDArray[np.int64]:
        return nearest_others(self.positions(panel, iteration), NEAR).indices.numpy()

    def _panel(self, measure: str, panel: int, iteration: int) -> dict[str, Any] | None:
        others = [i for i, fixed in enumerate(self.fixed) if not fixed and i != panel]
        if self.fixed[panel] and measure in ("cost", "shared"):
            return None
        if measure == "cost":
            costs = self.costs(panel, iteration)
            tenth = np.sort(costs)[-len(costs) // 10 :].sum() / costs.sum()
            return {"values": costs, "total": float(costs.sum()), "tenth": float(tenth)}
        if measure in ("kept", "shared"):
            own = self._near_on(panel, iteration)
            by = [self.near] if measure == "kept" else [self._near_on(i, iteration) for i in others]
            values = np.mean([_common(each, own) for each in by], axis=0).astype(np.float32)
            chance = NEAR / (len(values) - 1)
            return {"values": values, "mean": float(values.mean()), "chance": chance}
        return self._distances(panel, iteration, others)

    def _distances(self, panel: int, iteration: int, others: list[int]) -> dict[str, Any]:
        places = self.positions(panel, iteration)
        data, on_map = (torch.pdist(points).numpy() for points in (self._points, places))
        ends = (float(data.max()), float(on_map.max()))
        counts, _, _ = np.histogram2d(on_map, data, BINS, [[0, ends[1]], [0, ends[0]]])
        centres = self._centres(places)
        between = [_rank(centres, self._centres(self.positions(i, iteration))) for i in others]
        return {
            "counts": counts.astype(np.int32).reshape(-1),
            "bins": BINS,
            "dataMax": ends[0],
            "mapMax": ends[1],
            "centres": _rank(centres, self._centres(self._points)),
            "pairs": _rank(data[::7], on_map[::7]),
            "between": float(np.mean(between)) if between else None,
        }

    def _centres(self, points: torch.Tensor) -> NDArray[np.float64]:
        labels = torch.from_numpy(self._recording.labels)
        means = torch.stack([points[labels == label].mean(dim=0) for label in range(10)])
        return torch.pdist(means).numpy()


def _common(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the share of each row's entries that are in that of the other as well."""
    return (first[:, :, None] == second[:, None, :]).any(axis=2).mean(axis=1).astype(np.float32)


def _rank(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    return float(spearmanr(first, second).statistic)  # type: ignore[union-attr]
