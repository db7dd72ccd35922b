"""The t-SNE player under its clock: what moves, what rests, and what a rerun must not disturb."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from core.analysis.neighbours import nearest_on_map
from core.analysis.quality import label_agreement
from tests.conftest import until
from tests.journeys.player import (
    APP,
    PIXELS,
    PLAY,
    PLAYER,
    SAID,
    check_shown,
    place,
    press,
    rests,
    standard,
    visit,
)
from tests.support.recordings import moving_clusters, real_recording

if TYPE_CHECKING:
    from tests.journeys.conftest import AppUrl, Serve


@pytest.fixture
def url(app_url: AppUrl) -> str:
    return app_url(APP)


def test_play_moves_both_maps(page: Page, url: str) -> None:
    player = visit(page, url)
    press(page, "Home")
    rests(page, 0)
    page.locator(f"{PLAYER} select").select_option("0.25")  # so that it is not over before Pause
    page.click(PLAY)
    expect(player).to_have_attribute("data-state", "playing")
    page.wait_for_function("Number(document.querySelector('.latent-player').dataset.frame) > 1")
    before = page.evaluate(PIXELS)
    iteration = int(player.get_attribute("data-iteration") or 0)
    page.wait_for_function(
        "then => Number(document.querySelector('.latent-player').dataset.iteration) > then + 10",
        arg=iteration,
    )
    after = page.evaluate(PIXELS)
    assert before[0] != after[0]
    assert before[1] != after[1]
    page.click(PLAY)
    frame = int(player.get_attribute("data-frame") or -1)
    rests(page, frame)
    check_shown(page, standard(), frame)


def test_it_opens_at_the_end_and_play_starts_over_and_stops_there(page: Page, url: str) -> None:
    player = visit(page, url)
    rests(page, 120)
    check_shown(page, standard(), 120)
    expect(page.locator(".latent-player-time")).to_have_text("240 / 240")
    # At 8x it would be over in half a second, perhaps before anybody has looked.
    page.locator(f"{PLAYER} select").select_option("0.25")
    page.click(PLAY)
    expect(player).to_have_attribute("data-state", "playing")
    page.wait_for_function("Number(document.querySelector('.latent-player').dataset.frame) < 100")
    page.locator(f"{PLAYER} select").select_option("8")
    rests(page, 120)


def test_a_live_run_that_ends_stays_on_its_last_frame(page: Page, url: str) -> None:
    """Which kinds of view and iterations were shown, and how much the page moved meanwhile."""
    page.add_init_script(
        """window.seen = []; window.shifted = 0;
        new PerformanceObserver((list) => {
          for (const { value, startTime } of list.getEntries()) {
            if (seen.length > 1) shifted += value;
          }
        }).observe({ type: 'layout-shift' });
        requestAnimationFrame(function look() {
          const player = document.querySelector('.latent-player');
          const now = `${player?.dataset.kind} ${player?.dataset.iteration}`;
          if (player?.dataset.kind && seen.at(-1) !== now) seen.push(now);
          requestAnimationFrame(look);
        });"""
    )
    player = visit(page, url, "ends")
    node = player.element_handle()
    page.get_by_role("button", name="Axes: same for all").click()
    page.get_by_role("button", name="Numerals").click()
    expect(page.get_by_text("the end")).to_be_visible()
    expect(page.locator(f'{PLAYER}[data-state="paused"][data-frame="120"]')).to_be_visible()
    assert page.evaluate("seen.filter((now) => now.startsWith('replay'))") == ["replay 240"]
    assert page.evaluate("seen").index("replay 240") == len(page.evaluate("seen")) - 1
    assert page.evaluate("seen.some((now) => now.startsWith('live'))")
    assert node.evaluate("node => node === document.querySelector('.latent-player')")
    assert page.evaluate("shifted") < 0.02
    # What the visitor had set is still set.
    for name in ("Axes: same for all", "Numerals"):
        expect(page.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(PLAY)).to_be_enabled()
    page.get_by_role("button", name="Dots").click()
    rests(page, 120)
    check_shown(page, standard(), 120)


def test_what_is_scrubbed_to_is_the_recordings_frame(page: Page, url: str) -> None:
    visit(page, url)
    rests(page, 120)
    recording = standard()
    slider = page.locator(f"{PLAYER} input[type=range]")
    for frame in (60, 7, 0, 119):
        slider.fill(str(frame))
        rests(page, frame)
        check_shown(page, recording, frame)
        expect(page.locator(".latent-player-time")).to_have_text(f"{2 * frame} / 240")
    kl = recording.kl[119]
    heads = page.locator(".latent-player-heads [data-measure=kl]")
    expect(heads).to_have_text([f"KL {value:.3f} nats" for value in kl])


def test_a_real_run_is_shown_as_it_was(page: Page, url: str) -> None:
    visit(page, url, "real")
    recording = real_recording(digits=300, iterations=150)
    press(page, "End")
    rests(page, 150)
    check_shown(page, recording, 150)
    press(page, "Home", *["Shift+ArrowRight"] * 7)
    rests(page, 70)
    check_shown(page, recording, 70)
    # The run measured agreement every 50 iterations; in between the browser does.
    labels = torch.from_numpy(recording.labels)
    measured = page.locator(".latent-player-heads [data-measure=agreement]")
    for panel, positions in enumerate(recording.positions[70]):
        near = nearest_on_map(torch.from_numpy(positions).float(), 5)
        wanted = 100 * label_agreement(near, labels)
        # Numbers are looked for four times a second; until then an older frame's may be there.
        until(
            lambda panel=panel, wanted=wanted: (
                percent(measured.nth(panel)) == pytest.approx(wanted, abs=0.3)
            )
        )


def percent(element: Locator) -> float | None:
    """The percentage in a text, if there is one."""
    found = re.search(r"[\d.]+(?= %)", element.inner_text())
    return float(found.group()) if found else None


def test_keys(page: Page, url: str) -> None:
    player = visit(page, url)
    rests(page, 120)
    press(page, "Home")
    rests(page, 0)
    press(page, "ArrowRight", "ArrowRight", "ArrowLeft")
    rests(page, 1)
    press(page, "Shift+ArrowRight")
    rests(page, 11)
    press(page, "End")
    rests(page, 120)
    page.locator(f"{PLAYER} input[type=range]").focus()
    page.keyboard.press("PageDown")
    rests(page, 110)
    page.keyboard.press("ArrowDown")
    rests(page, 109)
    press(page, "Home", "Space")
    expect(player).to_have_attribute("data-state", "playing")
    press(page, "Space")
    expect(player).to_have_attribute("data-state", "paused")


def test_loop(page: Page, url: str) -> None:
    player = visit(page, url)
    page.get_by_role("button", name="Loop").click()
    page.locator(f"{PLAYER} select").select_option("8")
    page.click(PLAY)
    for condition in ("> 90", "< 60", "> 90"):
        page.wait_for_function(
            f"Number(document.querySelector('.latent-player').dataset.frame) {condition}"
        )
    expect(player).to_have_attribute("data-state", "playing")


def test_a_rerun_sends_next_to_nothing_and_disturbs_nothing(page: Page, url: str) -> None:
    received: list[int] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))),
    )
    player = visit(page, url, "big")
    assert 1_000_000 < sum(received) < 4_000_000
    node = player.element_handle()
    page.click(PLAY)
    expect(player).to_have_attribute("data-state", "playing")
    received.clear()
    frame = int(player.get_attribute("data-frame") or 0)
    page.get_by_role("button", name="Rerun").click()
    expect(page.get_by_text("runs=2")).to_be_visible()
    assert sum(received) < 30_000
    assert node.evaluate("node => node === document.querySelector('.latent-player')")
    expect(player).to_have_attribute("data-state", "playing")
    assert int(player.get_attribute("data-frame") or 0) >= frame


def test_another_recording_takes_its_place(page: Page, url: str) -> None:
    player = visit(page, url)
    node = player.element_handle()
    press(page, "End")
    rests(page, 120)
    page.mouse.click(*place(page, 0, 7))
    said = page.locator(SAID).last
    expect(said).to_have_text(re.compile(r"point=\d+"))
    page.get_by_role("button", name="Another run").click()
    expect(said).to_have_text(re.compile(r"point=None lasso=0 iteration=(None|30)$"))
    rests(page, 30)
    check_shown(page, moving_clusters(count=200, frames=31, seed=5), 30)
    expect(page.get_by_role("region", name="The followed digit")).to_be_hidden()
    page.get_by_role("button", name="Another run").click()
    press(page, "End")
    rests(page, 120)
    assert node.evaluate("node => node === document.querySelector('.latent-player')")
    # What was chosen when this recording was shown before is not chosen now.
    expect(said).to_have_text(re.compile(r"point=None lasso=0 iteration=(None|240)$"))


def test_the_script_is_found_under_a_base_path(page: Page, serve: Serve) -> None:
    with serve(APP, {"STREAMLIT_SERVER_BASE_URL_PATH": "lab"}) as server:
        visit(page, server.url)
        rests(page, 120)
        page.goto("about:blank")  # a page that loses its server complains
