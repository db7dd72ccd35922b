"""Copy a run so that its copy goes on from the last point from which the run can be continued."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any, NamedTuple

from core.runs.opening import check_folder, largest, open_file
from core.runs.record import CHECKPOINT, OLD_CHECKPOINT, RunError, RunRecord
from core.runs.state import LONGEST_TITLE
from core.runs.store import RunStore
from core.runs.versions import CONTINUED

_ENDING = " (copy)"
#: Bytes that are copied at a time.
_PART = 1 << 20


class Larger(NamedTuple):
    """A setting with a larger value, with which the copy of a run that is done goes on: the section
    of the settings, such as `training`, the name in it, and the value."""

    section: str
    name: str
    value: Any


def copy_run(
    record: RunRecord, store: RunStore, visitor: str, larger: Larger | None = None
) -> RunRecord:
    """Make a new, pending run of a visitor that goes on where another run can be continued.

    The other run stays as it is, and may be computed meanwhile: what it adds to its files after its
    checkpoint is cut off when the copy goes on. Requests of its owner are not copied.

    Raises:
        RunError: nothing is saved that the copy could go on from, a file of the run breaks a rule
            of `core.runs.opening`, or the copy cannot be written.
    """
    request, state = record.request, record.state
    if not record.can_go_on:
        raise RunError(
            f"Nothing of run {record.id} is saved that a copy could go on from; start a new run "
            "with the same settings."
        )
    settings = dict(request.settings)
    if larger is not None:
        settings[larger.section] = {**settings[larger.section], larger.name: larger.value}
    title = request.title.removesuffix(_ENDING)[: LONGEST_TITLE - len(_ENDING)] + _ENDING
    copy = store.create(
        request.kind,
        settings,
        title=title,
        visitor=visitor,
        versions=request.versions,
        fill=lambda folder: _copy_files(record.folder, folder),
    )
    copy.set_state(progress=0.0 if larger else state.progress, seconds=state.seconds)
    return copy


def _copy_files(source: Path, target: Path) -> None:
    """Copy what the run has saved; the checkpoint first, since the other files grow.

    Raises:
        RunError: a file breaks a rule.
        OSError: it cannot be read or written.
    """
    check_folder(source)
    names = [name for name in os.listdir(source) if _is_saved(name)]
    for name in sorted(names, key=lambda name: name not in (CHECKPOINT, OLD_CHECKPOINT)):
        with open_file(source / name) as saved, (target / name).open("xb") as file:
            shutil.copyfileobj(saved, file, _PART)


def _is_saved(name: str) -> bool:
    """Return whether a file holds what the run has computed, and not what is asked of it or what
    can be computed again."""
    if name.endswith(".json") or "." not in name:
        return name == CONTINUED
    return largest(name) is not None
