"""Which process computes a run, and whether it is still alive."""

from __future__ import annotations

import os
import socket
import time
import uuid
from pathlib import Path

from core.files import read_json, replace_json

OWNER = "owner.json"
#: Seconds without a heartbeat after which a run's process counts as dead.
STALE_AFTER = 20.0

# Tells this process from an earlier one of the same number: the first of every container is 1.
_TOKEN = uuid.uuid4().hex


class Ownership:
    """The file `owner.json` of a run: who answers for it, and when it last beat."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / OWNER

    def take(self) -> None:
        """Note this process as the one that answers for the run."""
        owner = {"host": socket.gethostname(), "pid": os.getpid(), "token": _TOKEN}
        # Not synced: after a power failure nobody computes the run, whatever the file says.
        replace_json(self._path, owner, durable=False)

    def release(self) -> None:
        """Let go of the run: nobody answers for it any more."""
        self._path.unlink(missing_ok=True)

    def is_mine(self) -> bool:
        """Return whether this process answers for the run, and no other one has taken it since."""
        owner = read_json(self._path)
        return isinstance(owner, dict) and owner.get("token") == _TOKEN

    def beat(self) -> bool:
        """Show that this process is alive; return False if the run is no longer its own."""
        if not self.is_mine():
            return False
        os.utime(self._path)
        return True

    def is_alive(self) -> bool:
        """Return whether the process that answers for the run still runs, as far as can be seen."""
        owner = read_json(self._path)
        try:
            age = time.time() - self._path.stat().st_mtime
        except FileNotFoundError:
            return False
        if not isinstance(owner, dict) or age > STALE_AFTER:
            return False
        if owner.get("host") != socket.gethostname():
            return True  # only its heartbeat can be seen from here
        if owner.get("pid") == os.getpid():
            return owner.get("token") == _TOKEN
        try:
            os.kill(int(owner["pid"]), 0)
        except ProcessLookupError:
            return False
        except (PermissionError, KeyError, TypeError, ValueError, OverflowError):
            pass
        return True
