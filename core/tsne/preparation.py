"""What a t-SNE run does before its first iteration: P of each map, by the engine that suits it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from core.analysis.pca import principal_components
from core.tsne.affinities import Affinities, PerplexityRange
from core.tsne.config import TSNEConfig
from core.tsne.edges import Edges, neighbours_needed
from core.tsne.engine import (
    EXACT,
    MAX_ALL_PIXELS,
    REDUCED_DIMENSIONS,
    chosen_engine,
)
from core.tsne.exact import ExactGradient
from core.tsne.frame import Preparation
from core.tsne.gradient import Gradient
from core.tsne.mesh_gradient import MeshGradient
from core.tsne.neighbour_files import NeighbourFiles
from core.tsne.neighbours import nearest_neighbours
from core.tsne.points import FROM_NOISE, FROM_PIXELS

REDUCING = f"Reducing the digits to {REDUCED_DIMENSIONS} dimensions"
SEARCHING = "Finding the nearest neighbours"
WEIGHTING = "Searching for the bandwidths"
#: A map that starts from principal components is this wide, so that it starts as one.
PCA_DEVIATION = 1e-4


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """The points as they are mapped, and for each map its start, gradient and perplexity."""

    engine: str
    points: Tensor
    starts: Tensor
    gradients: tuple[Gradient, ...]
    perplexities: tuple[PerplexityRange, ...]


def prepare(
    config: TSNEConfig, points: Tensor, cache: Path | None
) -> Generator[Preparation, None, Prepared]:
    """Prepare the maps of these points, (N, D); yield how far it is.

    Neighbours that were found before are taken from the folder `cache`, if there is one.
    """
    if is_reduced(config, len(points)):
        yield Preparation(progress=0.0, phase=REDUCING, share=0.0)
    return (yield from prepare_mapped(config, mapped_points(config, points), cache))


def prepare_mapped(
    config: TSNEConfig, points: Tensor, cache: Path | None
) -> Generator[Preparation, None, Prepared]:
    """Do what `prepare` does for points that `mapped_points` has returned."""
    engine = chosen_engine(config, len(points))
    if engine == EXACT:
        by_perplexity = _exact(config, points)
    else:
        by_perplexity = yield from _on_mesh(config, points, cache)
    return Prepared(
        engine=engine,
        points=points,
        starts=_starts(config, points),
        gradients=tuple(by_perplexity[each][0] for each in config.perplexities),
        perplexities=tuple(by_perplexity[each][1] for each in config.perplexities),
    )


def is_reduced(config: TSNEConfig, points: int) -> bool:
    """Return whether a run of so many points maps principal components instead of all pixels."""
    return config.source in (FROM_PIXELS, FROM_NOISE) and points > MAX_ALL_PIXELS


def mapped_points(config: TSNEConfig, points: Tensor) -> Tensor:
    """Return what is mapped of a run's points, (N, D): they or their principal components."""
    if is_reduced(config, len(points)):
        return principal_components(points, REDUCED_DIMENSIONS)
    return points


def affinities(config: TSNEConfig, points: Tensor, perplexity: float) -> Affinities:
    """Return P of all pairs of these points, (N, D); by the run's sigma if `perplexity` is 0.

    Raises:
        ValueError: there are too few points for the perplexity.
    """
    if perplexity:
        return Affinities.from_perplexity(points, perplexity)
    return Affinities.from_sigma(points, config.sigma)


_Found = dict[float, tuple[Gradient, PerplexityRange]]


def _exact(config: TSNEConfig, points: Tensor) -> _Found:
    found: _Found = {}
    for perplexity in config.perplexities:
        if perplexity not in found:
            p = affinities(config, points, perplexity)
            found[perplexity] = ExactGradient(p.joint), p.perplexity
    return found


def _on_mesh(
    config: TSNEConfig, points: Tensor, cache: Path | None
) -> Generator[Preparation, None, _Found]:
    widest = max(config.perplexities)
    k = neighbours_needed(widest, len(points))
    files = NeighbourFiles(cache)
    neighbours = files.load(points, k)
    if neighbours is None:
        search = nearest_neighbours(points, k)
        while neighbours is None:
            try:
                yield Preparation(progress=0.0, phase=SEARCHING, share=next(search))
            except StopIteration as end:
                neighbours = end.value
        files.save(points, neighbours)
    found: _Found = {}
    different = sorted(set(config.perplexities))
    for number, perplexity in enumerate(different):
        yield Preparation(progress=0.0, phase=WEIGHTING, share=number / len(different))
        nearest = neighbours.nearest(neighbours_needed(perplexity, len(points)))
        edges = Edges.from_neighbours(nearest, perplexity)
        found[perplexity] = MeshGradient(edges, points.device), edges.perplexity
    return found


def _starts(config: TSNEConfig, points: Tensor) -> Tensor:
    """Return where each map starts, (maps, N, 2).

    A random start is standard normal and depends on the map's seed alone.
    """
    components: Tensor | None = None
    starts: list[Tensor] = []
    for start, seed in zip(config.starts, config.seeds, strict=True):
        if start == "pca":
            if components is None:
                components = principal_components(points, 2)
                deviation = components[:, 0].std().clamp_min(torch.finfo(points.dtype).tiny)
                components = components / deviation * PCA_DEVIATION
            starts.append(components)
        else:
            generator = torch.Generator().manual_seed(seed)
            starts.append(torch.randn(len(points), 2, generator=generator).to(points))
    return torch.stack(starts)
