"""Train an autoencoder and save a picture of what it rebuilds.

    python -m examples.train_autoencoder out.png --epochs 3 --code-size 8

The upper row of the picture shows ten test digits, the lower row their reconstructions.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from PIL import Image

from core.data.digits import load_digits
from core.training.config import training_configs
from core.training.events import Epoch
from core.training.run import TrainingRun
from models import SIDE


def main(arguments: Sequence[str] | None = None) -> None:
    """Train the compression autoencoder, print its test loss after each epoch, save the picture."""
    parser = argparse.ArgumentParser(description="Train an autoencoder on MNIST.")
    parser.add_argument("picture", type=Path, help="the PNG to write")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--code-size", type=int, default=8, help="numbers in the code")
    parser.add_argument("--digits", type=int, default=60_000, help="training digits")
    options = parser.parse_args(arguments)

    config, training = training_configs(
        "compression",
        {"latent_dim": options.code_size},
        {"epochs": options.epochs, "digits": options.digits},
    )
    run = TrainingRun("compression", config, training, load_digits("train"), load_digits("test"))
    preview = torch.empty(0)
    for event in run:
        if isinstance(event, Epoch):
            print(event.summary())
            preview = event.preview  # uint8 (2, 10, 784): ten digits, then their reconstructions

    rows = preview.reshape(2, 10, SIDE, SIDE).permute(0, 2, 1, 3).reshape(2 * SIDE, 10 * SIDE)
    Image.fromarray(rows.numpy()).resize((40 * SIDE, 8 * SIDE), Image.Resampling.NEAREST).save(
        options.picture
    )


if __name__ == "__main__":
    main()
