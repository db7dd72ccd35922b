"""Map the same digits with several optimizers and compare the maps.

    python -m examples.compare_optimizers maps.csv --digits 1000 --iterations 700

Each line of the file is a digit: its label, then its place on the map of each optimizer.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

from core.tsne.config import TSNEConfig
from core.tsne.frame import Frame
from core.tsne.points import chosen_digits
from core.tsne.run import TSNERun


def main(arguments: Sequence[str] | None = None) -> None:
    """Run t-SNE, print how good each map is now and then, and write the final maps."""
    parser = argparse.ArgumentParser(description="Compare optimizers of t-SNE on MNIST.")
    parser.add_argument("table", type=Path, help="the CSV to write")
    parser.add_argument("--digits", type=int, default=1000)
    parser.add_argument("--iterations", type=int, default=700)
    options = parser.parse_args(arguments)

    config = TSNEConfig.from_dict(
        {
            "digits": options.digits,
            "iterations": options.iterations,
            "optimizers": ["sgd", "sgd:lr=300:momentum=0.9", "adam"],
        }
    )
    digits, indices = chosen_digits(config)
    final: Frame | None = None
    for frame in TSNERun(config, digits.pixels, digits.labels, indices).frames():
        final = frame
        if frame.agreement:  # the share of five neighbours on the map that have the digit's label
            measured = (
                f"{name}: KL {frame.kl_divergence[name]:.3f} nats, agreement {share:.2f}"
                for name, share in frame.agreement.items()
            )
            print(f"iteration {frame.iteration}: {'; '.join(measured)}")

    if final is None:
        raise RuntimeError("A run yields the start at least.")
    with options.table.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        names = config.names
        table.writerow(["label", *(f"{name} {axis}" for name in names for axis in "xy")])
        places = final.positions.permute(1, 0, 2).flatten(1)  # (digits, optimizers * 2)
        for label, row in zip(digits.labels.tolist(), places.tolist(), strict=True):
            table.writerow([label, *row])


if __name__ == "__main__":
    main()
