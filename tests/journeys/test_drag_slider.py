"""The drag slider in a browser: values reach Python while the mouse is down, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.drag_slider_page import (
    conversation,
    drag,
    noise,
    now,
    place,
    slider,
    values,
)

if TYPE_CHECKING:
    from tests.journeys.conftest import AppUrl, NewPage

APP = Path(__file__).parent / "apps" / "drag_slider_app.py"


@pytest.fixture
def url(app_url: AppUrl) -> str:
    return app_url(APP)


@pytest.fixture
def visit(url: str, settled: Callable[[Page], None]) -> Callable[..., None]:
    """Opens one case of the app and waits until its slider stands."""

    def go(page: Page, case: str = "") -> None:
        page.goto(f"{url}/?case={case}")
        settled(page)
        expect(now(page)).to_have_text("0.20", timeout=30_000)

    return go


@pytest.mark.parametrize("case", ["", "slow", "page"])
def test_python_hears_of_a_drag_one_value_at_a_time(
    page: Page, visit: Callable[..., None], case: str
) -> None:
    said = conversation(page)
    visit(page, case)
    drag(page, 0.2, 0.4, 0.6, 0.87)
    expect(now(page)).to_have_text("0.87")
    assert values(page) > 3  # the mouse is still down
    page.mouse.up()
    expect(page.get_by_text("noise=0.87", exact=True)).to_be_visible()
    asks = [number for kind, number in said if kind == "ask"]
    assert asks == list(range(1, len(asks) + 1))
    assert said == [(kind, number) for number in asks for kind in ("ask", "answer")]
    if case != "page":  # only the fragment has run
        expect(page.get_by_text("run=1", exact=True)).to_be_visible()


def test_the_page_does_not_wait_for_the_answer(page: Page, visit: Callable[..., None]) -> None:
    visit(page, "stuck")
    # Noted with each movement: asked for later, the answer might have come.
    slider(page).evaluate(
        """input => input.addEventListener('input', () => {
          window.shown = [input.getRootNode().querySelector('.now').textContent,
            +document.body.innerText.match(/noise=([\\d.]+)/)[1]];
        })"""
    )
    page.mouse.move(*place(page, 0.2))
    page.mouse.down()
    page.mouse.move(*place(page, 0.5))
    page.mouse.move(*place(page, 0.7))
    written, answered = page.evaluate("window.shown")
    assert written == "0.70"
    assert answered < 0.7
    page.mouse.up()
    expect(page.get_by_text("noise=0.7", exact=True)).to_be_visible()
    expect(now(page)).to_have_text("0.70")  # no older answer has moved it back


def test_a_lost_answer_does_not_stop_it(page: Page, visit: Callable[..., None]) -> None:
    visit(page, "lost")
    handle = slider(page)
    for value in (0.21, 0.22, 0.23):  # nobody answers the third
        handle.press("ArrowRight")
        expect(page.get_by_text(f"noise={value}", exact=True)).to_be_visible()
    handle.press("ArrowRight")
    expect(now(page)).to_have_text("0.24")
    expect(page.get_by_text("noise=0.24", exact=True)).to_be_visible()
    handle.press("ArrowRight")
    expect(page.get_by_text("noise=0.25", exact=True)).to_be_visible()


def test_the_keyboard_and_the_marks_set_it(page: Page, visit: Callable[..., None]) -> None:
    visit(page)
    handle = slider(page)
    handle.press("End")
    expect(page.get_by_text("noise=1.0", exact=True)).to_be_visible()
    expect(handle).to_have_attribute("aria-valuetext", "1.00")
    handle.press("ArrowLeft")
    expect(page.get_by_text("noise=0.99", exact=True)).to_be_visible()
    mark = page.get_by_role("button", name="trained: set Strength to 0.20")
    mark.press("Enter")
    expect(page.get_by_text("noise=0.2", exact=True)).to_be_visible()
    expect(handle).to_have_value("0.2")
    expect(mark).to_be_focused()  # answers leave the buttons alone
    expect(page.get_by_role("button", name="beyond")).to_have_count(0)


def test_python_moves_it(page: Page, visit: Callable[..., None]) -> None:
    visit(page)
    slider(page).press("End")
    expect(page.get_by_text("noise=1.0", exact=True)).to_be_visible()
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_text("noise=0.2", exact=True)).to_be_visible()
    expect(slider(page)).to_have_value("0.2")
    expect(now(page)).to_have_text("0.20")
    slider(page).press("ArrowRight")
    expect(page.get_by_text("noise=0.21", exact=True)).to_be_visible()


def test_the_value_outlives_the_slider(page: Page, visit: Callable[..., None]) -> None:
    visit(page)
    slider(page).press("End")
    expect(page.get_by_text("noise=1.0", exact=True)).to_be_visible()
    shown = page.get_by_text("Show the slider")
    shown.click()
    expect(slider(page)).to_have_count(0)
    shown.click()
    expect(slider(page)).to_have_value("1")
    for value in ("0.99", "0.98"):  # and the new one is heard from its first message on
        slider(page).press("ArrowLeft")
        expect(page.get_by_text(f"noise={value}", exact=True)).to_be_visible()


def test_a_rerun_of_the_page_leaves_it_alone(page: Page, visit: Callable[..., None]) -> None:
    visit(page)
    slider(page).press("End")
    expect(page.get_by_text("noise=1.0", exact=True)).to_be_visible()
    element = slider(page).element_handle()
    page.get_by_role("slider", name="Streamlit's own").press("ArrowRight")
    expect(page.get_by_text("run=2", exact=True)).to_be_visible()
    expect(slider(page)).to_have_value("1")
    assert element.evaluate("element => element.isConnected")


def test_help_is_told_and_shown(page: Page, visit: Callable[..., None]) -> None:
    visit(page)
    told = "Standard deviation of the noise, or the fraction of the pixels that is hit."
    expect(slider(page)).to_have_accessible_description(told)
    tip = page.get_by_role("tooltip").get_by_text(told)
    expect(tip).to_be_hidden()
    page.locator(".drag-slider .help button").first.focus()
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    # A slider without help has no question mark.
    expect(page.locator(".drag-slider .help button").nth(1)).to_be_hidden()


def test_it_stands_where_streamlits_own_would(page: Page, visit: Callable[..., None]) -> None:
    visit(page)
    other = page.get_by_test_id("stSlider")
    mine = page.locator(".drag-slider").nth(1)

    def style(element: Locator) -> list[str]:
        return element.evaluate(
            "e => { const s = getComputedStyle(e);"
            " return [s.fontSize, s.fontWeight, s.color, s.fontFamily]; }"
        )

    assert style(mine.locator("label")) == style(other.locator("label p"))
    assert style(mine.locator(".now")) == style(other.get_by_test_id("stSliderThumbValue"))
    expect(mine.locator(".now")).to_have_text("−20")
    heights = [element.bounding_box() for element in (mine, other)]
    assert heights[0] is not None
    assert heights[1] is not None
    assert heights[0]["height"] == pytest.approx(heights[1]["height"], abs=1)
    assert heights[0]["width"] == heights[1]["width"]


def test_a_finger_drags_it(new_page: NewPage, visit: Callable[..., None]) -> None:
    phone = new_page(390, 844, has_touch=True, is_mobile=True)
    visit(phone)
    box = slider(phone).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert box["height"] >= 44
    x, y = place(phone, 0.2)
    touch = phone.context.new_cdp_session(phone)

    def finger(kind: str, *points: tuple[float, float]) -> None:
        touch.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
        )

    finger("touchStart", (x, y))
    for step in range(1, 21):
        finger("touchMove", (x + 8 * step, y))
    phone.wait_for_function("() => +document.body.innerText.match(/noise=([\\d.]+)/)[1] > 0.4")
    finger("touchEnd")
    assert noise(phone) > 0.4
    assert values(phone) > 1
