"""A server of the lab with its own folder for runs."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.runs.record import RunRecord

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120
#: A test makes its own certificate, which nobody has signed.
_ANY_CERTIFICATE = ssl.create_default_context()
_ANY_CERTIFICATE.check_hostname = False
_ANY_CERTIFICATE.verify_mode = ssl.CERT_NONE


@dataclass(frozen=True)
class Server:
    """A running server: its address, the file it logs to, the folder of its runs, its process."""

    url: str
    log: Path
    runs: Path
    pid: int

    def newest_run(self) -> RunRecord | None:
        """Return the run that was started last."""
        found = [RunRecord(run.parent) for run in self.runs.glob("*/run.json")]
        return max(found, key=lambda run: run.request.created_at, default=None)


@contextlib.contextmanager
def lab_server() -> Iterator[Server]:
    """Serve the lab with its users' settings, in a folder that is deleted afterwards."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        serving(Path(folder)) as server,
    ):
        yield server


@contextlib.contextmanager
def serving(
    folder: Path, script: Path | None = None, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Serve the lab as `make app` does, or another script, on a free port of this machine.

    Log and runs go into `folder`. The project's configuration holds; `environment` overrides it.

    Raises:
        RuntimeError: it does not start within START_SECONDS.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "scripts/start.py"]
    if script is not None:
        command = [sys.executable, "-m", "streamlit", "run", str(script)]
        command += ["--server.address=127.0.0.1", f"--server.port={port}"]
    log, runs = folder / "server.log", folder / "runs"
    all_of_it = {
        **os.environ,
        "ADDRESS": "127.0.0.1",
        "PORT": str(port),
        "PYTHONPATH": str(ROOT),
        "LATENT_LAB_RUNS": str(runs),
        # The visitors of tests and measurements are as many people.
        "LATENT_LAB_ALONE": "0",
        **(environment or {}),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=all_of_it, stdout=output, stderr=subprocess.STDOUT
        )
    base = all_of_it.get("STREAMLIT_SERVER_BASE_URL_PATH", "")
    scheme = "https" if all_of_it.get("STREAMLIT_SERVER_SSL_CERT_FILE") else "http"
    server = Server(f"{scheme}://127.0.0.1:{port}/{base}".rstrip("/"), log, runs, process.pid)
    try:
        _wait_until_healthy(process, server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_healthy(process: subprocess.Popen[bytes], server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with (
            contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError),
            urllib.request.urlopen(
                f"{server.url}/_stcore/health", timeout=1, context=_ANY_CERTIFICATE
            ) as answer,
        ):
            if answer.read() == b"ok":
                return
        time.sleep(0.05)  # between two questions; what is waited for is the answer
    words = server.log.read_text(encoding="utf-8", errors="replace")[-4000:]
    raise RuntimeError(f"the server did not start within {START_SECONDS} s:\n{words}")
