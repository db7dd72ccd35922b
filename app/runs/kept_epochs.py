"""The message about a run that has too few saved epochs to look at."""

from __future__ import annotations

from core.runs.record import RESUMABLE, RunError, RunRecord
from core.training.record import checkpoint_epochs, epoch_rows, read_configs

TRAIN = "Train and watch"


def too_few_epochs(record: RunRecord) -> str:
    """Return a sentence on why no epoch, or only one, can be shown, and what to do about it."""
    if record.request.is_opened:
        return (
            "Opened weights are those of one moment: the epochs before it were never here. To see "
            "a training of your own over its epochs, record it from its loop (docs/own-code.md)."
        )
    kept = checkpoint_epochs(record)
    state = record.state
    only = f"Only epoch {kept[0]} of this run is saved" if kept else "This run has no saved epoch"
    if state.is_active:
        if kept:
            return "One epoch is saved so far. The next one appears here when it is saved."
        return "No epoch is saved yet. The first one appears here when it is saved."
    if _last_epoch(record) > max(kept, default=-1):
        gone = "All other saved weights of this run" if kept else "The saved weights of this run"
        return f"{gone} are gone from its folder. Choose another run, or train it again."
    if state.status == "failed":
        reason = f": {state.error}" if state.error else "."
        return f"{only}, since it failed{reason} Choose another run, or start a new one."
    if state.status in RESUMABLE:
        more = "the next one" if kept else "the first one"
        return (
            f"{only}; it is {state.status}. Choose {TRAIN} and press Resume to get {more}, or "
            "choose another run."
        )
    return f"{only}. Choose another run, or train it again."


def _last_epoch(record: RunRecord) -> int:
    """Return the last epoch whose weights must have been saved; -1 where there is none."""
    try:
        _, _, training = read_configs(record)
        epochs = epoch_rows(record)
    except RunError:
        return -1
    saved = (row["epoch"] for row in epochs if training.keeps(row["epoch"]))
    return max(saved, default=-1)
