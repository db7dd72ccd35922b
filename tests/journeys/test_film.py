"""The film in a browser: what a frame looks like, what moves it, and that no server is asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.film_page import (
    LAST,
    MORE,
    NOTE_FRAMES,
    expect_frame,
    film,
    frames,
    known,
    rgba,
    slider,
    x_of,
)

if TYPE_CHECKING:
    from tests.journeys.conftest import AppUrl, NewPage

APP = Path(__file__).parent / "apps" / "film_app.py"


@pytest.fixture
def url(app_url: AppUrl) -> str:
    return app_url(APP)


@pytest.fixture
def visit(url: str, settled: Callable[[Page], None]) -> Callable[..., None]:
    """Opens one case of the app and waits until its film is drawn."""

    def go(page: Page, case: str = "", *, frame: int = LAST) -> None:
        page.goto(f"{url}/?case={case}")
        settled(page)
        expect_frame(page, frame)

    return go


def test_a_canvas_shows_the_pixels_that_were_sent(page: Page, visit: Callable[..., None]) -> None:
    visit(page)
    shown = rgba(page, 0)
    assert (shown[..., :3] == known(LAST)[..., None]).all()
    assert (shown[..., 3] == 255).all()
    slider(page).press("Home")
    expect_frame(page, 0)
    assert (rgba(page, 0)[..., :3] == known(0)[..., None]).all()


def test_frames_switch_while_the_mouse_is_down_and_ask_nobody(
    page: Page, visit: Callable[..., None]
) -> None:
    sent = frames(page, "framesent")
    visit(page)
    before = len(sent)
    box = slider(page).bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(x_of(page, LAST), y)
    page.mouse.down()
    for frame in (8, 3, 5, 0, 6):
        page.mouse.move(x_of(page, frame), y)
        expect_frame(page, frame)
        expect(film(page).locator(".now")).to_have_text(str(frame))
        assert (rgba(page, 0)[..., 0] == known(frame)).all()
    page.mouse.up()
    expect_frame(page, 6)
    assert len(sent) == before
    expect(page.get_by_text("run=1", exact=True)).to_be_visible()


def test_the_keyboard_moves_and_plays(page: Page, visit: Callable[..., None]) -> None:
    visit(page)
    handle = slider(page)
    handle.press("ArrowLeft")
    expect_frame(page, LAST - 1)
    expect(handle).to_have_attribute("aria-valuetext", str(LAST - 1))
    page.get_by_role("button", name="Play").press("ArrowLeft")  # also from beside the slider
    expect_frame(page, LAST - 2)
    handle.press("Home")
    expect_frame(page, 0)

    visit(page, "morph", frame=0)  # which plays there and back
    handle.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.wait_for_function("film => film.dataset.frame > 0", arg=film(page).element_handle())
    handle.press("Space")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_playing_shows_every_frame_once_and_stops_at_the_end(
    page: Page, visit: Callable[..., None]
) -> None:
    visit(page)
    film(page).evaluate(NOTE_FRAMES)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(f"window.frames_shown.at(-1) === {LAST}")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert page.evaluate("window.frames_shown") == list(range(LAST + 1))


def test_moving_the_slider_stops_it(page: Page, visit: Callable[..., None]) -> None:
    visit(page, "morph", frame=0)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("film => film.dataset.frame > 2", arg=film(page).element_handle())
    slider(page).press("Home")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect_frame(page, 0)
    slider(page).press("Space")
    slider(page).click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_bouncing_goes_there_and_back_once(page: Page, visit: Callable[..., None]) -> None:
    visit(page, "morph", frame=0)
    slider(page).press("End")
    slider(page).press("ArrowLeft")
    film(page).evaluate(NOTE_FRAMES)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("window.frames_shown.includes(0)")
    page.wait_for_timeout(200)  # enough for six frames, if it went on
    assert page.evaluate("window.frames_shown") == list(range(60, -1, -1))
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.emulate_media(reduced_motion="reduce")
    slider(page).press("End")
    slider(page).press("ArrowLeft")
    slider(page).press("Space")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect_frame(page, 60)  # less motion: it plays once


def test_nothing_plays_by_itself(page: Page, visit: Callable[..., None]) -> None:
    visit(page, "morph", frame=0)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect(film(page).locator(".now")).to_have_text("0.00")


def test_a_rerun_keeps_the_position_and_sends_no_pictures(
    page: Page, visit: Callable[..., None]
) -> None:
    received = frames(page, "framereceived")
    visit(page)
    pictures = len(known(0).tobytes()) * (LAST + 1)
    assert sum(map(len, received)) > pictures
    slider(page).press("Home")
    slider(page).press("ArrowRight")
    received.clear()
    page.get_by_role("button", name="Run again").click()
    expect(page.get_by_text("run=2", exact=True)).to_be_visible()
    expect_frame(page, 1)
    assert sum(map(len, received)) < pictures / 4


def test_new_pictures_keep_the_position(page: Page, visit: Callable[..., None]) -> None:
    visit(page)
    slider(page).press("Home")
    slider(page).press("ArrowRight")
    canvas = page.locator(".film .picture").first.element_handle()
    page.get_by_text("Other pictures").click()
    page.wait_for_function(
        "canvas => canvas.getContext('2d').getImageData(0, 0, 1, 1).data[0] === 12", arg=canvas
    )
    expect_frame(page, 1)
    assert (rgba(page, 0)[..., 0] == known(1, shift=5)).all()


def test_more_frames_move_only_who_stands_at_the_end(
    page: Page, visit: Callable[..., None]
) -> None:
    visit(page)
    more = page.get_by_text("Three more frames")
    more.click()
    expect_frame(page, MORE)
    more.click()
    expect_frame(page, LAST)
    slider(page).press("Home")
    more.click()
    expect(slider(page)).to_have_attribute("max", str(MORE))
    expect_frame(page, 0)


def test_a_film_can_leave_while_it_plays(page: Page, visit: Callable[..., None]) -> None:
    visit(page, "morph", frame=0)
    page.get_by_role("button", name="Play").click()
    page.get_by_text("Show the film").click()
    expect(film(page)).to_have_count(0)
    page.get_by_text("Show the film").click()
    expect_frame(page, 0)


def test_colours_follow_the_theme(page: Page, visit: Callable[..., None]) -> None:
    visit(page)
    heat, weights = rgba(page, 1), rgba(page, 2)
    zero = tuple(int(value) for value in weights[0, 0])  # sin(0) is level 128
    assert zero == (255, 255, 255, 255)
    page.emulate_media(color_scheme="dark")
    first = page.locator(".film .picture").nth(2).element_handle()
    page.wait_for_function(
        "canvas => canvas.getContext('2d').getImageData(0, 0, 1, 1).data[0] < 64", arg=first
    )
    # What is far from zero stands out from the page: darkest on light, brightest on dark.
    far = weights[..., :3].astype(int).sum(-1) < 300
    assert rgba(page, 2)[far][:, :3].astype(int).sum(-1).min() > 300
    assert (rgba(page, 1) == heat).all()


def test_pictures_have_names(page: Page, visit: Callable[..., None]) -> None:
    visit(page)
    expect(page.get_by_role("group", name="Pictures of every epoch.")).to_be_visible()
    expect(page.get_by_role("img", name="Codes, Epoch 11")).to_be_visible()
    expect(page.get_by_role("slider", name="Epoch", exact=True)).to_be_visible()
    slider(page).press("Home")
    expect(page.get_by_role("img", name="Codes, Epoch 0")).to_be_visible()


def test_one_frame_needs_no_slider(page: Page, visit: Callable[..., None]) -> None:
    visit(page, "still", frame=0)
    expect(page.get_by_role("img", name="One picture")).to_be_visible()
    expect(slider(page)).to_be_hidden()


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_pictures_keep_their_shape_in_whole_multiples(
    new_page: NewPage, visit: Callable[..., None], width: int
) -> None:
    page = new_page(width, 900)
    visit(page)
    for strip, most in enumerate([2000, 480, 2000]):
        canvas = page.locator(".film .picture").nth(strip)
        own = canvas.evaluate("({ width, height }) => [width, height]")
        box = canvas.bounding_box()
        assert box is not None
        assert box["width"] <= most
        assert box["width"] % own[0] == 0
        assert box["height"] / own[1] == box["width"] / own[0]


def test_a_row_of_digits_is_folded_on_a_phone(
    new_page: NewPage, visit: Callable[..., None]
) -> None:
    phone = new_page(390, 844)
    visit(phone)
    folded = rgba(phone, 2)
    assert folded.shape == (58 + 6 + 58, 148, 4)
    assert (folded[58:64] == 0).all(), "nothing between the parts"
    phone.set_viewport_size({"width": 1440, "height": 900})
    canvas = phone.locator(".film .picture").nth(2).element_handle()
    phone.wait_for_function("canvas => canvas.width === 298", arg=canvas)
    whole = rgba(phone, 2)
    assert (folded[:58] == whole[:, :148]).all()
    assert (folded[64:] == whole[:, 150:]).all()
    assert (whole[..., 3] == 255).all()


def test_a_small_picture_leaves_its_words_room(page: Page, visit: Callable[..., None]) -> None:
    visit(page, "still", frame=0)
    picture = page.locator(".film .picture").bounding_box()
    title = page.locator(".film .title").bounding_box()
    assert picture is not None
    assert title is not None
    assert picture["width"] == 7 * 28, "of 220 px as many as are a whole multiple"
    assert title["width"] == 320


def test_a_phone_shows_it_all_and_keeps_the_slider_in_sight(
    new_page: NewPage, visit: Callable[..., None]
) -> None:
    phone = new_page(390, 844, has_touch=True, is_mobile=True)
    visit(phone, "long")
    for element in (*phone.locator(".film .picture").all(), slider(phone)):
        box = element.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    phone.locator(".film .picture").nth(7).scroll_into_view_if_needed()
    expect(slider(phone)).to_be_in_viewport()
