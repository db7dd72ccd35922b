"""The pace at which a run is watched: it waits between iterations, without another result."""

from __future__ import annotations

from core.runs.control import RunControl
from core.runs.state import RunError

_FILE = "pace"
#: Iterations a second that can be chosen; 0 is full speed.
PACES = (10, 30, 100, 300, 0)
#: The pace of a run that is started on a page: 700 iterations take seven seconds.
PACE = 100


def request_pace(control: RunControl, pace: float, who: str) -> None:
    """Request that a run does so many iterations a second; 0 stands for full speed.

    Raises:
        NotYoursError: the run does not belong to `who`.
        RunError: it is not one of `PACES`, or cannot be written.
    """
    if pace not in PACES:
        listed = ", ".join(map(str, PACES))
        raise RunError(f"pace (={pace:g}) must be one of: {listed}; the old one stays.")
    control.request_value(_FILE, pace, "take another pace", who)


def requested_pace(control: RunControl) -> float:
    """Return the iterations a second that were requested; 0 for full speed, or any other value."""
    pace = control.requested_value(_FILE)
    return pace if pace in PACES else 0.0
