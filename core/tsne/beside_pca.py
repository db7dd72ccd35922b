"""Put PCA of the same digits beside the maps of a recorded run, for comparison."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray

from core.analysis.neighbours import nearest_on_map
from core.analysis.quality import label_agreement
from core.tsne.map_quality import MAX_ASKED, NEIGHBOURS
from core.tsne.recording import OpenRecording

#: What stands for PCA where an optimiser's name does for other maps, and what pages call it.
PCA_MAP, PCA_TITLE = "pca", "PCA"


@dataclass(frozen=True, kw_only=True, eq=False)
class BesidePCA(OpenRecording):
    """A recording with one more map, the last: the digits on their principal components.

    `plane`, float32 (N, 2), is that map at every iteration. It has no KL divergence.
    """

    plane: NDArray[np.float32]

    @classmethod
    def of(cls, opened: OpenRecording, plane: NDArray[np.float32]) -> Self:
        """Return a recording with this plane beside its maps."""
        known = {field.name: getattr(opened, field.name) for field in fields(OpenRecording)}
        frames = len(opened.iterations)
        known |= {
            "names": (*opened.names, PCA_MAP),
            "titles": (*opened.titles, PCA_TITLE),
            "kl": np.column_stack([opened.kl, np.full(frames, np.nan)]),
            "agreement": np.column_stack(
                [opened.agreement, np.full(frames, _agreement(plane, opened.labels))]
            ),
        }
        return cls(**known, plane=plane)

    def positions(self, rows: NDArray[np.int64] | slice = slice(None)) -> NDArray[np.float32]:
        """Return the positions of these frames, (rows, P + 1, N, 2); see `OpenRecording`."""
        own = self.file.read(self.places[rows], self.kl[rows, :-1])
        plane = np.broadcast_to(self.plane, (len(own), 1, *self.plane.shape))
        return np.concatenate([own, plane], axis=1)


def _agreement(plane: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """Return the share of neighbours with the same label, as it is measured on the other maps."""
    count = len(plane)
    k = min(NEIGHBOURS, count - 1)
    rows = torch.linspace(0, count - 1, min(count, MAX_ASKED)).round().long()
    found = nearest_on_map(torch.from_numpy(plane), k, rows)
    all_labels = torch.from_numpy(labels)
    return label_agreement(found, all_labels[rows], all_labels)
