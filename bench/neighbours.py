"""Nearest neighbours of digits as pixels: how long "What was learned" waits for them.

    python -m bench.neighbours [--quick]

The first 2,000 test digits, 784 dimensions, five neighbours each. All ways take turns in one run,
so that whatever else the machine does meets them alike.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import torch
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits
from torch import Tensor

from bench.reporting import met, publish, say
from core.analysis.neighbours import nearest_on_map, nearest_others
from core.data.digits import load_digits

RESULTS = Path(__file__).parent / "results" / "neighbours.md"
K = 5
#: The names of the ways in the report.
BEFORE = "coordinate by coordinate, meant for maps (before)"
NOW = "Latent Lab (now)"
CDIST = "`torch.cdist` and `topk`"
REFERENCE = "scikit-learn, float64, brute force"
#: At least so many times faster than before.
LEAST = 8.0


def by_cdist(points: Tensor) -> Tensor:
    """Return the neighbours by one matrix of distances, with the rounding errors of a product."""
    return torch.cdist(points, points).fill_diagonal_(torch.inf).topk(K, largest=False).indices


def by_scikit_learn(points: Tensor) -> Tensor:
    """Return the neighbours that scikit-learn finds in float64."""
    found = NearestNeighbors(n_neighbors=K, algorithm="brute").fit(points.double().numpy())
    return torch.from_numpy(found.kneighbors(return_distance=False))


WAYS: dict[str, Callable[[Tensor], Tensor]] = {
    BEFORE: lambda points: nearest_on_map(points, K),
    NOW: lambda points: nearest_others(points, K).indices,
    CDIST: by_cdist,
    REFERENCE: by_scikit_learn,
}


def measure(points: Tensor, turns: int) -> tuple[dict[str, float], dict[str, Tensor]]:
    """Return the median seconds of each way, and what each one finds."""
    seconds: dict[str, list[float]] = {name: [] for name in WAYS}
    found: dict[str, Tensor] = {}
    for turn in range(turns):
        for name, way in WAYS.items():
            started = time.perf_counter()
            found[name] = way(points)
            seconds[name].append(time.perf_counter() - started)
            say(f"{turn + 1}/{turns} {name}: {seconds[name][-1]:.2f} s")
    return {name: median(each) for name, each in seconds.items()}, found


def report(points: Tensor, turns: int) -> str:
    """Return the results as Markdown."""
    seconds, found = measure(points, turns)
    same = {
        name: float((indices == found[REFERENCE]).float().mean()) for name, indices in found.items()
    }
    rows = "\n".join(
        f"| {name} | {1000 * taken:,.0f} | {seconds[BEFORE] / taken:.1f} "
        f"| {100 * same[name]:.2f} % |"
        for name, taken in seconds.items()
    )
    faster = seconds[BEFORE] / seconds[NOW]
    return f"""# Nearest neighbours of digits as pixels

`python -m bench.neighbours`: the {K} nearest of the first {len(points):,} test digits among
themselves, in {points.shape[1]} dimensions. The VAE's view "What was learned" waits for them.

| way | ms | times faster than before | neighbours as scikit-learn's |
|---|---|---|---|
{rows}

| demand | measured | |
|---|---|---|
| at least {LEAST:g} times faster than before | {faster:.1f} times | {met(faster >= LEAST)} |
| all neighbours, in their order, are scikit-learn's | {100 * same[NOW]:.2f} % \
| {met(same[NOW] == 1)} |

`torch.cdist` computes distances from one matrix product, whose rounding errors may swap neighbours
at nearly equal distances. The lab takes the {K} + 16 nearest of such a product, then computes their
distances in float64.

Times are the medians of {turns} turns, on one thread. Python {platform.python_version()},
torch {torch.__version__}, {platform.machine()}.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Nearest neighbours of digits as pixels.")
    parser.add_argument("--quick", action="store_true", help="few digits; nothing is written")
    quick = parser.parse_args().quick
    torch.set_num_threads(1)
    count, turns = (300, 1) if quick else (2000, 5)
    with threadpool_limits(1):
        text = report(load_digits("test").pixels[:count], turns)
    publish(text, RESULTS, quick=quick)


if __name__ == "__main__":
    main()
