"""Peak memory of a t-SNE run with two maps.

    python -m bench.tsne_memory [--digits 5000]

Prints MiB: of this whole process, and how much of it the run added.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from core.data.digits import all_labels
from core.tsne.points import chosen_digits
from core.tsne.run import TSNEConfig, TSNERun


def memory(what: str) -> float:
    """Return VmRSS, the memory of this process now, or VmHWM, its maximum so far, in MiB.

    It is not read from `getrusage`, whose maximum includes the process that started this one.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the memory of a t-SNE run.")
    parser.add_argument("--digits", type=int, default=5000)
    config = TSNEConfig(
        digits=parser.parse_args().digits, iterations=3, affinity="perplexity", exaggeration=4.0
    )
    all_labels()  # what a server holds in any case
    before = memory("VmRSS")
    digits, _ = chosen_digits(config)
    for _ in TSNERun(config, digits.pixels, digits.labels):
        pass
    peak = memory("VmHWM")
    print(f"{peak:.0f} {peak - before:.0f}")


if __name__ == "__main__":
    main()
