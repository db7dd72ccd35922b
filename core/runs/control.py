"""Pass visitors' requests to the process that computes a run, as small files in its folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from core.files import advice, replace_bytes
from core.runs.errors import RuleBroken, RunError
from core.runs.opening import read_bytes, read_json

CONTROL = "control"

#: What may be requested of whoever computes a run; "stop" comes from its server that is about to
#: end.
Request = Literal["pause", "cancel", "stop"]


class RunControl:
    """The requests in a run's folder. Anyone leaves them; whoever computes the run reads them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def request(self, request: Request) -> None:
        """Leave a request.

        Raises:
            RunError: it cannot be written.
        """
        self._write(CONTROL, request, request)

    def requested(self) -> str:
        """Return what is requested: a `Request`, or an empty text."""
        try:
            return read_bytes(self.folder / CONTROL).decode(errors="replace").strip()
        except (FileNotFoundError, RuleBroken):
            return ""

    def clear(self) -> None:
        """Remove a request that was carried out or is out of date."""
        (self.folder / CONTROL).unlink(missing_ok=True)

    def request_value(self, name: str, value: float, words: str) -> None:
        """Request another value for one of the run's settings; the request stays in force.

        Every name has a file of its own, so that two visitors who change different ones at once do
        not overwrite each other.

        Args:
            name: The setting's name, as it can stand in a file's name.
            value: The value.
            words: What the run is asked to do, for the error's sentence.

        Raises:
            RunError: it cannot be written.
        """
        self._write(f"{name}.json", json.dumps(value), words)

    def requested_value(self, name: str) -> float | None:
        """Return the value that was requested last; None where there is none."""
        try:
            value = read_json(self.folder / f"{name}.json")
        except RuleBroken:
            return None
        return value if isinstance(value, int | float) else None

    def _write(self, file: str, content: str, words: str) -> None:
        try:
            # Not synced: whoever is to obey it would not outlive a power failure either.
            replace_bytes(self.folder / file, content.encode(), durable=False)
        except OSError as error:
            raise RunError(
                f"Run {self.folder.name} could not be asked to {words} "
                f"({error.strerror or error}); {advice(error)}, then try again."
            ) from error
