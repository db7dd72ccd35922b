"""The executors that runs may be handed to."""

from __future__ import annotations

import os
from concurrent.futures import Executor

from core.execution.dask_cluster import DaskCluster
from core.execution.processes import WorkerProcesses
from core.execution.threads import BackgroundThreads


def executor_from_environment() -> Executor:
    """Return the executor that `LATENT_LAB_EXECUTOR` names.

    It computes at most `LATENT_LAB_WORKERS` runs at a time, 1 unless that is set.

    Raises:
        ValueError: one of the two has no meaning, or there is no Dask cluster at that address.
    """
    name = os.environ.get("LATENT_LAB_EXECUTOR") or "thread"
    count = workers_from_environment()
    if name == "thread":
        return BackgroundThreads(count)
    if name == "process":
        return WorkerProcesses(count)
    if name.startswith("dask://"):
        return _dask_executor(name.removeprefix("dask://"), count)
    raise ValueError(f"LATENT_LAB_EXECUTOR (={name}) must be thread, process or dask://host:port.")


def workers_from_environment() -> int:
    """Return how many runs are computed at a time: `LATENT_LAB_WORKERS`, 1 unless that is set.

    Raises:
        ValueError: it is no whole number from 1 to 64.
    """
    workers = os.environ.get("LATENT_LAB_WORKERS") or "1"
    if not workers.isascii() or not workers.isdigit() or not 1 <= int(workers) <= 64:
        raise ValueError(f"LATENT_LAB_WORKERS (={workers}) must be a whole number from 1 to 64.")
    return int(workers)


def _dask_executor(address: str, count: int) -> Executor:
    try:
        return DaskCluster(f"tcp://{address}", count)
    except ImportError:
        raise ValueError(
            f"LATENT_LAB_EXECUTOR (=dask://{address}) needs the package distributed; install it "
            'with pip install "dask[distributed]".'
        ) from None
    except (OSError, ValueError) as error:
        raise ValueError(
            f"LATENT_LAB_EXECUTOR (=dask://{address}) names no Dask scheduler that answers "
            f"({error}); start one there, or correct host:port."
        ) from error
