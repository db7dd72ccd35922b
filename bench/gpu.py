"""Training and t-SNE on a GPU beside the same on the processor.

    python -m bench.gpu

The lab trains on the processor; t-SNE can use a GPU. Here one epoch of each model at the exercise's
settings, with the lab's own loss terms and optimiser, and the exercise's t-SNE run on 1,000 and on
5,000 digits, take turns on both. Without a GPU it says so and measures nothing.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import torch

from bench.reporting import publish, say
from core.data.digits import load_digits
from core.training.config import training_configs
from core.tsne.run import TSNEConfig, TSNERun
from models import MODELS, build

RESULTS = Path(__file__).parent / "results" / "gpu.md"
#: Processor threads to train on: one, as the lab does, and several.
THREADS = (1, 8)
EPOCHS = 4
TSNE = ((1_000, 700), (5_000, 200))
TURNS = 2


def train(model_name: str, device: str) -> Iterator[float]:
    """Train a model for `EPOCHS` epochs and yield the seconds of each."""
    config, training = training_configs(model_name, {}, {})
    model = build(model_name, config, training.seed).to(device)
    pixels = load_digits("train").pixels.to(device)
    optimizer = torch.optim.Adam(
        model.parameters(), lr=training.learning_rate, fused=True, foreach=False
    )
    generator = torch.Generator(device).manual_seed(training.seed)
    for _ in range(EPOCHS):
        started = _now(device)
        order = torch.randperm(len(pixels), generator=generator, device=device)
        for batch in order.split(training.batch_size):
            terms = model.loss_terms(pixels.index_select(0, batch), generator)
            optimizer.zero_grad(set_to_none=True)
            terms["loss"].backward()
            optimizer.step()
        yield _now(device) - started


def unfold(digits: int, iterations: int, device: str) -> float:
    """Run the exercise's t-SNE and return its seconds after the first frame."""
    config = TSNEConfig.from_dict({"digits": digits, "iterations": iterations, "device": device})
    some = load_digits("train").take(slice(0, digits))
    frames = iter(TSNERun(config, some.pixels, some.labels, torch.arange(digits)))
    next(frames)
    started = _now(device)
    for _ in frames:
        pass
    return _now(device) - started


def report() -> str:
    """Measure everything and return the report in Markdown."""
    rows: list[str] = []
    for name, spec in MODELS.items():
        seconds: dict[str, list[float]] = {}
        for _ in range(TURNS):
            for threads in THREADS:
                say(f"{name} on {threads} threads")
                with_threads = _on_threads(threads, lambda name=name: list(train(name, "cpu")))
                seconds.setdefault(f"{threads}", []).extend(with_threads)
            say(f"{name} on the GPU")
            # The first epoch also loads kernels.
            seconds.setdefault("gpu", []).extend(list(train(name, "cuda"))[1:])
        cells = [f"{median(times):.2f} ({min(times):.2f})" for times in seconds.values()]
        rows.append(f"| {spec.title} | {' | '.join(cells)} |")
    maps: list[str] = []
    for digits, iterations in TSNE:
        turns = {"cpu": list[float](), "cuda": list[float]()}
        for _ in range(TURNS):
            for device, times in turns.items():
                say(f"t-SNE of {digits:,} digits on {device}")
                times.append(unfold(digits, iterations, device))
        cells = [f"{min(times):.2f}" for times in turns.values()]
        maps.append(f"| {digits:,} | {iterations} | {' | '.join(cells)} |")
    heads = " | ".join(f"{threads} processor thread{'s'[: threads > 1]}" for threads in THREADS)
    return "\n".join(
        [
            "# What a GPU gains",
            "",
            "`python -m bench.gpu`: seconds of one epoch at the exercise's settings on 60,000",
            f"digits, median (least) of {TURNS} turns. The lab trains on one processor thread.",
            "",
            f"| model | {heads} | GPU |",
            "|---|---|---|---|",
            *rows,
            "",
            "t-SNE with SGD and Adam and the exercise's kernel: least seconds for all iterations.",
            "",
            "| digits | iterations | processor | GPU |",
            "|---|---|---|---|",
            *maps,
            "",
            f"{torch.cuda.get_device_name()}, {torch.get_num_threads()} processor threads for "
            f"t-SNE, Python {platform.python_version()}, torch {torch.__version__}.",
            "",
        ]
    )


def _on_threads(count: int, measure: Callable[[], list[float]]) -> list[float]:
    """Measure with PyTorch held to `count` threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        return measure()
    finally:
        torch.set_num_threads(before)


def _now(device: str) -> float:
    """Return the time after the device has finished all its work."""
    if device == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()


if __name__ == "__main__":
    if torch.cuda.is_available():
        publish(report(), RESULTS, quick=False)
    else:
        say("bench.gpu needs a GPU that PyTorch can use, and there is none here.")
