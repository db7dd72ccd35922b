"""What scripts/docker_test.sh does in a real browser with the lab that it has in a container.

    python -m tests.docker.journey train URL VISITOR     a run of two epochs, the t-SNE replay, a
                                                         drawn digit; then a long run, left going
    python -m tests.docker.journey resume URL VISITOR    finds that run after a restart, resumes it
    python -m tests.docker.journey proxied URL           the pages through the proxy

VISITOR is a file in which the browser's cookies and the run's address outlive the restart. pytest
does not collect this: it needs a container.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from app.navigation import PAGES
from bench.browser.chromium import chromium, settle
from tests.docker.proxy import (
    foreign_origin_is_refused,
    headers_are_there,
    large_upload_is_refused,
    refused,
)

EPOCHS = 300
#: Below the root Streamlit looks for its server in the wrong place first: two 404s.
_PROBE = "/_stcore/"


class Visitor:
    """A browser's page; complaints in its console end the journey."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.page: Page = context.new_page()
        self.url = url
        self.complaints: list[str] = []
        self.foreign: set[str] = set()
        self.page.set_default_timeout(60_000)
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self._note_host(request.url))

    def open(self, path: str) -> None:
        self.page.goto(f"{self.url}/{path}")
        settle(self.page)

    def check(self) -> None:
        """Nothing was complained about, and no other host was asked for anything."""
        assert not self.complaints, self.complaints
        assert not self.foreign, self.foreign

    def _note(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        if message.type == "error" and not ("404" in message.text and _PROBE in where):
            self.complaints.append(f"{message.text} ({where})")

    def _note_host(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.netloc and parts.netloc != urlsplit(self.url).netloc:
            self.foreign.add(parts.netloc)


@contextlib.contextmanager
def visitor(url: str, cookies: Path | None = None) -> Iterator[Visitor]:
    """A browser, with the cookies of an earlier one where there are any."""
    expect.set_options(timeout=60_000)  # a busy machine is slow, not wrong
    with chromium() as browser:
        state = json.loads(cookies.read_text())["browser"] if cookies else None
        context = browser.new_context(
            viewport={"width": 1440, "height": 1000},
            storage_state=state,
            locale="en-GB",
            reduced_motion="reduce",  # a replay waits for Play
        )
        yield Visitor(context, url)
        context.close()


def train_two_epochs(someone: Visitor) -> None:
    page = start_training(someone, epochs=2)
    expect(page.get_by_text("Done after 2 of 2 epochs")).to_be_visible(timeout=120_000)
    expect(page.locator(".latent-chart-plot .scatterlayer path.js-line").first).to_be_attached()


def replay_tsne(someone: Visitor) -> None:
    """The gallery's recording plays: the iteration that it shows moves on."""
    page = someone.page
    someone.open("tsne?run=tsne-exercise")
    player = page.locator(".latent-player")
    expect(player).to_have_attribute("data-state", "paused", timeout=60_000)
    page.get_by_role("button", name="Back to the start").click()
    expect(player).to_have_attribute("data-iteration", "0")
    page.get_by_role("button", name="Play", exact=True).click()
    expect(player).to_have_attribute("data-iteration", re.compile(r"^[1-9]\d{2,}$"))


def draw_digit(someone: Visitor) -> None:
    """A one is drawn with the mouse, and the models say what it is."""
    page = someone.page
    someone.open("digit")
    box = page.locator(".drawing canvas").bounding_box()
    assert box, "the square to draw in is not shown"
    x, top = box["x"] + box["width"] / 2, box["y"]
    page.mouse.move(x, top + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(x, top + box["height"] * 0.8, steps=12)
    page.mouse.up()
    # The first one waits until the training digits are encoded.
    expect(page.get_by_text(re.compile(r"say \d")).first).to_be_visible(timeout=120_000)


def leave_a_long_run(someone: Visitor, kept: Path) -> None:
    page = start_training(someone, epochs=EPOCHS)
    second = re.compile(rf"Epoch (?:[2-9]|\d\d+) of {EPOCHS}")  # or a later one
    expect(page.get_by_text(second)).to_be_visible(timeout=120_000)
    expect(page).to_have_url(re.compile(r"run=\d{8}-"))
    address = page.url.removeprefix(someone.url).lstrip("/")
    kept.write_text(json.dumps({"address": address, "browser": page.context.storage_state()}))


def resume_it(someone: Visitor, kept: Path) -> None:
    """The run is found by its address, is still this visitor's, and goes on where it stopped."""
    page = someone.page
    someone.open(json.loads(kept.read_text())["address"])
    stopped = page.get_by_text(re.compile(rf"Interrupted after \d+ of {EPOCHS} epochs"))
    expect(stopped).to_be_visible()
    epochs = int(re.findall(r"after (\d+)", stopped.inner_text())[0])
    expect(page.get_by_role("combobox", name="Run")).to_have_value(re.compile("^Mine · "))
    page.get_by_role("button", name="Resume").click()
    going = page.get_by_text(re.compile(rf"Epoch (\d+) of {EPOCHS}"))
    expect(going).to_be_visible()
    shown = int(re.findall(r"Epoch (\d+)", going.inner_text())[0])
    assert shown >= epochs >= 1, f"it stopped after epoch {epochs} and went on with {shown}"
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text(re.compile(rf"Cancelled after \d+ of {EPOCHS}"))).to_be_visible()


def start_training(someone: Visitor, epochs: int) -> Page:
    page = someone.page
    someone.open("autoencoders")
    field = page.get_by_role("spinbutton", name="Epochs", exact=True)
    field.fill(str(epochs))
    field.press("Enter")
    page.get_by_role("button", name="Start", exact=True).click()
    return page


def train(url: str, kept: Path) -> None:
    with visitor(url) as someone:
        step("two epochs are trained", lambda: train_two_epochs(someone))
        step("the t-SNE replay plays", lambda: replay_tsne(someone))
        step("a digit is drawn", lambda: draw_digit(someone))
        step("a long run is left going", lambda: leave_a_long_run(someone, kept))
        step("no complaint in the console, no other host asked", someone.check)


def resume(url: str, kept: Path) -> None:
    with visitor(url, kept) as someone:
        step("the run is found, mine, and goes on", lambda: resume_it(someone, kept))
        step("no complaint in the console, no other host asked", someone.check)


def proxied(url: str) -> None:
    with visitor(url) as someone:
        # A page is at rest only when its WebSocket has brought what it shows.
        for path in [page.name for page in PAGES[1:]]:
            step(f"/{path} opens", lambda path=path: someone.open(path))
        step("the t-SNE replay plays", lambda: replay_tsne(someone))
        step("two epochs are trained", lambda: train_two_epochs(someone))
        step("the content security policy hinders nothing", someone.check)
    step("a page of another site is refused", lambda: foreign_origin_is_refused(url))
    step("the page carries its security headers", lambda: headers_are_there(url))
    step("a picture above 20 MB is refused", lambda: asyncio.run(large_upload_is_refused(url)))
    step("counts of sessions are not for visitors", lambda: refused(f"{url}/_stcore/metrics", 404))


def step(what: str, act: Callable[[], object]) -> None:
    """Does one thing and says that it went well; else the traceback says what did not."""
    act()
    print(f"ok   {what}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="One journey through the lab in a container.")
    parser.add_argument("part", choices=("train", "resume", "proxied"))
    parser.add_argument("url")
    parser.add_argument("kept", type=Path, nargs="?")
    options = parser.parse_args()
    if options.part == "proxied":
        proxied(options.url)
    elif options.kept is None:
        sys.exit(f"{options.part} needs a file for the visitor's cookies.")
    else:
        {"train": train, "resume": resume}[options.part](options.url, options.kept)


if __name__ == "__main__":
    main()
