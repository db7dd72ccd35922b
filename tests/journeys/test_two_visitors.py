"""Two visitors in a class: one's run is the other's to look at and to copy, and no more."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from app.server.identity import cookie_pair
from bench.browser.chromium import PATIENCE
from bench.browser.server import Server
from core.execution.run_events import run_events
from core.runs.names import Names
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.training.config import training_settings
from tests.conftest import until
from tests.journeys.conftest import Serve

ADA, BOB = "a" * 32, "b" * 32
Settled = Callable[[Page], None]


@pytest.fixture(scope="module")
def lab(serve: Serve) -> Iterator[Server]:
    with serve() as server:
        yield server


@pytest.fixture
def paused(lab: Server) -> RunRecord:
    """A run of Ada's that stopped after its first epoch."""
    settings = training_settings("compression", {}, {"epochs": 3, "digits": 1000})
    record = RunStore(lab.runs).create("train", settings, title="Compression", visitor=ADA)
    for event in run_events(record):
        if event.progress > 0.3:
            record.control.request("pause", ADA)
    assert record.state.status == "paused"
    return record


@contextlib.contextmanager
def page_of(browser: Browser, lab: Server, who: str) -> Iterator[Page]:
    name, _, value = cookie_pair(who).partition("=")
    with contextlib.closing(browser.new_context(viewport={"width": 1440, "height": 900})) as one:
        cookie: Any = {"name": name, "value": value, "url": lab.url}
        one.add_cookies([cookie])
        page = one.new_page()
        page.set_default_timeout(PATIENCE)
        yield page


def test_a_stranger_looks_and_copies_and_the_owner_s_run_stays(
    browser: Browser, lab: Server, paused: RunRecord, settled: Settled
) -> None:
    Names(lab.runs).set(ADA, "Ada <b>*L*</b>")
    before = {path.name: path.read_bytes() for path in paused.folder.iterdir()}
    address = f"{lab.url}/autoencoders?run={paused.id}"
    with page_of(browser, lab, BOB) as page:
        page.goto(address)
        settled(page)
        said = "This run belongs to Ada <b>*L*</b>; continue it as a copy to change it."
        expect(page.get_by_text(said)).to_be_visible()
        for name in ("Resume", "Pause", "Cancel", "Delete"):
            expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
        page.get_by_role("button", name="Continue as a copy").click()

        page.wait_for_url(lambda url: paused.id not in url)  # the page shows the copy
        (shown,) = parse_qs(urlsplit(page.url).query)["run"]
        copy = RunRecord(lab.runs / shown)
        assert copy.request.visitor == BOB
        until(lambda: copy.state.status == "done")
        expect(page.get_by_role("button", name="10 more epochs")).to_be_visible()
        expect(page.get_by_text("belongs to")).to_have_count(0)
    assert {path.name: path.read_bytes() for path in paused.folder.iterdir()} == before
    with page_of(browser, lab, ADA) as page:
        page.goto(f"{lab.url}/autoencoders?run={copy.id}")
        settled(page)
        expect(page.get_by_text("This run belongs to somebody else")).to_be_visible()
        expect(page.get_by_role("button", name="Continue as a copy")).to_be_visible()
        expect(page.get_by_role("button", name="10 more epochs")).to_have_count(0)
        page.goto(address)
        settled(page)
        page.get_by_role("button", name="Resume").click()
        until(lambda: paused.state.status == "done")
        expect(page.get_by_role("button", name="10 more epochs")).to_be_visible()
