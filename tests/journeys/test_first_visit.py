"""The first visit: train an autoencoder and watch it, leave and come back, stop it and go on."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from bench.browser.chromium import number_field
from bench.browser.server import Server
from core.runs.heartbeats import heartbeats
from core.runs.store import RunStore
from core.training.config import training_settings
from tests.conftest import until
from tests.journeys.conftest import NewPage, Serve, slow_computer

Settled = Callable[[Page], None]
# Small batches make an epoch last for half a second, of which eleven rows tell.
EPOCHS = 6
DONE = f"Done after {EPOCHS} of {EPOCHS} epochs"
SLOW = {"Epochs": EPOCHS, "Training digits": 10_000, "Batch size": 32}


def form(page: Page, values: dict[str, int]) -> None:
    for name, value in values.items():
        field = number_field(page, name)
        field.fill(str(value))
        field.press("Enter")


def preview(page: Page) -> str:
    """The pictures of the reconstructions, as one text."""
    return page.locator(".tiles canvas").nth(1).evaluate("canvas => canvas.toDataURL()")


def state(server: Server, address: str) -> str:
    """The state of the run that an address names: a second try meets the run of the first."""
    (run_id,) = parse_qs(urlsplit(address).query)["run"]
    return json.loads((server.runs / run_id / "state.json").read_text())["status"]


@pytest.fixture(scope="module")
def lab(serve: Serve) -> Iterator[Server]:
    """The lab, whose runs are computed in a process of their own: that one can be slowed down."""
    with serve(env={"LATENT_LAB_EXECUTOR": "process"}) as server:
        yield server


@pytest.fixture
def started(lab: Server, page: Page, settled: Settled) -> Page:
    """The page right after a run of six epochs was started on it."""
    page.goto(lab.url)
    settled(page)
    page.get_by_role("link", name="Autoencoders", exact=True).first.click()
    expect(page.get_by_role("heading", name="Autoencoders")).to_be_visible()
    form(page, SLOW)
    page.get_by_role("button", name="Start", exact=True).click()
    return page


def test_watch_leave_return_reload_pause_resume_reopen(
    lab: Server, started: Page, settled: Settled, new_page: NewPage
) -> None:
    page = started
    going = re.compile(rf"Epoch \d+ of {EPOCHS}")
    with slow_computer(lab.runs, step=5, pause=2):  # for 26 seconds in all, or until it is paused
        expect(page.get_by_text(going)).to_be_visible(timeout=120_000)
        expect(page.get_by_text("Running and waiting")).to_be_visible()
        expect(page).to_have_url(re.compile(r"run=\d{8}-\d{6}-compression-"))
        address = page.url

        # The pictures change with the epoch, and the curve is drawn.
        before = preview(page)
        expect(page.locator(".latent-chart-plot .scatterlayer path.js-line").first).to_be_attached(
            timeout=120_000
        )
        until(lambda: preview(page) != before)
        page.get_by_role("button", name="Pause").click()
        note = page.get_by_text(re.compile(rf"Paused after \d+ of {EPOCHS} epochs"))
        expect(note).to_be_visible(timeout=120_000)
    paused = re.search(r"Paused after \d+ of \d+ epochs", note.inner_text()).group()  # type: ignore[union-attr]
    assert state(lab, address) == "paused"

    # Another page and back: the run is still chosen.
    page.get_by_role("link", name="Home").first.click()
    expect(page.get_by_role("heading", name="Latent Lab")).to_be_visible()
    page.get_by_role("link", name="Autoencoders", exact=True).first.click()
    expect(page.get_by_text(paused)).to_be_visible()

    page.reload()
    expect(page.get_by_text(paused)).to_be_visible(timeout=30_000)
    expect(page).to_have_url(address)

    # A friend opens the link in another browser, and sees it go on when it is resumed here.
    friend = new_page()
    friend.goto(address)
    expect(friend.get_by_text(paused)).to_be_visible(timeout=30_000)
    picker = friend.get_by_role("combobox", name="Run")
    expect(picker).to_have_value(re.compile("Someone else's · Compression"))
    with slow_computer(lab.runs, step=1, pause=2):  # until the friend, too, has seen it
        page.get_by_role("button", name="Resume").click()
        expect(page.get_by_text(going)).to_be_visible(timeout=30_000)
        friend.reload()  # else a page where nothing went on looks every 15 seconds
        expect(friend.get_by_text(going)).to_be_visible(timeout=30_000)
    expect(page.get_by_text(DONE)).to_be_visible(timeout=120_000)
    expect(friend.get_by_text(DONE)).to_be_visible(timeout=30_000)
    assert state(lab, address) == "done"

    # From a fresh page, the run is found in the picker: it is mine.
    page.goto(f"{lab.url}/autoencoders?run=compression")
    expect(page.get_by_text("Done after 50 of 50 epochs")).to_be_visible(timeout=30_000)
    page.get_by_role("combobox", name="Run").click()
    page.get_by_role(
        "option", name=re.compile(rf"Mine · Compression · {EPOCHS} epochs.*finished")
    ).click()
    expect(page.get_by_text(DONE)).to_be_visible()
    expect(page).to_have_url(address)


def test_two_tabs_on_one_run_both_stop_it(lab: Server, page: Page, settled: Settled) -> None:
    page.goto(f"{lab.url}/autoencoders")
    settled(page)
    form(page, {"Epochs": 300})
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text(re.compile(r"Epoch \d+ of 300"))).to_be_visible(timeout=120_000)
    other = page.context.new_page()  # of the same visitor
    other.goto(page.url)
    other.get_by_role("button", name="Cancel").click(timeout=30_000)
    expect(page.get_by_text(re.compile(r"Cancelled after \d+ of 300 epochs"))).to_be_visible(
        timeout=30_000
    )
    expect(other.get_by_text(re.compile(r"Cancelled after \d+ of 300 epochs"))).to_be_visible()
    expect(page.get_by_text("Nothing is training at the moment.")).to_be_visible()


def test_a_run_that_is_deleted_is_gone_from_the_page(
    lab: Server, page: Page, settled: Settled
) -> None:
    page.goto(f"{lab.url}/autoencoders")
    settled(page)
    form(page, {"Epochs": 1, "Training digits": 1000})
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("Done after 1 of 1 epochs")).to_be_visible(timeout=120_000)
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete this run").click()
    expect(page.get_by_text(re.compile("There is no run .* here: it was deleted"))).to_be_visible()
    expect(page.get_by_text("Done after 50 of 50 epochs")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Failed after")).to_have_count(0)
    expect(page).to_have_url(re.compile("run=compression"))
    page.get_by_role("combobox", name="Run").click()
    expect(page.get_by_role("option", name=re.compile("Gallery · Compression"))).to_be_visible()
    expect(
        page.get_by_role("option", name=re.compile("Mine · Compression · 1 epochs"))
    ).to_have_count(0)


def test_a_list_of_runs_that_was_opened_stays_open_when_the_run_ends(
    lab: Server, page: Page, settled: Settled
) -> None:
    settings = training_settings("compression", {}, {"epochs": 3})
    record = RunStore(lab.runs).create("train", settings, title="Compression")
    with heartbeats.keep_alive(record):
        page.goto(f"{lab.url}/autoencoders?run={record.id}")
        settled(page)
        expect(page.get_by_text("In the queue: next.")).to_be_visible(timeout=30_000)
        page.get_by_role("combobox", name="Run").click()
        other = page.get_by_role("option", name=re.compile("Gallery · Compression"))
        expect(other).to_be_visible()
        record.set_state(status="cancelled")
        expect(page.get_by_text("Cancelled after 0 of 3 epochs")).to_be_visible(timeout=30_000)
        settled(page)
        other.click(timeout=5_000)  # in the list that was opened before
    expect(page).to_have_url(re.compile("run=compression"))
    expect(page.get_by_text("Done after 50 of 50 epochs")).to_be_visible(timeout=30_000)


def test_who_watches_a_run_that_is_removed_is_told(
    lab: Server, new_page: NewPage, settled: Settled
) -> None:
    """Also: its time in the list is that of the visitor's clock."""
    settings = training_settings("compression", {}, {"epochs": 3})
    record = RunStore(lab.runs).create("train", settings, title="Compression")
    page = new_page(timezone_id="Asia/Kathmandu")  # 5 h 45 min ahead of UTC, in winter too
    with heartbeats.keep_alive(record):  # else it counts as interrupted after a while
        page.goto(f"{lab.url}/autoencoders?run={record.id}")
        settled(page)
        expect(page.get_by_text("In the queue: next.")).to_be_visible(timeout=30_000)
        ahead = datetime.fromtimestamp(record.request.created_at + 345 * 60, UTC)
        picker = page.get_by_role("combobox", name="Run")
        expect(picker).to_have_value(re.compile(f"Someone else's .* {ahead:%d %b %H:%M}$"))
    # At once, as the lab does it: the page looks at its files all the time.
    gone = record.folder.rename(lab.runs / ".gone")
    shutil.rmtree(gone)
    expect(page.get_by_text(f"There is no run {record.id} here")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Failed after")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"run=(?!20)"))


@pytest.mark.parametrize(
    ("path", "drawn"),
    [("", "[data-testid=stImage] img"), ("autoencoders", ".main-svg"), ("vae", ".main-svg")],
)
def test_pages_fit_a_phone(
    lab: Server, new_page: NewPage, settled: Settled, path: str, drawn: str
) -> None:
    page = new_page(390, 844)
    page.goto(f"{lab.url}/{path}")
    settled(page)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    main = page.get_by_test_id("stMain")
    expect(main.locator(drawn).last).to_be_visible(timeout=30_000)  # which is after the script
    assert main.evaluate("node => node.scrollWidth <= node.clientWidth"), "it scrolls sideways"


def test_nothing_is_asked_of_other_hosts(lab: Server, page: Page, settled: Settled) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("", "autoencoders", "vae?view=Map"):
        page.goto(f"{lab.url}/{path}")
        settled(page)
    foreign = [url for url in asked if not url.startswith((lab.url, "data:", "blob:"))]
    assert foreign == []


def test_the_server_s_log_has_no_traceback(lab: Server) -> None:
    assert "Traceback" not in Path(lab.log).read_text(encoding="utf-8", errors="replace")
