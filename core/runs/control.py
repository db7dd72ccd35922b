"""Pass the requests of a run's owner to the process that computes it, as files in its folder."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, Literal, get_args

from core.files import advice, replace_bytes
from core.runs.errors import RuleBroken, RunError
from core.runs.opening import read_json
from core.runs.rights import SERVER, check_change, may_change

CONTROL = "control"

#: What the owner of a run may request of whoever computes it.
Request = Literal["pause", "cancel"]
#: What a server that is about to end requests of its runs.
STOP = "stop"


class RunControl:
    """The requests in the folder of a run of `owner`; whoever computes the run reads them.

    Each names who made it. One of somebody who may not change the run is refused when it is made,
    and overlooked when it is read: a file may come from anywhere.
    """

    def __init__(self, folder: Path, owner: str) -> None:
        self.folder = folder
        self.owner = owner

    def request(self, request: Request, who: str) -> None:
        """Leave a request of `who`.

        Raises:
            NotYoursError: the run belongs to somebody else.
            RunError: the run is in the gallery, or the request cannot be written.
        """
        self.check_change(who)
        self._write(CONTROL, {"request": request, "by": who}, request)

    def request_stop(self) -> None:
        """Leave the request of a server that is about to end; errors as for `request`."""
        self._write(CONTROL, {"request": STOP, "by": SERVER}, STOP)

    def check_change(self, who: str) -> None:
        """Check that `who` may change the run.

        Raises:
            NotYoursError: it belongs to somebody else.
            RunError: it is in the gallery.
        """
        check_change(self.folder, self.owner, who)

    def requested(self) -> str:
        """Return what is requested: a `Request` of the owner, `STOP`, or an empty text."""
        match self._read(CONTROL):
            case {"request": request, "by": who} if (request, who) == (STOP, SERVER):
                return STOP
            case {"request": str(request), "by": str(who)} if may_change(self.owner, who):
                return request if request in get_args(Request) else ""
        return ""

    def clear(self) -> None:
        """Remove a request that was carried out or is out of date."""
        (self.folder / CONTROL).unlink(missing_ok=True)

    def request_value(self, name: str, value: float, words: str, who: str) -> None:
        """Request another value for one of the run's settings; the request stays in force.

        Every name has a file of its own, so that changes of different ones at once do not overwrite
        each other.

        Args:
            name: The setting's name, as it can stand in a file's name.
            value: The value.
            words: What the run is asked to do, for the error's sentence.
            who: Who requests it.

        Raises:
            NotYoursError: the run belongs to somebody else.
            RunError: the run is in the gallery, or the request cannot be written.
        """
        self.check_change(who)
        self._write(f"{name}.json", {"value": value, "by": who}, words)

    def requested_value(self, name: str) -> float | None:
        """Return the value that the owner requested last; None where there is none."""
        match self._read(f"{name}.json"):
            case {"value": int() | float() as value, "by": str(who)} if (
                may_change(self.owner, who) and not isinstance(value, bool) and math.isfinite(value)
            ):
                return value
        return None

    def _read(self, file: str) -> Any:
        try:
            return read_json(self.folder / file)
        except RuleBroken:
            return None

    def _write(self, file: str, content: dict[str, Any], words: str) -> None:
        try:
            # Not synced: whoever is to obey it would not outlive a power failure either.
            replace_bytes(self.folder / file, json.dumps(content).encode(), durable=False)
        except OSError as error:
            raise RunError(
                f"Run {self.folder.name} could not be asked to {words} "
                f"({error.strerror or error}); {advice(error)}, then try again."
            ) from error
