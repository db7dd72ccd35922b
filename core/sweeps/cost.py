"""Estimate what a sweep costs before it starts: time from this machine's last runs, and disk."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from core.data.digits import TEST_DIGITS
from core.runs.record import RunError
from core.runs.store import RunStore
from core.sweeps.plan import SweepPlan
from core.training.config import kept_bytes, training_configs
from core.training.record import epoch_rows, model_name

#: A digit that is only looked at, as a test digit is, takes a third of the time: a step of training
#: computes the gradients of activations and of weights, too.
_FORWARD = 1 / 3
#: So many of the last finished runs say how fast this machine is.
_LAST_RUNS = 5


@dataclass(frozen=True, kw_only=True)
class SweepCost:
    """What a sweep will take: seconds of computing in all, None if nobody knows, and bytes."""

    seconds: float | None
    bytes: int


def estimate(plan: SweepPlan, store: RunStore) -> SweepCost:
    """Return what a sweep will cost.

    The time is that of all training digits and of the test digits after each epoch, at the speed of
    this model's last finished runs. The disk is that of weights and checkpoints.
    """
    configs = [
        training_configs(plan.model, settings["config"], settings["training"])
        for settings in plan.settings()
    ]
    speed = digits_per_second(plan.model, store)
    digits = sum(
        training.epochs * (training.digits + TEST_DIGITS * _FORWARD) for _, training in configs
    )
    return SweepCost(
        seconds=None if speed is None else digits / speed,
        bytes=sum(kept_bytes(plan.model, config, training) for config, training in configs),
    )


def check_disk(plan: SweepPlan, store: RunStore) -> None:
    """Check that the runs of a sweep can take the room that they need.

    Raises:
        RunError: they would take more than all runs may.
    """
    needed = estimate(plan, store).bytes
    if needed > store.quota:
        raise RunError(
            f"These {len(plan)} runs take {needed / 1e6:,.0f} MB, and all runs may take "
            f"{store.quota / 1e6:,.0f} MB; choose fewer values or seeds, or fewer epochs."
        )


def digits_per_second(model: str, store: RunStore) -> float | None:
    """Return the median speed of training of a model's last finished runs here.

    None if there are none.
    """
    speeds: list[float] = []
    for run in store.list("train"):  # the newest first
        usable = not run.in_gallery and run.state.status == "done"
        if not usable or model_name(run.request) != model:
            continue
        try:
            rows = epoch_rows(store.get(run.id))
        except RunError:
            continue  # damaged, or deleted in this moment
        if rows and rows[-1].get("images_per_second"):
            speeds.append(float(rows[-1]["images_per_second"]))
        if len(speeds) == _LAST_RUNS:
            break
    return statistics.median(speeds) if speeds else None
