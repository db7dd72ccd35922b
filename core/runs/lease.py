"""Note which process computes a run, and tell whether it is still alive."""

from __future__ import annotations

import os
import socket
import time
import uuid
from pathlib import Path
from typing import Any

from core.files import replace_json
from core.runs.errors import RuleBroken
from core.runs.opening import read_json

LEASE = "lease.json"
#: What older versions called it: one of them may still compute the run.
_OLD_LEASE = "owner.json"
#: Seconds without a heartbeat after which a run's process counts as dead.
STALE_AFTER = 20.0

#: Seconds by which a heartbeat may come from the future, since the clocks of computers that share a
#: folder differ; Kerberos allows as much. Beyond that it counts as stale.
AHEAD = 300.0

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
        return self._holder().get("token") == _TOKEN

    def renew(self) -> bool:
        """Show that this process is alive; return False if it no longer holds the lease."""
        if not self.is_mine():
            return False
        os.utime(self._path, follow_symlinks=os.utime not in os.supports_follow_symlinks)
        return True

    def is_held(self) -> bool:
        """Return whether the process that holds the lease still runs, as far as can be seen."""
        holder = self._holder()
        try:
            age = time.time() - os.lstat(self._path).st_mtime
        except FileNotFoundError:
            return False
        if not holder or not -AHEAD <= age <= STALE_AFTER:
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

    def _holder(self) -> dict[str, Any]:
        """Return what the file says of the process; nothing where it is missing or damaged."""
        try:
            holder = read_json(self._path)
        except RuleBroken:
            return {}
        return holder if isinstance(holder, dict) else {}
