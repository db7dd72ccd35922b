"""Whole journeys: a real Streamlit server and a real Chromium, both gone when the tests end.

A module that needs a server makes its own fixture of it. The fixture's scope is the module, so that
pages close first: a page that loses its server complains in the console.

    @pytest.fixture(scope="module")
    def url(serve):
        with serve(ROOT / "streamlit_app.py") as server:
            yield server.url
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SERVER_START_SECONDS = 60
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Server:
    """A running Streamlit server: its address, the file it logs to, the folder its runs go to."""

    url: str
    log: Path
    runs: Path


Serve = Callable[..., contextlib.AbstractContextManager[Server]]
NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Serve:
    """`serve(script, env=None)`: a context manager around a server for `script`.

    The server starts in the repository's root, so that it reads the project's configuration, and
    puts runs into a folder of its own. `env` adds to the environment and may override all of that.
    """

    @contextlib.contextmanager
    def run(script: Path, env: Mapping[str, str] | None = None) -> Iterator[Server]:
        folder = tmp_path_factory.mktemp(script.stem)
        port = _free_port()
        base = (env or {}).get("STREAMLIT_SERVER_BASE_URL_PATH", "")
        server = Server(
            url=f"http://127.0.0.1:{port}/{base}".rstrip("/"),
            log=folder / "server.log",
            runs=folder / "runs",
        )
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "LATENT_LAB_RUNS": str(server.runs),
            "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
            "STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none",
            "STREAMLIT_SERVER_HEADLESS": "true",
            **(env or {}),
        }
        command = [sys.executable, "-m", "streamlit", "run", str(script)]
        command += ["--server.address=127.0.0.1", f"--server.port={port}"]
        with server.log.open("wb") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
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

    return run


@pytest.fixture(scope="module")
def lab(serve: Serve) -> Iterator[Server]:
    """The lab itself, with no runs but the gallery's; one server for the tests of a module."""
    with serve(ROOT / "streamlit_app.py") as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the one `LATENT_LAB_CHROMIUM` names, else one on the path, else Playwright's."""
    names = filter(None, map(shutil.which, CHROMIUM_NAMES))
    executable = os.environ.get("LATENT_LAB_CHROMIUM") or next(names, None)
    expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGS)
        yield chromium
        chromium.close()


@pytest.fixture
def console_errors() -> Iterator[list[str]]:
    """What pages complained about in the console; a test fails when something is left in here.

    A test that provokes an error asserts that it is there and clears the list.
    """
    errors: list[str] = []
    yield errors
    assert not errors, "the browser's console has errors:\n" + "\n".join(errors)


@pytest.fixture
def new_page(browser: Browser, console_errors: list[str]) -> Iterator[NewPage]:
    """`new_page(width, height, **options)`: a page of its own visitor (cookies, storage).

    Options are those of Playwright's `new_context`, for instance `has_touch=True` for a phone or
    `color_scheme="dark"`.
    """

    def note(message: ConsoleMessage) -> None:
        # Opened below the root, Streamlit looks for its server at /page/_stcore first: two 404s.
        probe = "404" in message.text and "/_stcore/" in message.location.get("url", "")
        if message.type == "error" and not probe:
            console_errors.append(f"{message.text} ({message.location.get('url', '')})")

    with contextlib.ExitStack() as contexts:

        def open_page(width: int = 1440, height: int = 900, **options: object) -> Page:
            size = {"width": width, "height": height}
            context = browser.new_context(viewport=size, **options)  # type: ignore[arg-type]
            contexts.callback(context.close)
            page = context.new_page()
            page.on("console", note)
            page.on("pageerror", lambda error: console_errors.append(str(error)))
            return page

        yield open_page


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A page of 1440 x 900 pixels."""
    return new_page()


@pytest.fixture(scope="session")
def settled() -> Callable[[Page], None]:
    """`settled(page)`: waits until the app is drawn and its script has come to rest.

    On a page that refreshes itself every second this is the rest between two refreshes.
    """

    def wait(page: Page) -> None:
        app = '[data-testid="stApp"][data-test-script-state="notRunning"]'
        page.locator(app).wait_for(timeout=30_000)

    return wait


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_healthy(process: subprocess.Popen[bytes], server: Server) -> None:
    deadline = time.monotonic() + SERVER_START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with (
            contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError),
            urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=1) as answer,
        ):
            if answer.read() == b"ok":
                return
        time.sleep(0.05)  # between two questions; what is waited for is the answer
    log = server.log.read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"the server did not start within {SERVER_START_SECONDS} s:\n{log[-4000:]}")
