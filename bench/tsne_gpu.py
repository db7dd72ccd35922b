"""t-SNE on a GPU: how long 1,000, 10,000 and 70,000 digits take, how exact, and how repeatable.

    python -m bench.tsne_gpu [--device cpu] [--digits 1000,10000,70000] [--out FILE]

Needs PyTorch, NumPy and the files of data/mnist alone, so that it runs on a machine that has the
repository and nothing else. Perplexity 30, PCA start, 250 iterations with exaggeration 12 and 500
without, by van der Maaten's optimiser at the automatic rate; 40 frames are kept in main memory and
the KL divergence is measured at each of them.
"""

from __future__ import annotations

import argparse
import gzip
import platform
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from core.analysis.pca import principal_components
from core.tsne.affinities import Affinities
from core.tsne.edges import Edges, neighbours_needed
from core.tsne.exact import ExactGradient
from core.tsne.gains import GradientDescentWithGains
from core.tsne.gradient import Gradient
from core.tsne.mesh import TorchRepulsion, repel_in_chunks
from core.tsne.mesh_gradient import MeshGradient
from core.tsne.neighbours import all_nearest_neighbours

DATA = Path(__file__).resolve().parents[1] / "data" / "mnist"
PERPLEXITY = 30.0
EARLY, LATE = 250, 500
EXAGGERATION = 12.0
FRAMES = 40
#: From this many digits on the mesh is used.
MESH_FROM = 2_500


def pixels() -> Tensor:
    """Return all 70,000 digits, the training digits first: float32 (70000, 784), 0 to 1."""
    parts = [
        np.frombuffer(gzip.decompress((DATA / f"{name}-images-idx3-ubyte.gz").read_bytes()), "u1")[
            16:
        ]
        for name in ("train", "t10k")
    ]
    return torch.from_numpy(np.concatenate(parts).reshape(-1, 784).astype(np.float32) / 255)


def now(device: torch.device) -> float:
    """Return the time after the device has finished all its work."""
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()


def gradient_of(points: Tensor) -> Gradient:
    """Return what finds the gradient for these points, (N, D), on their device."""
    if len(points) < MESH_FROM:
        return ExactGradient(Affinities.from_perplexity(points, PERPLEXITY).joint)
    found = all_nearest_neighbours(points, neighbours_needed(PERPLEXITY, len(points)))
    return MeshGradient(Edges.from_neighbours(found, PERPLEXITY), points.device)


def unfold(find: Gradient, start: Tensor) -> tuple[Tensor, float, list[Tensor]]:
    """Return the last map, its KL divergence and the kept frames."""
    positions = start.clone()
    positions.grad = torch.zeros_like(positions)
    rate = len(start) / 4
    optimizer = GradientDescentWithGains([positions], rate / EXAGGERATION, 0.5)
    frames: list[Tensor] = []
    every = (EARLY + LATE) // FRAMES
    for iteration in range(EARLY + LATE):
        if iteration == EARLY:
            optimizer.param_groups[0].update(lr=rate, momentum=0.8)
        keep = iteration % every == 0
        factor = EXAGGERATION if iteration < EARLY else 1.0
        find(positions, positions.grad, factor, measure=keep)
        if keep:
            frames.append(positions.half().cpu())
        optimizer.step()
    return positions, find(positions, positions.grad), frames


def errors(positions: Tensor) -> tuple[float, float]:
    """Return the relative errors of the mesh's forces and of Z against all pairs."""
    forces, z = TorchRepulsion()(positions)
    exact, exact_z = repel_in_chunks(positions.double())
    return float((forces - exact).norm() / exact.norm()), abs(z / exact_z - 1)


def measure(count: int, every: Tensor, device: torch.device) -> str:
    """Return a row of the table for so many digits."""
    began = now(device)
    points = every[:count].to(device)
    if count > 5_000:
        points = principal_components(points, 50)
    start = principal_components(points, 2)
    start = start / start[:, 0].std() * 1e-4
    find = gradient_of(points)
    prepared = now(device)
    positions, kl, frames = unfold(find, start)
    ended = now(device)
    again, _, _ = unfold(find, start)
    ended_again = now(device)
    same = torch.equal(positions, again)
    # Of a large map all pairs take a while on a processor.
    force, z = errors(positions) if count >= MESH_FROM else (0.0, 0.0)
    row = (
        f"| {count:,} | {prepared - began:.2f} | {ended - prepared:.2f} | "
        f"{ended_again - ended:.2f} | {kl:.3f} | {len(frames)} | {force:.1e} | {z:.1e} | "
        f"{'yes' if same else 'no'} |"
    )
    print(row, file=sys.stderr, flush=True)
    return row


def main() -> None:
    """Measure, and print the report in Markdown."""
    parser = argparse.ArgumentParser(description="Measure t-SNE on a GPU.")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--digits", default="1000,10000,70000")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    device = torch.device(options.device)
    # PyTorch would round matrix products to 10 bits on some GPUs.
    torch.backends.cuda.matmul.allow_tf32 = False
    every = pixels()
    measure(1_000, every, device)  # what is loaded and tuned at first is not counted
    rows = [measure(int(count), every, device) for count in options.digits.split(",")]
    name = torch.cuda.get_device_name() if device.type == "cuda" else platform.machine()
    text = "\n".join(
        [
            "# t-SNE on a GPU",
            "",
            f"`python -m bench.tsne_gpu`: perplexity {PERPLEXITY:g}, PCA start, {EARLY} iterations",
            f"with exaggeration {EXAGGERATION:g} and {LATE} without; seconds. The errors are those",
            "of the last map's repulsive forces and Z against all pairs in float64.",
            "The first run of a size also has the GPU's library load its Fourier transforms; the",
            "second does not.",
            "",
            "| digits | PCA, neighbours, P | iterations | again | KL (nats) | frames | force error "
            "| Z error | same bits |",
            "|---|---|---|---|---|---|---|---|---|",
            *rows,
            "",
            f"{name}, Python {platform.python_version()}, torch {torch.__version__}.",
            "",
        ]
    )
    print(text)
    if options.out:
        options.out.write_text(text)


if __name__ == "__main__":
    main()
