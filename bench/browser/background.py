"""A training that runs in the background of a measurement."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

from playwright.sync_api import Browser

from bench.browser.chromium import fill_numbers, visit
from bench.browser.server import Server
from core.runs.record import RunRecord
from core.runs.rights import local_user

EPOCHS = 500
PATIENCE = 300.0


@contextlib.contextmanager
def training(
    browser: Browser, server: Server, batch_size: int | None = None
) -> Iterator[RunRecord]:
    """Start the exercise's compression autoencoder as a visitor does, who then leaves.

    It runs when the block begins, and is cancelled after it. At the exercise's batch size it lasts
    ten to twenty minutes; a smaller one makes it longer.
    """
    before = server.newest_run()
    with visit(browser, f"{server.url}/autoencoders") as page:
        sizes = {} if batch_size is None else {"Batch size": batch_size}
        fill_numbers(page, {"Epochs": EPOCHS, **sizes})
        page.get_by_role("button", name="Start", exact=True).click()
        wait_until(lambda: _id(server.newest_run()) != _id(before), "a run in its folder")
    record = server.newest_run()
    assert record is not None
    wait_until(lambda: len(epoch_rows(record)) > 1, "the run's first epoch")
    try:
        yield record
    finally:
        record.control.request("cancel", local_user())
        wait_until(lambda: not record.is_active, "the run's end")


def epoch_rows(record: RunRecord) -> list[dict[str, Any]]:
    """Return the rows of the epochs that have ended."""
    return [row for row in record.history() if row["event"] == "epoch"]


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Wait until `true` returns True because of what another process does."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come within {PATIENCE:.0f} s.")
        time.sleep(0.02)


def _id(record: RunRecord | None) -> str:
    return record.id if record else ""
