"""Peak memory of a t-SNE run with 5,000 digits and two maps.

    python -m bench.tsne_memory

Prints MiB: of this whole process, and how much of it the run added.
"""

from __future__ import annotations

import resource
from pathlib import Path

from core.digits import load_digits
from core.tsne import TSNEConfig, TSNERun

CONFIG = TSNEConfig(digits=5000, iterations=3, affinity="perplexity", exaggeration=4.0)


def resident() -> float:
    """The memory that this process holds now, in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> None:
    digits = load_digits("test")
    points, labels = digits.pixels[: CONFIG.digits], digits.labels[: CONFIG.digits]
    before = resident()
    for _ in TSNERun(CONFIG, points, labels):
        pass
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{peak:.0f} {peak - before:.0f}")


if __name__ == "__main__":
    main()
