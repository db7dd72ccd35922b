"""A real headless Chromium, and what is measured in it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, FloatRect, Locator, Page, sync_playwright

_CLOCK = Path(__file__).with_name("clock.js").read_text(encoding="utf-8")
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_ARGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 60_000


@contextlib.contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """Start Chromium: that in `LATENT_LAB_CHROMIUM`, else one on the path, else Playwright's.

    `more` are further arguments of its command line.
    """
    names = filter(None, map(shutil.which, _NAMES))
    executable = os.environ.get("LATENT_LAB_CHROMIUM") or next(names, None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*_ARGS, *more])
        yield browser
        browser.close()


@contextlib.contextmanager
def visit(
    browser: Browser, address: str, script: str = "", *, height: int = 1400
) -> Iterator[Page]:
    """Open this address as a visitor who has never been here, and wait until the page is at rest.

    `script` runs in it before all others. The window is 1440 pixels wide.
    """
    context = browser.new_context(viewport={"width": 1440, "height": height})
    try:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.add_init_script(f"{_CLOCK}\n{script}")
        page.goto(address)
        settle(page)
        yield page
    finally:
        context.close()


def settle(page: Page) -> None:
    """Wait until the script of the page has ended, or rests between two refreshes.

    The components that it has drawn can be used then.
    """
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    page.locator('[data-latent-lab="loading"]').first.wait_for(state="detached")


def still_box(place: Locator) -> FloatRect:
    """Return where something is on the page, in view and with nothing over it, once it stays there.

    What is drawn at while the page is still being laid out is missed.
    """
    place.hover(trial=True)
    box = place.bounding_box()
    if box is None:
        raise RuntimeError("it is not on the page")
    return box


def number_field(page: Page, name: str) -> Locator:
    """Return the number field with this label; it is unfolded if it is under More settings.

    The label may leave out the unit, which a page writes behind it: "Batch size (digits)".
    """
    label = re.compile(rf"^{re.escape(name)}( \(.*\))?$")
    field = page.get_by_role("spinbutton", name=label)
    more = page.locator("details").filter(has_text="More settings")
    # Asked of the fold, not of the field: one that is just drawn anew is not visible, either.
    if not field.is_visible() and not more.evaluate("fold => fold.open"):
        more.locator("summary").click()
    field.wait_for()
    return field


def fill_numbers(page: Page, values: Mapping[str, int]) -> None:
    """Type numbers into the fields with these labels, one after the other."""
    for name, value in values.items():
        field = number_field(page, name)
        field.fill(str(value))
        field.press("Enter")
        settle(page)


def until_new_picture(page: Page, act: Callable[[], Any], *, event: str = "pointerup") -> float:
    """Return the milliseconds from the first `event` caused by `act` until a new picture is drawn.

    It waits first until the page is at rest, since what still moves belongs to earlier actions.
    """
    settle(page)
    page.evaluate("patience => labClock.untilRest(patience)", PATIENCE)
    page.evaluate(
        "([event, patience]) => {"
        " labClock.answer = labClock.untilNewPicture(event, patience);"
        " labClock.answer.catch(() => {}); }",
        [event, PATIENCE],
    )
    act()
    return page.evaluate("labClock.answer")
