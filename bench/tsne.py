"""t-SNE side by side: this lab's engine, scikit-learn, openTSNE and plain autograd.

    python -m bench.tsne

1,000 digits, perplexity 30, 700 iterations from a random start, in CPU seconds of one thread. The
tools take turns, so that whatever else the machine does meets them alike; of each, the least
disturbed turn counts. All final maps are scored by the same exact KL divergence, in float64 with
all pairs: what Barnes-Hut reports itself is a coarser sum over near neighbours.
"""

from __future__ import annotations

import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import openTSNE
import sklearn
import torch
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits
from torch import Tensor

from core.data.digits import load_digits
from core.tsne.affinities import Affinities
from core.tsne.autograd import kl_divergence, student_t, unfold
from core.tsne.run import TSNEConfig, TSNERun

RESULTS = Path(__file__).parent / "results" / "tsne.md"
#: Iterations and perplexity of every tool.
ITERATIONS = 700
PERPLEXITY = 30
OURS = TSNEConfig(
    affinity="perplexity",
    perplexity=PERPLEXITY,
    iterations=ITERATIONS,
    optimizers=("sgd:lr=300:momentum=0.9:nesterov", "adam:lr=2"),
    exaggeration=4.0,
    exaggeration_iterations=100,
)
TURNS = 8
AUTOGRAD_ITERATIONS = 50
#: What a tool gives: its maps by name, and the CPU seconds for one map.
Turn = tuple[dict[str, Tensor], float]


@contextmanager
def cpu_clock() -> Iterator[list[float]]:
    """Yield a list that holds the CPU seconds of the block, of all threads, once it has ended."""
    spent: list[float] = []
    started = time.process_time()
    yield spent
    spent.append(time.process_time() - started)


def ours(points: Tensor, labels: Tensor) -> Turn:
    """Run it completely: P, every frame's KL, gradient norm and bytes, and the regular measures."""
    maps: dict[str, Tensor] = {}
    with cpu_clock() as spent:
        for frame in TSNERun(OURS, points, labels).frames():
            frame.row()
            frame.appended()
            maps = dict(frame.final)
    titles = [optimizer.title for optimizer in OURS.optimizer_configs]
    named = dict(zip(titles, maps.values(), strict=True))
    return named, spent[0] / len(maps)


def scikit_learn(points: Tensor, method: str) -> Turn:
    tool = TSNE(
        perplexity=PERPLEXITY, init="random", method=method, max_iter=ITERATIONS, n_jobs=1,
        random_state=0,
    )  # fmt: skip
    with cpu_clock() as spent:
        embedding = tool.fit_transform(points.numpy())
    return {method: torch.from_numpy(embedding)}, spent[0]


def open_tsne(points: Tensor, method: str) -> Turn:
    tool = openTSNE.TSNE(
        perplexity=PERPLEXITY, initialization="random", negative_gradient_method=method,
        early_exaggeration_iter=250, n_iter=ITERATIONS - 250, n_jobs=1, random_state=0,
    )  # fmt: skip
    with cpu_clock() as spent:
        embedding = tool.fit(points.numpy())
    return {method: torch.from_numpy(np.array(embedding))}, spent[0]


def autograd(joint: Tensor) -> Turn:
    """Run the exercise's loop on a given P; the time is that of some iterations, scaled up."""
    start = torch.randn(len(joint), 2, generator=torch.Generator().manual_seed(OURS.seed))
    steps = unfold(joint, start, lambda maps: torch.optim.SGD(maps, 10.0), AUTOGRAD_ITERATIONS + 1)
    next(steps)
    with cpu_clock() as spent:
        for _ in steps:
            pass
    return {}, spent[0] * ITERATIONS / AUTOGRAD_ITERATIONS


def floor(n: int) -> Turn:
    """Do the least that any dense method does: Gram product, reciprocal and two N x N passes."""
    left, right = torch.randn(n, 4), torch.randn(4, n)
    w, product = torch.empty(n, n), torch.empty(n, n)
    p = torch.rand(n, n)
    with cpu_clock() as spent:
        for _ in range(ITERATIONS):
            torch.mm(left, right, out=w)
            w.reciprocal_()
            torch.mul(p, w, out=product)
            product.mul_(w)
    return {}, spent[0]


def table(points: Tensor, labels: Tensor) -> str:
    joint = Affinities.from_perplexity(points, PERPLEXITY).joint
    exact = Affinities.from_perplexity(points.double(), PERPLEXITY).joint
    tools: dict[str, tuple[int, Callable[[], Turn]]] = {
        "Latent Lab": (TURNS, lambda: ours(points, labels)),
        "openTSNE bh": (TURNS, lambda: open_tsne(points, "bh")),
        "scikit-learn barnes_hut": (TURNS, lambda: scikit_learn(points, "barnes_hut")),
        "openTSNE fft": (2, lambda: open_tsne(points, "fft")),
        "scikit-learn exact": (2, lambda: scikit_learn(points, "exact")),
        "autograd, P given": (2, lambda: autograd(joint)),
        "floor": (TURNS, lambda: floor(len(points))),
    }
    seconds: dict[str, list[float]] = {name: [] for name in tools}
    maps: dict[str, dict[str, Tensor]] = {}
    for turn in range(TURNS):
        for name, (turns, tool) in tools.items():
            if turn >= TURNS - turns:
                maps[name], spent = tool()
                seconds[name].append(spent)
                print(f"turn {turn + 1}: {name:24} {spent:7.2f} s", file=sys.stderr, flush=True)
    own = min(seconds["Latent Lab"])
    rows = []
    for name in tools:
        scores = [
            f"{float(kl_divergence(exact, student_t(embedding.double()))):.3f}"
            + (f" ({title})" if len(maps[name]) > 1 else "")
            for title, embedding in maps[name].items()
        ]
        spent = min(seconds[name])
        rows.append(f"| {name} | {spent:.2f} | {spent / own:.1f} | {'; '.join(scores)} |")
    return "\n".join(rows)


def main() -> None:
    torch.set_num_threads(1)
    digits = load_digits("train")
    chosen = OURS.choose(digits.labels)
    points, labels = digits.pixels[chosen], digits.labels[chosen]
    ours(points, labels)  # what torch imports at its first step is not counted
    with threadpool_limits(1):
        rows = table(points, labels)
    whole, added = subprocess.run(
        [sys.executable, "-m", "bench.tsne_memory"],
        check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    text = f"""# t-SNE side by side

`python -m bench.tsne`: {len(points):,} digits, perplexity {PERPLEXITY:g}, {ITERATIONS} iterations,
random start; CPU seconds of one thread for one map, the least of up to {TURNS} alternating turns.
The KL divergence is exact, over all pairs, for every map.

| tool | CPU s per map | times ours | final KL (nats) |
|---|---|---|---|
{rows}

Latent Lab's time is half of a run of two maps, with P, every frame's KL and gradient norm, its
bytes for the disk, neighbour agreement and trustworthiness. Autograd's is scaled up from
{AUTOGRAD_ITERATIONS} iterations. The floor is a bare Gram product, reciprocal and two N x N passes
per iteration, over all pairs.

Peak memory with 5,000 digits and two maps: {whole} MiB for the whole process, {added} MiB more than
before the run.

Python {platform.python_version()}, torch {torch.__version__}, scikit-learn {sklearn.__version__},
openTSNE {openTSNE.__version__}, {platform.machine()}.
"""
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
