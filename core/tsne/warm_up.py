"""Compile the loops of t-SNE once, so that the first run of a new installation begins at once.

python -m core.tsne.warm_up
"""

from __future__ import annotations

import torch

from core.tsne.affinities import Affinities
from core.tsne.edges import Edges
from core.tsne.exact import ExactGradient
from core.tsne.mesh_gradient import MeshGradient
from core.tsne.neighbours import all_nearest_neighbours

#: So many points that a mesh is faster than all pairs for a narrow map.
_POINTS = 400
_PERPLEXITY = 5.0


def compile_loops() -> None:
    """Call every compiled loop once, on points that mean nothing."""
    generator = torch.Generator().manual_seed(0)
    points = torch.randn(_POINTS, 3, generator=generator)
    gradient = torch.empty(_POINTS, 2)
    positions = points[:, :2].contiguous()
    ExactGradient(Affinities.from_perplexity(points, _PERPLEXITY).joint)(positions, gradient)
    neighbours = all_nearest_neighbours(points, 15)
    find = MeshGradient(Edges.from_neighbours(neighbours, _PERPLEXITY))
    for spread in (0.3, 1e3):  # on a mesh, and over all pairs
        find(positions * spread, gradient)


if __name__ == "__main__":
    compile_loops()
