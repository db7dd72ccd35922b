"""The t-SNE player in a browser: what moves, what rests, what a visitor can find out."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from app.components.player import Recording
from core.quality import label_agreement, nearest_neighbours
from tests.recordings import moving_clusters, real_recording

if TYPE_CHECKING:
    from tests.journeys.conftest import NewPage, Serve

APP = Path(__file__).parent / "apps" / "player_app.py"
PLAYER = ".latent-player"
PLOT = ".latent-player-plot"
PLAY = ".latent-player-play"
COVERED = ".latent-player-covered"
SAID = "[data-testid=stText]"

STANDARD = {"count": 300, "frames": 121, "every": 2}

# A number for what the canvas shows of each half of the stage: it changes when points move.
PIXELS = """() => {
  const canvas = document.querySelector('.latent-player-overlay');
  const half = canvas.width / 2;
  return [0, 1].map((side) => {
    const { data } = canvas.getContext('2d').getImageData(side * half, 0, half, canvas.height);
    return data.reduce((sum, byte, i) => (sum + byte * (i % 8191)) % 1e9, 0);
  });
}"""
# Counts frames for a while: [drawn, asked for by the browser, seconds].
RATE = """async (milliseconds) => {
  const player = document.querySelector('.latent-player');
  const begin = performance.now();
  const before = Number(player.dataset.drawn);
  let frames = 0;
  await new Promise((done) => requestAnimationFrame(function next() {
    frames += 1;
    if (performance.now() - begin < milliseconds) requestAnimationFrame(next);
    else done();
  }));
  const seconds = (performance.now() - begin) / 1000;
  return [Number(player.dataset.drawn) - before, frames, seconds];
}"""


@pytest.fixture(scope="module")
def url(serve: Serve) -> Iterator[str]:
    with serve(APP) as server:
        yield server.url


@pytest.fixture
def visit(url: str) -> Callable[..., Locator]:
    """Opens one case of the app, waits until its axes are drawn, and gives the player."""

    def go(page: Page, case: str = "") -> Locator:
        page.goto(f"{url}/?case={case}")
        expect(page.locator(f"{PLOT} .xtick text").first).to_be_visible(timeout=60_000)
        return page.locator(PLAYER)

    return go


def press(page: Page, *keys: str) -> None:
    page.locator(".latent-player-stage").focus()
    for key in keys:
        page.keyboard.press(key)


def rests(page: Page, frame: int) -> None:
    """Waits until a frame is at rest, so that Plotly has its points."""
    at_rest = f'{PLAYER}[data-state="paused"][data-frame="{frame}"]'
    expect(page.locator(at_rest)).to_be_visible(timeout=30_000)
    expect(page.locator(COVERED)).to_have_count(0)


def shown(page: Page) -> np.ndarray:
    """The positions that Plotly shows, (P, N, 2)."""
    columns = page.evaluate(
        """() => document.querySelector('.latent-player-plot').data.map(
          ({x, y}) => [[...x], [...y]].map((column) => column.map((v) => isNaN(v) ? null : v)))"""
    )
    return np.array(columns, dtype=float).transpose(0, 2, 1)


def views(page: Page) -> list[list[float]]:
    """The ranges of x and y of both panels."""
    return page.evaluate(
        """() => {
          const { layout } = document.querySelector('.latent-player-plot');
          return ['xaxis', 'yaxis', 'xaxis2', 'yaxis2'].map((name) => [...layout[name].range]);
        }"""
    )


def place(page: Page, panel: int, point: int) -> tuple[float, float]:
    """Where a digit is on the screen, of those that Plotly shows."""
    x, y = page.evaluate(
        """([panel, point]) => {
          const plot = document.querySelector('.latent-player-plot');
          const { left, top } = plot.getBoundingClientRect();
          const name = panel ? panel + 1 : '';
          const { [`xaxis${name}`]: x, [`yaxis${name}`]: y } = plot._fullLayout;
          const trace = plot.data[panel];
          return [left + x._offset + x.l2p(trace.x[point]), top + y._offset + y.l2p(trace.y[point])];
        }""",
        [panel, point],
    )
    return x, y


def lasso(page: Page, panel: int) -> None:
    """Draws around the right half of a panel."""
    box = page.locator(f"{PLOT} .nsewdrag").nth(panel).bounding_box()
    assert box is not None
    left, right = box["x"] + box["width"] / 2, box["x"] + box["width"] - 4
    top, bottom = box["y"] + 4, box["y"] + box["height"] - 4
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, (top + bottom) / 2)):
        page.mouse.move(x, y, steps=4)
    page.mouse.up()


def check_shown(page: Page, recording: Recording, frame: int) -> None:
    """What is shown is the recording's frame, but for the half step that packing may lose."""
    positions = recording.positions[frame].astype(np.float32)
    error = np.abs(shown(page) - positions).max(axis=(1, 2))
    assert (error <= np.abs(positions).max(axis=(1, 2)) / 65_534 * 1.01).all()


def test_play_moves_both_maps(page: Page, visit: Callable[..., Locator]) -> None:
    player = visit(page)
    press(page, "Home")
    rests(page, 0)
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
    check_shown(page, moving_clusters(**STANDARD), frame)


def test_it_plays_by_itself_and_stops_at_the_end(page: Page, visit: Callable[..., Locator]) -> None:
    player = visit(page)
    expect(player).to_have_attribute("data-state", "playing")
    page.locator(f"{PLAYER} select").select_option("8")
    rests(page, 120)
    expect(page.locator(".latent-player-time")).to_have_text("240 / 240")
    page.click(PLAY)  # from the start again
    expect(player).to_have_attribute("data-state", "playing")
    page.wait_for_function("Number(document.querySelector('.latent-player').dataset.frame) < 100")


def test_who_asked_for_less_motion_sees_the_result(
    new_page: NewPage, visit: Callable[..., Locator]
) -> None:
    page = new_page(reduced_motion="reduce")
    visit(page)
    rests(page, 120)
    check_shown(page, moving_clusters(**STANDARD), 120)


def test_what_is_scrubbed_to_is_the_recordings_frame(
    page: Page, visit: Callable[..., Locator]
) -> None:
    visit(page, "end")
    rests(page, 120)
    recording = moving_clusters(**STANDARD)
    slider = page.locator(f"{PLAYER} input[type=range]")
    for frame in (60, 7, 0, 119):
        slider.fill(str(frame))
        rests(page, frame)
        check_shown(page, recording, frame)
        expect(page.locator(".latent-player-time")).to_have_text(f"{2 * frame} / 240")
    kl = recording.kl[119]
    heads = page.locator(".latent-player-heads [data-measure=kl]")
    expect(heads).to_have_text([f"KL(P‖Q) {value:.3f} nats" for value in kl])


def test_a_real_run_is_shown_as_it_was(page: Page, visit: Callable[..., Locator]) -> None:
    visit(page, "real")
    recording = real_recording(digits=300, iterations=150)
    press(page, "End")
    rests(page, 150)
    check_shown(page, recording, 150)
    press(page, "Home", *["PageUp"] * 0, *["Shift+ArrowRight"] * 7)
    rests(page, 70)
    check_shown(page, recording, 70)
    # The run measured agreement every 50 iterations; in between the browser does.
    labels = torch.from_numpy(recording.labels)
    measured = page.locator(".latent-player-heads [data-measure=agreement]")
    for panel, positions in enumerate(recording.positions[70]):
        near = nearest_neighbours(torch.from_numpy(positions).float(), 5)
        expect(measured.nth(panel)).to_have_text(re.compile(r"\d"))
        page.wait_for_timeout(300)  # numbers are looked for four times a second
        percent = float(re.findall(r"[\d.]+(?=%)", measured.nth(panel).inner_text())[0])
        assert percent == pytest.approx(100 * label_agreement(near, labels), abs=0.3)


def test_keys(page: Page, visit: Callable[..., Locator]) -> None:
    player = visit(page, "end")
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


def test_loop(page: Page, visit: Callable[..., Locator]) -> None:
    player = visit(page, "end")
    page.get_by_role("button", name="Loop").click()
    page.locator(f"{PLAYER} select").select_option("8")
    page.click(PLAY)
    for condition in ("> 90", "< 60", "> 90"):
        page.wait_for_function(
            f"Number(document.querySelector('.latent-player').dataset.frame) {condition}"
        )
    expect(player).to_have_attribute("data-state", "playing")


def test_a_lasso_selects_the_same_digits_everywhere(
    page: Page, visit: Callable[..., Locator]
) -> None:
    visit(page, "end")
    rests(page, 120)
    positions = shown(page)
    (left, right), *_ = views(page)
    lasso(page, 0)
    expected = np.flatnonzero(positions[0, :, 0] > (left + right) / 2)
    assert 50 < len(expected) < 250
    expect(page.locator(SAID).last).to_have_text(f"point=None lasso={len(expected)} iteration=240")
    rests(page, 120)
    selected = page.evaluate(
        "() => document.querySelector('.latent-player-plot').data.map((t) => [...t.selectedpoints])"
    )
    assert selected == [expected.tolist()] * 2
    lassoed = page.get_by_role("region", name="The selected digits")
    expect(lassoed).to_contain_text(f"{len(expected)} digits selected")
    page.keyboard.press("Escape")
    expect(lassoed).to_be_hidden()
    expect(page.locator(SAID).last).to_have_text("point=None lasso=0 iteration=240")


def test_a_hidden_class_is_neither_seen_nor_selected(
    page: Page, visit: Callable[..., Locator]
) -> None:
    visit(page, "end")
    rests(page, 120)
    labels = moving_clusters(**STANDARD).labels
    entry = page.get_by_role("button", name="0", exact=True)
    entry.click()
    expect(entry).to_have_attribute("aria-pressed", "false")
    rests(page, 120)
    np.testing.assert_array_equal(np.isnan(shown(page)[:, :, 0]), [labels == 0] * 2)
    lasso(page, 1)  # class 0 is on the right
    chips = page.locator(".latent-player-chips")
    expect(chips).to_contain_text("× 1")
    expect(chips).not_to_contain_text("× 0")
    page.get_by_role("button", name="3", exact=True).dblclick()  # that class alone
    rests(page, 120)
    np.testing.assert_array_equal(np.isnan(shown(page)[0, :, 0]), labels != 3)


def test_hovering_shows_the_digit(page: Page, visit: Callable[..., Locator]) -> None:
    visit(page, "end")
    rests(page, 120)
    x, y = place(page, 1, 42)
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y)
    card = page.locator(".latent-player-card")
    expect(card).to_be_visible()
    point = int(card.get_attribute("data-point") or -1)
    recording = moving_clusters(**STANDARD)
    expect(card).to_contain_text(f"a {recording.labels[point]}")
    expect(card).to_contain_text(f"no. {point}")
    pixels = card.locator("canvas").evaluate(
        "c => [...c.getContext('2d').getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0)"
    )
    assert pixels == recording.pictures[point].tolist()
    page.mouse.move(5, 5)
    expect(card).to_be_hidden()


def test_a_click_follows_a_digit(page: Page, visit: Callable[..., Locator]) -> None:
    visit(page, "end")
    rests(page, 120)
    recording = moving_clusters(**STANDARD)
    before = page.evaluate(PIXELS)
    page.mouse.click(*place(page, 0, 7))
    said = page.locator(SAID).last
    expect(said).to_have_text(re.compile(r"point=\d+ lasso=0 iteration=240"))
    point = int(said.inner_text().split()[0].removeprefix("point="))
    after = page.evaluate(PIXELS)
    assert before[0] != after[0], "no trail on the first map"
    assert before[1] != after[1], "no trail on the second map"
    positions = shown(page)
    followed = page.get_by_role("region", name="The followed digit")
    for panel in (0, 1):
        distance = np.linalg.norm(positions[panel] - positions[panel, point], axis=1)
        nearest = np.argsort(distance)[1:9].tolist()
        tiles = followed.locator(f"[data-neighbour^='{panel} ']")
        listed = [tile.get_attribute("data-neighbour") for tile in tiles.all()]
        assert listed == [f"{panel} {other}" for other in nearest]
    tiles.first.click()  # go on to a neighbour
    expect(said).to_have_text(f"point={nearest[0]} lasso=0 iteration=240")
    expect(followed).to_contain_text(f"a {recording.labels[nearest[0]]}, no. {nearest[0]}")
    page.get_by_role("button", name="Clear selection").click()
    expect(followed).to_be_hidden()
    page.get_by_role("button", name="Follow any digit").click()
    expect(followed).to_be_visible()


def test_axes_can_follow(page: Page, visit: Callable[..., Locator]) -> None:
    visit(page, "end")
    rests(page, 120)
    fixed = views(page)
    press(page, "Home")
    rests(page, 0)
    assert views(page) == fixed
    page.get_by_role("button", name="Follow", exact=True).click()
    rests(page, 0)
    close = views(page)
    assert close[0][1] - close[0][0] < 0.6 * (fixed[0][1] - fixed[0][0])
    page.click(PLAY)
    page.wait_for_function(
        "from => { const { range } = document.querySelector('.latent-player-plot').layout.xaxis;"
        " return range[1] - range[0] > 1.3 * from; }",
        arg=close[0][1] - close[0][0],
    )
    press(page, "End")
    rests(page, 120)
    places = shown(page)
    for panel, (x, y) in enumerate((views(page)[:2], views(page)[2:])):
        low, high = places[panel].min(axis=0), places[panel].max(axis=0)
        assert x[0] < low[0] < high[0] < x[1]
        assert y[0] < low[1] < high[1] < y[1]


@pytest.mark.parametrize("marks", ["Numerals", "Pictures"])
def test_digits_can_be_drawn_as_what_they_are(
    page: Page, visit: Callable[..., Locator], marks: str
) -> None:
    visit(page, "end")
    rests(page, 120)
    dots = page.evaluate(PIXELS)
    page.get_by_role("button", name=marks).click()
    page.wait_for_function(f"dots => ({PIXELS})()[0] !== dots[0]", arg=dots)
    expect(page.locator(COVERED)).to_have_count(1)  # the canvas has them, not Plotly


def test_a_zoom_lives_through_reruns_and_can_be_undone(
    page: Page, visit: Callable[..., Locator]
) -> None:
    visit(page, "end")
    rests(page, 120)
    whole = views(page)
    plot = page.locator(PLOT)
    page.locator(f"{PLOT} [data-title=Zoom]").click()
    box = page.locator(f"{PLOT} .nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 200, steps=5)
    page.mouse.up()
    page.wait_for_function(
        "from => document.querySelector('.latent-player-plot').layout.xaxis.range[0] > from + 0.1",
        arg=whole[0][0],
    )
    expect(plot).to_be_visible()
    x, y, *other = views(page)
    assert other == whole[2:]
    # One unit is as long across as up.
    assert (x[1] - x[0]) / box["width"] == pytest.approx((y[1] - y[0]) / box["height"], rel=0.01)
    page.get_by_role("button", name="Rerun").click()
    expect(page.get_by_text("runs=2")).to_be_visible()
    press(page, "Home")
    rests(page, 0)
    assert views(page)[:2] == [x, y]
    page.locator(f"{PLOT} [data-title='Show everything']").click()
    page.wait_for_function(
        "from => document.querySelector('.latent-player-plot').layout.xaxis.range[0] === from",
        arg=whole[0][0],
    )


def test_a_rerun_sends_next_to_nothing_and_disturbs_nothing(
    page: Page, visit: Callable[..., Locator]
) -> None:
    received: list[int] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))),
    )
    player = visit(page, "big")
    assert 1_000_000 < sum(received) < 4_000_000
    node = player.element_handle()
    expect(player).to_have_attribute("data-state", "playing")
    received.clear()
    frame = int(player.get_attribute("data-frame") or 0)
    page.get_by_role("button", name="Rerun").click()
    expect(page.get_by_text("runs=2")).to_be_visible()
    assert sum(received) < 30_000
    assert node.evaluate("node => node === document.querySelector('.latent-player')")
    expect(player).to_have_attribute("data-state", "playing")
    assert int(player.get_attribute("data-frame") or 0) >= frame


def test_another_recording_takes_its_place(page: Page, visit: Callable[..., Locator]) -> None:
    player = visit(page)
    node = player.element_handle()
    press(page, "End")
    rests(page, 120)
    page.mouse.click(*place(page, 0, 7))
    said = page.locator(SAID).last
    expect(said).to_have_text(re.compile(r"point=\d+"))
    page.get_by_role("button", name="Another run").click()
    expect(said).to_have_text("point=None lasso=0 iteration=None")
    press(page, "End")
    rests(page, 30)
    check_shown(page, moving_clusters(count=200, frames=31, seed=5), 30)
    expect(page.get_by_role("region", name="The followed digit")).to_be_hidden()
    page.get_by_role("button", name="Another run").click()
    press(page, "End")
    rests(page, 120)
    assert node.evaluate("node => node === document.querySelector('.latent-player')")
    # What was chosen when this recording was shown before is not chosen now.
    expect(said).to_have_text("point=None lasso=0 iteration=240")


def test_a_diverged_map_is_said_to_be(page: Page, visit: Callable[..., Locator]) -> None:
    visit(page, "diverged")
    press(page, "End")
    rests(page, 59)
    assert np.isnan(shown(page)[1]).all()
    assert np.isfinite(shown(page)[0]).all()
    heads = page.locator(".latent-player-heads [data-measure=kl]")
    expect(heads.last).to_have_text("KL(P‖Q) diverged")
    press(page, "Home")
    rests(page, 0)
    assert np.isfinite(shown(page)).all()


def test_four_maps_stand_two_by_two(page: Page, visit: Callable[..., Locator]) -> None:
    visit(page, "four")
    boxes = [panel.bounding_box() for panel in page.locator(f"{PLOT} .nsewdrag").all()]
    assert len(boxes) == 4
    assert len({round(box["x"]) for box in boxes if box}) == 2
    assert len({round(box["y"]) for box in boxes if box}) == 2


def test_the_player_follows_the_theme(page: Page, visit: Callable[..., Locator]) -> None:
    player = visit(page, "end")
    rests(page, 120)
    node = player.element_handle()
    ink = "() => document.querySelector('.latent-player-plot').layout.font.color"
    light = page.evaluate(ink)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"light => ({ink})() !== light", arg=light)
    rests(page, 120)
    assert node.evaluate("node => node.isConnected")
    line = "() => document.querySelector('.latent-player-curves-plot').layout.font.color"
    assert page.evaluate(line) == page.evaluate(ink)


def test_on_a_phone_everything_fits_and_a_tap_follows(
    new_page: NewPage, visit: Callable[..., Locator]
) -> None:
    phone = new_page(390, 844, has_touch=True, is_mobile=True)
    visit(phone, "end")
    rests(phone, 120)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = [panel.bounding_box() for panel in phone.locator(f"{PLOT} .nsewdrag").all()]
    assert len({round(box["x"]) for box in boxes if box}) == 1
    edges = phone.locator(
        f"{PLAYER} :is(button, select, output, canvas, .modebar-btn)"
    ).evaluate_all("nodes => nodes.map((node) => node.getBoundingClientRect().right)")
    assert max(edges) <= 390
    phone.locator(".latent-player-heads").scroll_into_view_if_needed()
    phone.touchscreen.tap(*place(phone, 0, 7))
    expect(phone.get_by_role("region", name="The followed digit")).to_be_visible()
    expect(phone.locator(".latent-player-card")).to_be_visible()


def test_the_maps_can_be_downloaded(page: Page, visit: Callable[..., Locator]) -> None:
    visit(page, "end")
    rests(page, 120)
    with page.expect_download() as download:
        page.locator(f"{PLOT} [data-title='Download as PNG']").click()
    assert download.value.suggested_filename == "maps.png"
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")


def test_a_player_that_leaves_cleans_up(page: Page, visit: Callable[..., Locator]) -> None:
    visit(page)
    plot = page.locator(PLOT).element_handle()
    page.get_by_text("Show the maps").click()
    expect(page.locator(PLAYER)).to_have_count(0)
    page.wait_for_function("plot => !plot._fullLayout", arg=plot)  # what Plotly.purge leaves
    page.get_by_text("Show the maps").click()
    expect(page.locator(f"{PLOT} .xtick text").first).to_be_visible()


def test_without_plotly_there_is_a_sentence(
    page: Page, url: str, console_errors: list[str]
) -> None:
    page.goto(f"{url}/?case=missing")
    expect(page.get_by_text("The axes could not be drawn")).to_be_visible(timeout=60_000)
    expect(page.locator(PLAYER)).to_have_attribute("data-state", "error")
    assert len(console_errors) == 1
    assert "module script" in console_errors.pop()


def test_many_frames_are_drawn(
    page: Page, visit: Callable[..., Locator], record_property: Callable[[str, Any], None]
) -> None:
    """Fifty a second are wanted of two times 1,000 points; how busy the machine is, is its own."""
    visit(page, "big")
    press(page, "Home", "Space")
    drawn, asked, seconds = page.evaluate(RATE, 3000)
    record_property("frames_per_second", round(drawn / seconds, 1))
    print(f"replay: {drawn / seconds:.1f} frames a second of {asked / seconds:.1f}")
    assert drawn >= 15
    assert drawn >= 0.9 * asked - 2


def test_live_maps_glide_from_tick_to_tick(
    page: Page, visit: Callable[..., Locator], record_property: Callable[[str, Any], None]
) -> None:
    received: list[int] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))),
    )
    player = visit(page, "live")
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
    drawn, asked, seconds = page.evaluate(RATE, 3000)
    record_property("frames_per_second", round(drawn / seconds, 1))
    print(f"live: {drawn / seconds:.1f} frames a second of {asked / seconds:.1f}")
    assert drawn > 2 * ticks, "more than one frame a tick: it glides"
    assert node.evaluate("node => node === document.querySelector('.latent-player')")
    expect(page.locator(".latent-player-heads [data-measure=kl]").first).to_have_text(
        re.compile(r"KL\(P‖Q\) \d\.\d{3} nats")
    )


def test_live_axes_grow_with_the_maps(page: Page, visit: Callable[..., Locator]) -> None:
    visit(page, "live")
    first = views(page)[0]
    page.wait_for_function(
        "from => { const { range } = document.querySelector('.latent-player-plot').layout.xaxis;"
        " return range[1] - range[0] > 1.1 * from; }",
        arg=first[1] - first[0],
        timeout=60_000,
    )
    assert math.isfinite(views(page)[0][1])
