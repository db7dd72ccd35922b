"""Holds what all visitors of this server share: its runs, its queue, the digits."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from functools import lru_cache
from typing import Literal

import streamlit as st

from app.server.limits import restrain_server
from core.data.data_sets import MNIST
from core.data.digits import Digits, load_digits
from core.execution import RunQueue
from core.execution.turns import Turns
from core.runs.folders import runs_folder
from core.runs.names import Names
from core.runs.secret import secret_of
from core.runs.store import RunStore
from core.sweeps.files import SweepFiles

#: Two files for download are made at a time, and of each visitor one; two more of a visitor wait.
export_turns = Turns(2, waiting=2)


# Not in Streamlit's caches, which any client could ask to be emptied: a second queue would have
# workers of its own.
@lru_cache(maxsize=1)
def store() -> RunStore:
    """Return the runs of this server."""
    return RunStore()


def names() -> Names:
    """Return the names by which visitors of this server want to be called."""
    return Names(store().runs)


def sweeps() -> SweepFiles:
    """Return the sweeps of this server."""
    return SweepFiles(store())


@lru_cache(maxsize=1)
def queue() -> RunQueue:
    """Return the queue of this server; made once, so that its workers are bounded in number."""
    return RunQueue()


@asynccontextmanager
async def start(_app: st.App) -> AsyncGenerator[None]:
    """Make the store and the queue before the first visitors come, who may come at once.

    The limits hold for uploads and connections from the first one on.
    """
    restrain_server()
    with suppress(ValueError):  # of the environment: the page says what is wrong with it
        secret_of(runs_folder())
        store()
        queue()
    yield


@st.cache_resource(show_spinner="Unpacking the data set …")
def digits(split: Literal["train", "test"], data: str = MNIST) -> Digits:
    """Return digits of a data set, loaded once for all visitors and the runs of this process.

    Raises:
        DigitsError: the files of the data set cannot be had.
    """
    return load_digits(split, data)
