"""Choose how a run's gradient is computed, and check that it can be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from core.tsne.affinities import check_perplexity
from core.tsne.edges import neighbours_needed

if TYPE_CHECKING:
    from core.tsne.config import TSNEConfig

AUTO, EXACT, MESH = "auto", "exact", "mesh"
ENGINES = (AUTO, EXACT, MESH)
#: From this many digits on the mesh is faster (bench/results/tsne.md).
MESH_FROM = 2_500
#: P of all pairs then takes 400 MB, as do two more tensors while it is made.
MAX_EXACT = 10_000
#: Pairs in all P of a run together, of which maps with different perplexities have one each.
MAX_PAIRS = 4 * MAX_EXACT**2
#: Neighbours of all digits together; search and P take about 60 bytes for each.
MAX_NEIGHBOURS = 21_000_000
#: The same, summed over the different perplexities of a run.
MAX_ALL_NEIGHBOURS = 4 * MAX_NEIGHBOURS
#: Pixels go through PCA above this many digits.
MAX_ALL_PIXELS = 5_000
#: To this many dimensions.
REDUCED_DIMENSIONS = 50


def chosen_engine(config: TSNEConfig, points: int) -> str:
    """Return `EXACT` or `MESH`: what the config asks for, or what suits so many points."""
    if config.engine != AUTO:
        return config.engine
    return MESH if points >= MESH_FROM and all(config.perplexities) else EXACT


def check_engine(config: TSNEConfig, points: int) -> None:
    """Raise ValueError unless the maps of so many points can be computed as the config asks."""
    for perplexity in config.perplexities:
        if perplexity:
            check_perplexity(perplexity, points)
    by_sigma = not all(config.perplexities)
    if chosen_engine(config, points) == MESH:
        if by_sigma:
            raise ValueError(
                "engine (=mesh) needs a perplexity, since a fixed sigma has no near neighbours; "
                "choose a perplexity, or the exact engine."
            )
        widest = max(config.perplexities)
        if (found := points * neighbours_needed(widest, points)) > MAX_NEIGHBOURS:
            most = MAX_NEIGHBOURS // points // 3
            raise ValueError(
                f"perplexity (={widest:g}) with {points:,} digits needs {found:,} neighbours, and "
                f"memory is reckoned for {MAX_NEIGHBOURS:,}; take at most {most}, or fewer digits."
            )
        each = [neighbours_needed(perplexity, points) for perplexity in set(config.perplexities)]
        if (found := points * sum(each)) > MAX_ALL_NEIGHBOURS:
            raise ValueError(
                f"perplexities of the {len(each)} maps with {points:,} digits need {found:,} "
                f"neighbours in all, and memory is reckoned for {MAX_ALL_NEIGHBOURS:,}; take "
                "smaller ones, or fewer digits."
            )
    elif points > MAX_EXACT:
        cause = f"sigma (={config.sigma:g})" if by_sigma else "engine (=exact)"
        raise ValueError(
            f"{cause} with {points:,} digits compares all pairs, which take too much memory above "
            f"{MAX_EXACT:,} digits; choose a perplexity and the mesh, or fewer digits."
        )
    elif points**2 * (different := len(set(config.perplexities))) > MAX_PAIRS:
        most = math.isqrt(MAX_PAIRS // different)
        raise ValueError(
            f"{points:,} digits with {different} different neighbourhoods take too much memory, "
            f"since all pairs are compared for each; take at most {most:,} digits, or fewer "
            "perplexities."
        )
