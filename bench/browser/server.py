"""A server of the lab with a folder of its own for its runs."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.record import RunRecord

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120


@dataclass(frozen=True)
class Server:
    """A running server: its address, the folder of its runs, its process."""

    url: str
    runs: Path
    pid: int

    def newest_run(self) -> RunRecord | None:
        """The run that was started last."""
        found = [RunRecord(run.parent) for run in self.runs.glob("*/run.json")]
        return max(found, key=lambda run: run.request.created_at, default=None)


@contextlib.contextmanager
def lab_server() -> Iterator[Server]:
    """Serves the lab, as it is set for its users, on a free port of this machine."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        runs = Path(folder) / "runs"
        log = Path(folder) / "server.log"
        command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
        command += ["--server.address=127.0.0.1", f"--server.port={port}"]
        environment = {**os.environ, "LATENT_LAB_RUNS": str(runs)}
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
            )
        server = Server(f"http://127.0.0.1:{port}", runs, process.pid)
        try:
            _wait_until_healthy(process, server, log)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_healthy(process: subprocess.Popen[bytes], server: Server, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with (
            contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError),
            urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=1) as answer,
        ):
            if answer.read() == b"ok":
                return
        time.sleep(0.05)
    words = log.read_text(encoding="utf-8", errors="replace")[-4000:]
    raise RuntimeError(f"the server did not start within {START_SECONDS} s:\n{words}")
