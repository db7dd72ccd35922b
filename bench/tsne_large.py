"""t-SNE of 10,000 and 70,000 digits beside openTSNE's `fft`, which is the fastest of the others.

    python -m bench.tsne_large [--digits 10000,70000]

Both get the same digits (50 principal components), P, start and optimiser: 250 iterations with
exaggeration 12, then 500 without. One thread is counted in CPU seconds; with two threads the time
is that on the clock, and each tool finds neighbours and P itself. Ours keeps 40 frames and measures
the KL divergence at each. Final KL divergences are over all pairs, for both tools by the same sum.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

# Before NumPy is imported: its library has threads of its own.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import openTSNE
import torch
from openTSNE.affinity import PerplexityBasedNN
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits
from torch import Tensor

from bench.reporting import say
from core.analysis.pca import principal_components
from core.data.digits import digits_at
from core.tsne.affinities import PerplexityRange
from core.tsne.edges import Edges, neighbours_needed
from core.tsne.exact_loop import repel_all_pairs
from core.tsne.gains import GradientDescentWithGains
from core.tsne.mesh_gradient import MeshGradient
from core.tsne.neighbours import all_nearest_neighbours
from core.tsne.preparation import PCA_DEVIATION
from core.tsne.warm_up import compile_loops

RESULTS = Path(__file__).parent / "results" / "tsne_large.md"
PERPLEXITY = 30
EARLY, LATE, EXAGGERATION = 250, 500, 12.0
FRAMES = 40


def clocked(work: Callable[[], Tensor]) -> tuple[Tensor, float, float]:
    """Return what the work gives, its CPU seconds and its seconds on the clock."""
    cpu, clock = time.process_time(), time.perf_counter()
    result = work()
    return result, time.process_time() - cpu, time.perf_counter() - clock


def our_edges(points: Tensor, threads: int) -> Edges:
    """Find neighbours and P."""
    k = neighbours_needed(PERPLEXITY, len(points))
    return Edges.from_neighbours(all_nearest_neighbours(points, k, threads), PERPLEXITY)


def ours(edges: Edges, start: Tensor, threads: int) -> Tensor:
    """Unfold a map as a run does, with frames and KL divergences."""
    positions = start.clone()
    positions.grad = torch.zeros_like(positions)
    find = MeshGradient(edges, threads=threads)
    rate = len(start) / 4  # openTSNE's gradient lacks the factor 4
    optimizer = GradientDescentWithGains([positions], rate / EXAGGERATION, 0.5)
    frames: list[bytes] = []
    every = (EARLY + LATE) // FRAMES
    for iteration in range(EARLY + LATE):
        if iteration == EARLY:
            optimizer.param_groups[0].update(lr=rate, momentum=0.8)
        factor = EXAGGERATION if iteration < EARLY else 1.0
        find(positions, positions.grad, factor, measure=iteration % every == 0)
        if iteration % every == 0:
            frames.append(positions.half().numpy().tobytes())
        optimizer.step()
    return positions


def theirs(affinities: PerplexityBasedNN, start: Tensor, threads: int) -> Tensor:
    """Unfold a map with openTSNE."""
    embedding = openTSNE.TSNEEmbedding(
        start.double().numpy(), affinities, negative_gradient_method="fft", n_jobs=threads,
        random_state=0,
    )  # fmt: skip
    embedding.optimize(EARLY, exaggeration=EXAGGERATION, momentum=0.5, inplace=True)
    embedding.optimize(LATE, momentum=0.8, inplace=True)
    return torch.from_numpy(np.array(embedding)).float()


def divergence(edges: Edges, positions: Tensor) -> float:
    """Return KL(P || Q) in nats, with Z over all pairs."""
    x, y = np.ascontiguousarray(positions.numpy().T)
    sums = np.empty((3, len(x)), np.float32)
    repel_all_pairs(x, y, sums, 0, len(x))
    exact = positions.double()
    owners = torch.repeat_interleave(edges.pointers.diff())
    distances = (exact[owners] - exact[edges.indices.long()]).square().sum(1)
    p = edges.weights.double()
    near = float((p * (p.log() + distances.log1p())).sum())
    return near + float(np.log(sums[0].sum(dtype=np.float64)))


def as_edges(affinities: PerplexityBasedNN) -> Edges:
    """Return openTSNE's P."""
    p = csr_array(affinities.P)
    p.sort_indices()
    weights = torch.from_numpy(p.data / p.data.sum()).float()
    indices, pointers = torch.from_numpy(p.indices), torch.from_numpy(p.indptr)
    known = PerplexityRange(median=30.0, lowest=30.0, highest=30.0)
    return Edges(pointers=pointers.int(), indices=indices.int(), weights=weights, perplexity=known)


def measure(count: int) -> tuple[list[str], float]:
    """Return the rows for so many digits, and our CPU seconds for the iterations."""
    pixels = digits_at(torch.arange(count)).pixels
    points = principal_components(pixels, 50)
    start = principal_components(points, 2)
    start = start / start[:, 0].std() * PCA_DEVIATION

    def affinities(threads: int) -> PerplexityBasedNN:
        return PerplexityBasedNN(
            points.numpy(), perplexity=PERPLEXITY, n_jobs=threads, random_state=0
        )

    rows: list[str] = []
    say(f"{count:,} digits: P by openTSNE")
    shared = affinities(1)
    edges = as_edges(shared)
    say(f"{count:,} digits: ours, one thread")
    mine, cpu, _ = clocked(lambda: ours(edges, start, 1))
    say(f"{count:,} digits: openTSNE, one thread")
    other, other_cpu, _ = clocked(lambda: theirs(shared, start, 1))
    kl, other_kl = divergence(edges, mine), divergence(edges, other)
    rows.append(
        f"| {count:,} | same P, one thread, CPU s | {cpu:.1f} | {other_cpu:.1f} "
        f"| {other_cpu / cpu:.1f} | {kl:.3f} | {other_kl:.3f} |"
    )
    say(f"{count:,} digits: ours, two threads")
    _, _, both = clocked(lambda: ours(edges, start, 2))
    began = time.perf_counter()
    found = our_edges(points, 2)
    prepared = time.perf_counter() - began
    say(f"{count:,} digits: openTSNE, two threads")
    began = time.perf_counter()
    affinities(2)
    other_prepared = time.perf_counter() - began
    _, _, other_both = clocked(lambda: theirs(shared, start, 2))
    rows.append(
        f"| {count:,} | same P, two threads, elapsed s | {both:.1f} | {other_both:.1f} "
        f"| {other_both / both:.1f} | | |"
    )
    mine_all, other_all = prepared + both, other_prepared + other_both
    rows.append(
        f"| {count:,} | with neighbours and P, two threads, elapsed s | {mine_all:.1f} "
        f"| {other_all:.1f} | {other_all / mine_all:.1f} | | |"
    )
    del found
    return rows, cpu


def main() -> None:
    """Measure all numbers of digits and write the report."""
    parser = argparse.ArgumentParser(description="Measure t-SNE of many digits.")
    parser.add_argument("--digits", default="10000,70000")
    options = parser.parse_args()
    torch.set_num_threads(1)
    compile_loops()
    rows: list[str] = []
    spent: dict[int, float] = {}
    with threadpool_limits(1):
        for count in map(int, options.digits.split(",")):
            found, spent[count] = measure(count)
            rows += found
    growth = ""
    if len(spent) == 2:
        (few, fast), (many, slow) = spent.items()
        exponent = np.log(slow / fast) / np.log(many / few)
        growth = (
            f"From {few:,} to {many:,} digits the time grows with an exponent of {exponent:.2f}."
        )
    most = max(spent)
    whole, _ = subprocess.run(
        [sys.executable, "-m", "bench.tsne_memory", "--digits", str(most)],
        check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    text = f"""# t-SNE of many digits

`python -m bench.tsne_large`: perplexity {PERPLEXITY:g}, PCA start, {EARLY} iterations with
exaggeration {EXAGGERATION:g} and {LATE} without, by van der Maaten's optimiser with the automatic
rate. The two tools took turns once. Ours keeps {FRAMES} frames and measures the KL divergence at
each; the final ones are over all pairs, with the same P.

| digits | what | Latent Lab | openTSNE fft | times faster | our KL | its KL |
|---|---|---|---|---|---|---|
{chr(10).join(rows)}

{growth}

Peak memory of a process that runs {most:,} digits with two maps, from loading to the end:
{whole} MiB.

Python {platform.python_version()}, torch {torch.__version__}, openTSNE {openTSNE.__version__},
{platform.machine()}.
"""
    RESULTS.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
