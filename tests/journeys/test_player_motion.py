"""How smoothly a player moves, and the maps of a run that is being computed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import AppUrl
from tests.journeys.player import APP, PIXELS, RATE, press, views, visit

if TYPE_CHECKING:
    pass


@pytest.fixture
def url(app_url: AppUrl) -> str:
    return app_url(APP)


def test_live_maps_glide_from_tick_to_tick(
    page: Page, url: str, record_property: Callable[[str, Any], None]
) -> None:
    received: list[int] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))),
    )
    player = visit(page, url, "live")
    node = player.element_handle()
    before = page.evaluate(PIXELS)
    iteration = int(player.get_attribute("data-iteration") or 0)
    received.clear()
    page.wait_for_function(
        "then => Number(document.querySelector('.latent-player').dataset.iteration) >= then + 30",
        arg=iteration,
    )
    ticks = (int(player.get_attribute("data-iteration") or 0) - iteration) / 10
    assert sum(received) / ticks < 20_000
    after = page.evaluate(PIXELS)
    assert before[0] != after[0]
    assert before[1] != after[1]
    drawn, asked, ticks, seconds = page.evaluate(RATE, [60, 3])
    record_property("frames_per_second", round(drawn / seconds, 1))
    print(f"live: {drawn / seconds:.1f} frames a second of {asked / seconds:.1f}")
    assert drawn > 2 * ticks, "more than one frame a tick: it glides"
    assert node.evaluate("node => node === document.querySelector('.latent-player')")
    expect(page.locator(".latent-player-heads [data-measure=kl]").first).to_have_text(
        re.compile(r"KL \d\.\d{3} nats")
    )


def test_live_axes_grow_with_the_maps(page: Page, url: str) -> None:
    visit(page, url, "live")
    first = views(page)[0]
    page.wait_for_function(
        "from => { const { range } = document.querySelector('.latent-player-plot').layout.xaxis;"
        " return range[1] - range[0] > 1.1 * from; }",
        arg=first[1] - first[0],
        timeout=60_000,
    )
    assert math.isfinite(views(page)[0][1])


def test_many_frames_are_drawn(
    page: Page, url: str, record_property: Callable[[str, Any], None]
) -> None:
    """Fifty a second are wanted of two times 1,000 points; how busy the machine is, is its own."""
    visit(page, url, "big")
    press(page, "Home", "Space")
    drawn, asked, _, seconds = page.evaluate(RATE, [60, 1])
    record_property("frames_per_second", round(drawn / seconds, 1))
    print(f"replay: {drawn / seconds:.1f} frames a second of {asked / seconds:.1f}")
    assert drawn >= 0.9 * asked - 2
