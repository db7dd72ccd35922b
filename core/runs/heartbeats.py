"""Renew the leases of this process's runs, so that their folders show that it is alive."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from core.runs.record import RunRecord

HEARTBEAT_SECONDS = 2.0


class Heartbeats:
    """Keeps the heartbeats of this process's runs going, on one thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: dict[Path, RunRecord] = {}
        self._thread: threading.Thread | None = None

    def add(self, record: RunRecord) -> None:
        with self._lock:
            self._records[record.folder] = record
            if self._thread is None:
                self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
                self._thread.start()

    def remove(self, record: RunRecord) -> None:
        with self._lock:
            self._records.pop(record.folder, None)

    def _beat(self) -> None:
        while True:
            time.sleep(HEARTBEAT_SECONDS)
            with self._lock:
                records = list(self._records.values())
            for record in records:
                try:
                    alive = record.lease.renew()
                except FileNotFoundError:  # deleted meanwhile
                    alive = False
                except OSError:  # a disk that is out of order for now
                    alive = True
                if not alive:
                    self.remove(record)

    @contextlib.contextmanager
    def keep_alive(self, record: RunRecord) -> Iterator[None]:
        """Keep a run's heartbeat going while the block runs."""
        self.add(record)
        try:
            yield
        finally:
            self.remove(record)


heartbeats = Heartbeats()
