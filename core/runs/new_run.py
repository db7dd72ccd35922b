"""Make the folder of a new run, so that whoever sees it sees a whole one."""

from __future__ import annotations

import re
import shutil
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from core.files import advice, beside, replace_json, sync
from core.runs.lease import Lease
from core.runs.record import RunError, RunRecord, RunRequest, RunState
from core.runs.state import RUN, STATE


def new_id(kind: str, title: str) -> str:
    """Return a new name for a run, which no other has."""
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:24] or kind
    # A sweep makes 45 runs of one name within a second. With four digits, two of them would have
    # the same id in one sweep of 67.
    return f"{time.strftime('%Y%m%d-%H%M%S')}-{slug}-{uuid.uuid4().hex[:8]}"


def write_run(
    folder: Path, request: RunRequest, state: RunState, fill: Callable[[Path], None]
) -> RunRecord:
    """Make the folder of a run; `fill` may write further files into it.

    One that waits to be computed is held by this process.

    Raises:
        RunError: the folder is not empty, or cannot be written.
    """
    try:
        if folder.exists() and any(folder.iterdir()):
            raise RunError(f"{folder} is not empty; name a new folder for the run.")
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Made beside and renamed, so that a run that can be seen is whole.
        hidden = beside(folder)
        try:
            hidden.mkdir()
            fill(hidden)
            replace_json(hidden / RUN, {"format": 1, **asdict(request)})
            replace_json(hidden / STATE, asdict(state))
            if state.is_active:
                Lease(hidden).acquire()
            hidden.replace(folder)
            sync(folder.parent)
        finally:
            shutil.rmtree(hidden, ignore_errors=True)
    except OSError as error:
        raise RunError(
            f"The run could not be written ({error.strerror or error}); {advice(error)}, then "
            "start it again."
        ) from error
    return RunRecord(folder)
