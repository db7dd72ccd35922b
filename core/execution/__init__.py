"""Compute runs. This is the only package that knows threads and processes.

`execute(folder)` is all that is submitted to an executor: background threads of this process (the
default), a pool of processes (`LATENT_LAB_EXECUTOR=process`), or a Dask cluster that sees the same
folders (`LATENT_LAB_EXECUTOR=dask://host:port`).
"""

from core.execution.executors import executor_from_environment
from core.execution.run_events import execute, run_events
from core.execution.run_queue import RunQueue

__all__ = [
    "RunQueue",
    "execute",
    "executor_from_environment",
    "run_events",
]
