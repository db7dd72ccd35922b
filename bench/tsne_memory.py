"""Peak memory of a t-SNE run with 5,000 digits and two maps.

    python -m bench.tsne_memory

Prints MiB: of this whole process, and how much of it the run added.
"""

from __future__ import annotations

from pathlib import Path

from core.data.digits import load_digits
from core.tsne.run import TSNEConfig, TSNERun

CONFIG = TSNEConfig(digits=5000, iterations=3, affinity="perplexity", exaggeration=4.0)


def memory(what: str) -> float:
    """Return VmRSS, the memory of this process now, or VmHWM, its maximum so far, in MiB.

    It is not read from `getrusage`, whose maximum includes the process that started this one.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) / 1024


def main() -> None:
    digits = load_digits("test")
    points, labels = digits.pixels[: CONFIG.digits], digits.labels[: CONFIG.digits]
    before = memory("VmRSS")
    for _ in TSNERun(CONFIG, points, labels):
        pass
    peak = memory("VmHWM")
    print(f"{peak:.0f} {peak - before:.0f}")


if __name__ == "__main__":
    main()
