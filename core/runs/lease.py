"""Note which process computes a run, and tell whether it is still alive."""

from __future__ import annotations

import os
import socket
import time
import uuid
from pathlib import Path

from core.files import read_json, replace_json

LEASE = "lease.json"
#: What older versions called it: one of them may still compute the run.
_OLD_LEASE = "owner.json"
#: Seconds without a heartbeat after which a run's process counts as dead.
STALE_AFTER = 20.0

# Tells this process from an earlier one of the same number: the first of every container is 1.
_TOKEN = uuid.uuid4().hex


class Lease:
    """The right to write a run's folder: `lease.json` names the process and when it renewed it."""

    def __init__(self, folder: Path) -> None:
        self._new_path, self._old_path = folder / LEASE, folder / _OLD_LEASE

    @property
    def _path(self) -> Path:
        return self._old_path if self._old_path.exists() else self._new_path

    def acquire(self) -> None:
        """Note this process as the one that computes the run."""
        holder = {"host": socket.gethostname(), "pid": os.getpid(), "token": _TOKEN}
        # Not synced: after a power failure nobody computes the run, whatever the file says.
        replace_json(self._new_path, holder, durable=False)
        self._old_path.unlink(missing_ok=True)  # whose process lets go as soon as it is gone

    def release(self) -> None:
        """Give the lease back: no process computes the run any more."""
        for path in (self._new_path, self._old_path):
            path.unlink(missing_ok=True)

    def is_mine(self) -> bool:
        """Return whether this process holds the lease, and no other one has acquired it since."""
        holder = read_json(self._path)
        return isinstance(holder, dict) and holder.get("token") == _TOKEN

    def renew(self) -> bool:
        """Show that this process is alive; return False if it no longer holds the lease."""
        if not self.is_mine():
            return False
        os.utime(self._path)
        return True

    def is_held(self) -> bool:
        """Return whether the process that holds the lease still runs, as far as can be seen."""
        holder = read_json(self._path)
        try:
            age = time.time() - self._path.stat().st_mtime
        except FileNotFoundError:
            return False
        if not isinstance(holder, dict) or age > STALE_AFTER:
            return False
        if holder.get("host") != socket.gethostname():
            return True  # only its heartbeat can be seen from here
        if holder.get("pid") == os.getpid():
            return holder.get("token") == _TOKEN
        try:
            os.kill(int(holder["pid"]), 0)
        except ProcessLookupError:
            return False
        except (PermissionError, KeyError, TypeError, ValueError, OverflowError):
            pass
        return True
