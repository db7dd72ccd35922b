"""Whole journeys: a real Streamlit server and a real Chromium, both gone when the tests end.

A module that needs a server makes its own fixture of it. The fixture's scope is the module, so that
pages close first: a page that loses its server complains in the console.

    @pytest.fixture(scope="module")
    def url(serve):
        with serve() as server:
            yield server.url
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from bench.browser.chromium import PATIENCE, chromium, settle
from bench.browser.server import Server, serving

Serve = Callable[..., contextlib.AbstractContextManager[Server]]
NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Serve:
    """`serve(script=None, env=None)`: a context manager around a server for the lab or a script.

    Log and runs go into a folder of its own. `env` adds to the environment and may override it.
    """

    @contextlib.contextmanager
    def run(script: Path | None = None, env: Mapping[str, str] | None = None) -> Iterator[Server]:
        with serving(tmp_path_factory.mktemp("server"), script, env) as server:
            yield server

    return run


@pytest.fixture(scope="module")
def lab(serve: Serve) -> Iterator[Server]:
    """The lab itself, with no runs but the gallery's; one server for the tests of a module."""
    with serve() as server:
        yield server


@contextlib.contextmanager
def slow_computer(runs: Path, step: int, pause: float) -> Iterator[None]:
    """Whoever computes a run is stopped for `pause` seconds after every `step` rows of its history:
    else a fast machine has finished a short one before anybody has seen it run.

    The server goes on, so that pages show what a slow computer's would: it needs
    LATENT_LAB_EXECUTOR=process. Nobody may be stopped for STALE_AFTER, and counts as dead then.
    """
    over = threading.Event()

    def hold() -> None:
        seen: dict[Path, int] = {}
        while not over.wait(0.002):
            for state in runs.glob("*/state.json"):
                with contextlib.suppress(OSError, ValueError):  # nobody yet, or no longer
                    if json.loads(state.read_text())["status"] != "running":
                        continue  # as long as it waits, the server answers for it
                    rows = state.with_name("history.jsonl").read_bytes().count(b"\n")
                    if rows < seen.get(state, 0) + step:
                        continue
                    seen[state] = rows
                    pid = int(json.loads(state.with_name("owner.json").read_text())["pid"])
                    os.kill(pid, signal.SIGSTOP)
                    try:
                        over.wait(pause)
                    finally:
                        os.kill(pid, signal.SIGCONT)

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong
    with chromium() as browser:
        yield browser


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
            # The first page of a server that has just started takes longest.
            page.set_default_timeout(PATIENCE)
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
    return settle
