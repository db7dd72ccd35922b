"""Choose the script of a run by its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.export.reproduce.training import training_script
from core.export.reproduce.tsne import tsne_script
from core.runs.record import RunError, RunRecord

_SCRIPTS: Mapping[str, Callable[[RunRecord], str]] = {
    "train": training_script,
    "tsne": tsne_script,
}


def reproduce_script(record: RunRecord) -> str:
    """Return a script that computes a run again, without the lab: 60 to 120 lines.

    Raises:
        RunError: there is none for this run; the sentence says why.
    """
    write = _SCRIPTS.get(record.request.kind)
    if write is None:
        raise RunError(f"There is no script for run {record.id}: it is of another version.")
    return write(record)
