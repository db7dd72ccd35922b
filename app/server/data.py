"""The data set that a run learns from or maps."""

from __future__ import annotations

from core.data.data_sets import DATA_SETS, MNIST, DataSet
from core.recorder.reading import data_name, mapped_data
from core.runs.record import RunRecord, RunRequest
from core.sweeps.sweep import Sweep
from core.training.record import read_configs


def data_of(record: RunRecord) -> DataSet:
    """Return the data set of a run.

    Raises:
        RunError: this version of the lab cannot do what the run asks for.
    """
    if record.request.is_recorded or record.request.kind == "tsne":
        return mapped_data(record)
    return DATA_SETS[read_configs(record)[2].data]


def data_of_sweep(sweep: Sweep) -> DataSet:
    """Return the data set of a sweep, whose runs all have the same one.

    Raises:
        RunError: this version of the lab cannot do what any of its runs asks for.
    """
    return DATA_SETS[sweep.asked[0].training.data]


def data_asked_for(request: RunRequest) -> str:
    """Return the name of the data set that a request asks for, unchecked.

    It is MNIST where none is named, as by older versions, which knew no other.
    """
    if request.is_recorded:
        return data_name(request)
    part = request.settings.get("config" if request.kind == "tsne" else "training")
    name = part.get("data") if isinstance(part, dict) else None
    return name if isinstance(name, str) else MNIST
