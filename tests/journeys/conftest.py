"""Whole journeys: a real Streamlit server and a real Chromium, both gone when the tests end.

What a test only looks at, an app of its own or the lab with its gallery, is served for the tests of
several modules: `app_url(script)` and `lab`. A module whose tests start runs, or set the server
differently, makes its own fixture. Its scope is the module, so that pages close first: a page that
loses its server complains in the console.

    @pytest.fixture(scope="module")
    def lab(serve):
        with serve(env={"LATENT_LAB_EXECUTOR": "process"}) as server:
            yield server
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect

from bench.browser.chromium import PATIENCE, chromium, settle
from bench.browser.server import Server, serving
from tests.journeys import latent_page, saving

Serve = Callable[..., contextlib.AbstractContextManager[Server]]
NewPage = Callable[..., Page]
AppUrl = Callable[[Path], str]
Visit = Callable[[Page, str], None]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Leave journeys out of the coverage of `core` and `models`, which have tests of their own.

    Their servers are processes of their own, in which nothing is traced. A journey that fails is
    tried once more, since on a busy machine a browser misses a moment now and then; pytest's
    closing line counts those.
    """
    item.add_marker("no_cover")
    item.add_marker(pytest.mark.flaky(reruns=1))


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


@pytest.fixture(scope="session")
def app_url(serve: Serve) -> Iterator[AppUrl]:
    """`app_url(script)`: the address of a script, which is served until another one is asked for.

    Modules on one app come one after the other, and each server takes hundreds of megabytes.
    """
    with contextlib.ExitStack() as server:

        @functools.lru_cache(maxsize=1)
        def address(script: Path) -> str:
            server.close()
            return server.enter_context(serve(script)).url

        yield address


@pytest.fixture(scope="session")
def lab(serve: Serve) -> Iterator[Server]:
    """The lab itself, with no runs but the gallery's: whoever starts one needs a lab of his own."""
    with serve() as server:
        yield server


@pytest.fixture
def visit_saving(app_url: AppUrl, settled: Callable[[Page], None]) -> Visit:
    """`visit_saving(page, case)`: opens a case of saving_app.py and waits for its buttons."""
    return lambda page, case: saving.open_case(page, app_url(saving.APP), case, settled)


@pytest.fixture
def visit_latent(app_url: AppUrl, settled: Callable[[Page], None]) -> Visit:
    """`visit_latent(page, case)`: opens a case of latent_app.py and waits for its digit."""
    return lambda page, case: latent_page.open_case(page, app_url(latent_page.APP), case, settled)


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
                    pid = int(json.loads(state.with_name("lease.json").read_text())["pid"])
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
    expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong
    with chromium("--process-per-site") as browser:  # see Visitors
        yield browser


@pytest.fixture
def console_errors() -> Iterator[list[str]]:
    """What pages complained about in the console; a test fails when something is left in here.

    A test that provokes an error asserts that it is there and clears the list.
    """
    errors: list[str] = []
    yield errors
    assert not errors, "the browser's console has errors:\n" + "\n".join(errors)


class Visitors:
    """Visitors of the browser who come again as somebody new.

    A visitor is a context of Playwright's, and keeps what it has fetched and compiled: two thirds
    of what opening a page takes. But for that it is new: without cookies, storage or other pages.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._idle: defaultdict[str, list[BrowserContext]] = defaultdict(list)

    @contextlib.contextmanager
    def one(self, **options: Any) -> Iterator[BrowserContext]:
        """Lend a context with these options to nobody else."""
        idle = self._idle[repr(sorted(options.items()))]
        context = idle.pop() if idle else self._new(options)
        yield context
        _, *pages = context.pages
        try:
            for page in pages:
                if page.url.startswith("http"):
                    page.evaluate("() => localStorage.clear()")
                page.close()
            context.clear_cookies()
        except Error:  # of a page that has crashed: this one comes no more
            context.close()
        else:
            idle.append(context)

    def _new(self, options: Mapping[str, Any]) -> BrowserContext:
        """Open a context whose first page, an empty one, stays.

        All its pages of this machine are in one process, and what is compiled lives as long as the
        process does: without that page, until the last one is closed.
        """
        context = self._browser.new_context(**options)
        page = context.new_page()
        page.route("**", lambda route: route.fulfill(content_type="text/html", body=""))
        page.goto("http://127.0.0.1/")
        return context


@pytest.fixture(scope="session")
def visitors(browser: Browser) -> Visitors:
    return Visitors(browser)


@pytest.fixture
def new_page(visitors: Visitors, console_errors: list[str]) -> Iterator[NewPage]:
    """`new_page(width, height, **options)`: a page of its own visitor (cookies, storage).

    Besides `color_scheme` and `reduced_motion`, options are those of Playwright's `new_context`,
    for instance `has_touch=True` for a phone.
    """

    def note(message: ConsoleMessage) -> None:
        # Opened below the root, Streamlit looks for its server at /page/_stcore first: two 404s.
        probe = "404" in message.text and "/_stcore/" in message.location.get("url", "")
        if message.type == "error" and not probe:
            console_errors.append(f"{message.text} ({message.location.get('url', '')})")

    with contextlib.ExitStack() as contexts:

        def open_page(
            width: int = 1440,
            height: int = 900,
            *,
            color_scheme: Literal["dark", "light"] | None = None,
            reduced_motion: Literal["reduce"] | None = None,
            **options: object,
        ) -> Page:
            page = contexts.enter_context(visitors.one(**options)).new_page()
            # What one visitor can change and the next change back is set on the page: so few of
            # them begin with nothing fetched.
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=color_scheme, reduced_motion=reduced_motion)
            page.set_default_timeout(PATIENCE)  # a busy machine is slow, not wrong
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
