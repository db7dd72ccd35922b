"""A run's folder: the one way in which a run is written and read."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import safetensors.torch
from torch import Tensor

from core.files import finite, replace_bytes, replace_json, sync
from core.runs.control import RunControl
from core.runs.events import Event
from core.runs.history import History
from core.runs.lease import Lease
from core.runs.opening import append_bytes, check_folder, read_bytes, size_of, truncate
from core.runs.state import (
    ACTIVE,
    ENDED,
    RESUMABLE,
    RUN,
    STATE,
    RunError,
    RunRequest,
    RunState,
    StateFile,
    read_request,
)
from core.runs.tensor_files import read_tensors

__all__ = [
    "ACTIVE",
    "ENDED",
    "RESUMABLE",
    "RunError",
    "RunRecord",
    "RunRequest",
    "RunState",
]

STOPPED = (
    "The program that computed it has stopped. What it had saved is safe: "
    "Resume goes on from there."
)

#: The same of a run that the lab does not compute.
STOPPED_RECORDING = (
    "The program that recorded it has stopped before its end. What it had recorded is kept."
)

#: The rows of all events, one JSON object a line.
HISTORY = "history.jsonl"
#: The tensors from which the run can go on.
CHECKPOINT = "checkpoint.safetensors"
#: What older versions called the checkpoint.
OLD_CHECKPOINT = "resume.safetensors"
#: What a student has noted about the run, in Markdown.
NOTE = "note.md"

_NEW_RUN = "start a new run with the same settings"


class RunRecord:
    """A run's folder. One process at a time writes it; anyone reads it, at any time.

    Raises:
        RunError: the folder holds no readable run, or breaks a rule of `core.runs.opening`.
        OSError: it cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        if os.path.lexists(folder / RUN):
            check_folder(folder)
        self.folder = folder
        self.id = folder.name
        self.request = read_request(folder)
        self._history = History(folder / HISTORY)
        self._state = StateFile(folder)
        self.lease = Lease(folder)
        self.control = RunControl(folder, self.request.visitor)

    # What everyone reads

    @property
    def state(self) -> RunState:
        """Where the run stands now; a run whose process has died is `interrupted`."""
        state = self._state.read()
        if state is None:
            return RunState(
                status="failed",
                error=f"Its {STATE} is missing or damaged, so nobody knows how far it came. "
                "Its pictures and curves may still be fine"
                + ("." if self.request.is_recorded else "; Resume goes on from what it had saved."),
            )
        while state.is_active and not self.lease.is_held():
            # It may have let go just because it has ended, which then is written by now.
            latest = self._state.read()
            if latest is None or latest == state:
                stopped = STOPPED_RECORDING if self.request.is_recorded else STOPPED
                return replace(state, status="interrupted", error=stopped)
            state = latest
        return state

    @property
    def is_active(self) -> bool:
        """Whether the run is being computed or waits for it."""
        return self.state.is_active

    def history(self) -> tuple[dict[str, Any], ...]:
        """Return the complete rows of `history.jsonl`, without a torn last row.

        Raises:
            RunError: a line is not a row.
        """
        return self._history.rows()

    def read_bytes(self, name: str) -> bytes:
        """Return the content of a growing file, such as the previews; empty if there is none.

        Raises:
            RunError: it breaks a rule of `core.runs.opening`.
        """
        try:
            return read_bytes(self.folder / name)
        except FileNotFoundError:
            return b""

    @property
    def can_go_on(self) -> bool:
        """Whether something is saved that the run can go on from; else it starts anew."""
        return self._checkpoint_path.exists()

    @property
    def _checkpoint_path(self) -> Path:
        new, old = self.folder / CHECKPOINT, self.folder / OLD_CHECKPOINT
        return old if old.exists() and not new.exists() else new

    # What the writer writes

    def append(self, event: Event, *, durable: bool = True) -> bool:
        """Write an event down; return whether the run can be continued exactly from here.

        If it can, all that is needed to go on has reached the disk: not even a power failure
        takes it back. What comes between two such points is not synced, since that would cost a
        step of training more than its computing; a run that goes on cuts it off anyway.

        Tensors outlive a power failure where they are `durable`, which a program that is to be
        slowed down as little as possible does not ask for; a reader never sees half of them.
        """
        # The row comes last: whoever reads it finds what it refers to.
        for name, tensors in event.tensors().items():
            self._save(name, tensors, {}, durable=durable)
        for name, content in event.appended().items():
            append_bytes(self.folder / name, content)
        row = json.dumps(finite(event.row()), separators=(",", ":"), allow_nan=False)
        append_bytes(self.folder / HISTORY, row.encode() + b"\n")
        checkpoint = event.checkpoint()
        if checkpoint is not None:
            # The lengths of what grows say where to cut it back to when the run goes on from here.
            names = [HISTORY, *event.appended()]
            lengths = {name: size_of(self.folder / name) for name in names}
            for name in names:
                sync(self.folder / name)
            self._save(CHECKPOINT, checkpoint, {"lengths": json.dumps(lengths)})
            (self.folder / OLD_CHECKPOINT).unlink(missing_ok=True)
        return checkpoint is not None

    def rewind_to_checkpoint(self) -> dict[str, Tensor] | None:
        """Cut the folder back to the last point that can be continued, and return its tensors.

        Return None if there is no such point: the run then starts anew.

        Raises:
            RunError: the checkpoint is damaged.
        """
        for torn in self.folder.glob(".*.safetensors.*"):  # of a server that was killed
            torn.unlink(missing_ok=True)
        if not self.can_go_on:
            for path in (
                self.folder / HISTORY,
                *self.folder.glob("*.u8"),
                *self.folder.glob("*.f16"),
            ):
                path.unlink(missing_ok=True)
            return None
        tensors, metadata = read_tensors(
            self._checkpoint_path, _NEW_RUN, diverged=self._history.diverged_maps()
        )
        try:
            lengths = {
                self.folder / Path(name).name: int(length)
                for name, length in json.loads(metadata["lengths"]).items()
            }
            # Truncating a file that is shorter would fill it up with zeros.
            whole = all(0 <= length <= size_of(path) for path, length in lengths.items())
        except (KeyError, ValueError, TypeError, AttributeError, OSError):
            whole, lengths = False, {}
        if not whole:
            raise RunError(
                f"Run {self.id} cannot go on, since its {self._checkpoint_path.name} does not fit "
                f"its other files; {_NEW_RUN}."
            )
        for path, length in lengths.items():
            truncate(path, length)
        return tensors

    def change_setting(self, section: str, name: str, value: Any) -> None:
        """Change a setting of a run that is to go on beyond its end; see `RunRequest.settings`."""
        settings = self.request.settings
        self.change_request(settings={**settings, section: {**settings[section], name: value}})

    def change_request(self, **changes: Any) -> None:
        """Change fields of `run.json` as it is now: somebody else may have renamed the run.

        Raises:
            RunError: the run is gone, or its file is damaged.
            OSError: it cannot be written.
        """
        request = replace(read_request(self.folder), **changes)
        replace_json(self.folder / RUN, {"format": 1, **asdict(request)})
        self.request = request
        self.control.owner = request.visitor

    def set_state(self, *, durable: bool = True, **changes: Any) -> None:
        """Change fields of `state.json`; see `core.files` for `durable`."""
        state = replace(self._state.read() or RunState(status="pending"), **changes)
        replace_json(self.folder / STATE, asdict(state), durable=durable)

    def _save(
        self,
        name: str,
        tensors: Mapping[str, Tensor],
        metadata: dict[str, str],
        *,
        durable: bool = True,
    ) -> None:
        content = safetensors.torch.save(dict(tensors), metadata)
        replace_bytes(self.folder / name, content, durable=durable)
