"""Estimate what a sweep costs before it starts: time from this machine's last runs, and disk."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.data.digits import TEST_DIGITS
from core.runs.record import RunError
from core.runs.store import RunStore
from core.sweeps.plan import SweepPlan
from core.training.config import TrainConfig, kept_bytes, training_configs, weights_bytes
from core.training.learned_digits import learned_count
from core.training.record import epoch_rows, model_name, read_configs
from models import Config

#: A digit that is only looked at, as a test digit is, takes a third of the time: a step of training
#: computes the gradients of activations and of weights, too.
_FORWARD = 1 / 3
#: So many of the last finished runs say how fast this machine is.
_LAST_RUNS = 5
#: So many finished runs are looked at.
_MAX_KNOWN = 60
#: Runs are similar where weights and batch sizes differ by at most this factor. With a batch of 8
#: in place of 256 a training was twelve times slower.
_SIMILAR = 1.5


@dataclass(frozen=True, kw_only=True)
class SweepCost:
    """What a sweep will take: seconds of computing in all, None if nobody knows, and bytes."""

    seconds: float | None
    bytes: int


def estimate(plan: SweepPlan, store: RunStore) -> SweepCost:
    """Return what a sweep will cost.

    The time is that of the digits that are learned from and of the test digits after each epoch, at
    the speed of the last finished runs of the same model with a similar network and batch size. It
    is None where there are none for one of the values. The disk is that of weights and checkpoints.

    Raises:
        DigitsError: a class is held out, and the files of the data set cannot be had.
    """
    known = speeds_here(plan.model, store)
    seconds: float | None = 0.0
    for config, training in _configs(plan):
        digits = training.epochs * (learned_count(training) + TEST_DIGITS * _FORWARD)
        speed = _speed_of(weights_bytes(plan.model, config), training.batch_size, known)
        seconds = None if seconds is None or speed is None else seconds + digits / speed
    return SweepCost(seconds=seconds, bytes=_bytes(plan))


def _configs(plan: SweepPlan) -> Iterator[tuple[Config, TrainConfig]]:
    for settings in plan.settings():
        yield training_configs(plan.model, settings["config"], settings["training"])


def _bytes(plan: SweepPlan) -> int:
    """Return the bytes that the weights and checkpoints of all runs take."""
    return sum(kept_bytes(plan.model, config, training) for config, training in _configs(plan))


@dataclass(frozen=True, kw_only=True)
class Speed:
    """How fast a run has trained: training digits a second, with which weights and batch size."""

    digits_per_second: float
    weights: int
    batch_size: int


def speeds_here(model: str, store: RunStore) -> list[Speed]:
    """Return the speeds of a model's finished runs here, the newest first."""
    found: list[Speed] = []
    for run in store.list("train"):
        # Another machine has computed an imported run, or so its bundle says.
        here = not run.in_gallery and run.request.imported is None
        usable = here and run.state.status == "done"
        if not usable or model_name(run.request) != model:
            continue
        try:
            record = store.get(run.id)
            _, config, training = read_configs(record)
            last = epoch_rows(record)[-1]
        except (RunError, IndexError):
            continue  # damaged, or deleted in this moment
        if (speed := last.get("images_per_second")) and isinstance(speed, int | float):
            found.append(
                Speed(
                    digits_per_second=float(speed),
                    weights=weights_bytes(model, config),
                    batch_size=training.batch_size,
                )
            )
        if len(found) == _MAX_KNOWN:
            break
    return found


def _speed_of(weights: int, batch_size: int, known: Sequence[Speed]) -> float | None:
    """Return the median speed of the last runs that were similar; None without any."""
    similar = [
        speed.digits_per_second
        for speed in known
        if speed.weights <= _SIMILAR * weights
        and weights <= _SIMILAR * speed.weights
        and speed.batch_size <= _SIMILAR * batch_size
        and batch_size <= _SIMILAR * speed.batch_size
    ]
    return statistics.median(similar[:_LAST_RUNS]) if similar else None


def check_disk(plan: SweepPlan, store: RunStore) -> None:
    """Check that the runs of a sweep can take the room that they need.

    Raises:
        RunError: they would take more than all runs may.
    """
    needed = _bytes(plan)
    if needed > store.quota:
        raise RunError(
            f"These {len(plan)} runs take {needed / 1e6:,.0f} MB, and all runs may take "
            f"{store.quota / 1e6:,.0f} MB; choose fewer values or seeds, or fewer epochs."
        )
