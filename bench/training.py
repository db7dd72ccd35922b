"""Training side by side: this lab's loop, bare matrix products and the usual DataLoader loop.

    python -m bench.training [--quick]

One epoch of the compression autoencoder at the exercise's settings, on all training digits. The
loops take turns, so that whatever else the machine does meets them alike. The lab's loop is timed
in a real run, from the end of a validation to the epoch's last batch, with what it reports.
"""

from __future__ import annotations

import argparse
import itertools
import platform
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

import torch
from torch.nn import functional
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

from bench.reporting import met, publish
from core.data.data_sets import DATA_SETS, MNIST
from core.data.digits import load_digits
from core.data.shipped import unpacked
from core.training.config import TrainConfig, training_configs
from core.training.events import Epoch, Step
from core.training.run import TrainingRun
from models import PIXELS, Config, build
from models.autoencoder import AutoencoderConfig

RESULTS = Path(__file__).parent / "results" / "training.md"
MODEL = "compression"
OURS = "Latent Lab"
BARE = "bare matrix products"
FLOOR = "the same, without the gradient of the pixels"
USUAL = "DataLoader with ToTensor, as it is run"
USUAL_ALONE = "the same, on one thread"
#: The lab's loop takes at most this many times as long as the bare products.
MAX_OF_BARE = 1.6
#: The lab's loop is at least this many times faster than the usual loop.
MIN_OF_USUAL = 5.0
#: Turns of each loop but the usual one.
TURNS = 9
#: Turns of the usual loop, fewer because it is several times slower.
TURNS_OF_USUAL = 5


class Spent(NamedTuple):
    """What a block took: CPU seconds of all threads, and seconds."""

    cpu: float
    elapsed: float


class Clock:
    """A stopwatch that runs from when it is made."""

    def __init__(self) -> None:
        self._cpu, self._elapsed = time.process_time(), time.perf_counter()

    def spent(self) -> Spent:
        """Return the CPU seconds and the seconds since the clock was made."""
        return Spent(time.process_time() - self._cpu, time.perf_counter() - self._elapsed)


def lab_epochs(config: Config, training: TrainConfig) -> Iterator[Spent]:
    """Yield what each training epoch takes, without its validation."""
    clock = Clock()
    for event in TrainingRun(MODEL, config, training, load_digits("train"), load_digits("test")):
        if isinstance(event, Step) and event.epoch.is_integer():
            yield clock.spent()
        if isinstance(event, Epoch):
            clock = Clock()


def matrix_products(config: AutoencoderConfig, training: TrainConfig, *, pixels: bool) -> Spent:
    """Compute only the matrix products of an epoch: each layer's forward one and both backward.

    The factors, and the memory for each result, exist already. `pixels` says whether the gradient
    of the first layer's input is computed too, which no training needs.
    """
    half = (PIXELS, *config.hidden_dims, config.latent_dim)
    widths = half + half[-2::-1]
    weights = [torch.rand(outputs, inputs) for inputs, outputs in itertools.pairwise(widths)]
    gradients = [torch.empty_like(weight) for weight in weights]
    whole, last = divmod(training.digits, training.batch_size)
    batches = [training.batch_size] * whole + ([last] if last else [])
    given = {size: [torch.rand(size, width) for width in widths] for size in batches[-2:]}
    results = {size: [torch.empty(size, width) for width in widths] for size in batches[-2:]}
    clock = Clock()
    for size in batches:
        x, out = given[size], results[size]
        for layer, weight in enumerate(weights):
            torch.mm(x[layer], weight.t(), out=out[layer + 1])
        for layer in reversed(range(len(weights))):
            torch.mm(x[layer + 1].t(), x[layer], out=gradients[layer])
            if layer or pixels:
                torch.mm(x[layer + 1], weights[layer], out=out[layer])
    return clock.spent()


def usual_epochs(config: Config, training: TrainConfig) -> Iterator[Spent]:
    """Yield what each epoch takes in the loop that tutorials teach."""
    data = datasets.MNIST(unpacked(DATA_SETS[MNIST]), transform=transforms.ToTensor())
    loader = DataLoader(data, batch_size=training.batch_size, shuffle=True)
    model = build(MODEL, config, training.seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=training.learning_rate)
    while True:
        total, clock = 0.0, Clock()
        for pictures, _ in loader:
            x = pictures.flatten(start_dim=1)
            loss = functional.mse_loss(model(x), x)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        yield clock.spent()


def measure(quick: bool) -> dict[str, list[Spent]]:
    """Return the times of every turn of each loop.

    All loops but the usual one run on one thread, as the lab trains.
    """
    config, training = training_configs(MODEL, {}, {})
    assert isinstance(config, AutoencoderConfig)
    lab, usual = lab_epochs(config, training), usual_epochs(config, training)
    loops: dict[str, Callable[[], Spent]] = {
        OURS: lambda: next(lab),
        BARE: lambda: matrix_products(config, training, pixels=True),
        FLOOR: lambda: matrix_products(config, training, pixels=False),
        USUAL: lambda: next(usual),
        USUAL_ALONE: lambda: next(usual),
    }
    turns = dict.fromkeys(loops, 3 if quick else TURNS)
    turns |= dict.fromkeys((USUAL, USUAL_ALONE), 1 if quick else TURNS_OF_USUAL)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    next(lab)  # what torch imports and allocates at its first step is not counted
    spent: dict[str, list[Spent]] = {name: [] for name in loops}
    for turn in range(max(turns.values())):
        for name, loop in loops.items():
            if turn < turns[name]:
                torch.set_num_threads(threads if name == USUAL else 1)
                spent[name].append(loop())
                words = "{:6.2f} CPU s {:6.2f} s".format(*spent[name][-1])
                print(f"turn {turn + 1}: {name:46}{words}", file=sys.stderr, flush=True)
    torch.set_num_threads(threads)
    return spent


def report(spent: dict[str, list[Spent]]) -> str:
    """Return the results as Markdown."""
    least = {name: min(turn.cpu for turn in turns) for name, turns in spent.items()}
    rows = "\n".join(
        f"| {name} | {least[name]:.2f} | {least[name] / least[OURS]:.2f} "
        f"| {median(turn.cpu for turn in turns):.2f} | {elapsed(spent, name):.2f} "
        f"| {len(turns)} |"
        for name, turns in spent.items()
    )
    of_bare = least[OURS] / least[BARE]
    faster = least[USUAL] / least[OURS]
    return f"""# Training side by side

`python -m bench.training`: one epoch of the compression autoencoder at the exercise's settings
(60,000 digits, batches of 256) in CPU seconds of all threads. The loops take turns; the least
disturbed turn of each counts, and the median of its turns stands beside it.

| loop | CPU s | times ours | median CPU s | elapsed s | turns |
|---|---|---|---|---|---|
{rows}

| demand | measured | |
|---|---|---|
| at most {MAX_OF_BARE:g} times the bare products | {of_bare:.2f} \
| {met(of_bare <= MAX_OF_BARE)} |
| at least {MIN_OF_USUAL:g} times faster than the usual loop | {faster:.1f} \
| {met(faster >= MIN_OF_USUAL)} |

The lab computes a run on one thread, and so are the products here. They have the same shapes: of
each layer the forward one, and backward those for its weights and for its input, into memory that
is there already. No training needs the gradient of its pixels; of the rest ours takes
{least[OURS] / least[FLOOR]:.2f} times as long. Ours also shuffles, gathers batches, takes sigmoids
and the loss, applies Adam, and reports ten times.

The usual loop runs on as many threads as PyTorch takes by itself, here {torch.get_num_threads()},
and they spin while the DataLoader prepares the next batch: on a machine with other work to do far
longer still. Held to one thread it takes {least[USUAL_ALONE] / least[OURS]:.1f} times the CPU time
of ours. In elapsed time ours, on its one, is {elapsed(spent, USUAL) / elapsed(spent, OURS):.1f}
times as fast as the usual loop on all.

Python {platform.python_version()}, torch {torch.__version__}, {platform.machine()}.
"""


def elapsed(spent: dict[str, list[Spent]], name: str) -> float:
    """Return the seconds of a loop's least disturbed turn."""
    return min(turn.elapsed for turn in spent[name])


def main() -> None:
    parser = argparse.ArgumentParser(description="Training side by side.")
    parser.add_argument("--quick", action="store_true", help="few turns; nothing is written")
    quick = parser.parse_args().quick
    text = report(measure(quick))
    publish(text, RESULTS, quick=quick)


if __name__ == "__main__":
    main()
