"""The buttons that save: that they can be reached, move nothing, and stay when the name changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.journeys.apps import saving_known as known
from tests.journeys.saving import (
    NAME,
    saved,
    schemes,
)

if TYPE_CHECKING:
    from tests.journeys.conftest import NewPage, Visit


def test_another_name_changes_nothing_but_the_name(page: Page, visit_saving: Visit) -> None:
    visit_saving(page, "sliders")
    page.evaluate("window.kept = document.querySelector('[data-testid=stBidiComponentRegular]')")
    row = page.locator(".row").first.element_handle()
    button = page.get_by_role("button", name="Save the digit and its code as PNG")
    handle = button.element_handle()
    page.get_by_text("Another name").click()
    expect(page.get_by_text("run=2")).to_be_visible()
    expect(button).to_have_attribute("title", "another.png")
    assert row.evaluate("row => row.isConnected")
    assert handle.evaluate("button => button.isConnected")
    saved(page, "Save the digit and its code as PNG", "another")


@pytest.mark.parametrize("case", ["tiles", "film", "morph", "chart", "map", "pad"])
def test_another_name_keeps_the_buttons(page: Page, visit_saving: Visit, case: str) -> None:
    visit_saving(page, case)
    button = page.get_by_role("button", name=re.compile("^Save .* as PNG$"))
    handle = button.element_handle()
    page.get_by_text("Another name").click()
    expect(button).to_have_attribute("title", "another.png")
    assert handle.evaluate("button => button.isConnected")


@pytest.mark.parametrize("case", ["tiles", "film", "sliders", "chart", "plotly"])
def test_the_buttons_can_be_seen_pressed_and_reached(
    new_page: NewPage, visit_saving: Visit, case: str
) -> None:
    page = new_page(390, 844, color_scheme="light", has_touch=True)
    visit_saving(page, case)
    buttons = page.get_by_role("button", name="Save ").all()
    right = page.viewport_size["width"] if page.viewport_size else 0
    for _ in schemes(page):
        for button in buttons:
            box = button.bounding_box()
            assert box is not None
            assert box["width"] >= 24
            assert box["height"] >= 24
            assert 0 <= box["x"] <= box["x"] + box["width"] <= right
            assert button.evaluate(CONTRAST) >= 4.5
        with page.expect_download():
            buttons[0].tap()
        with page.expect_download():
            buttons[0].press("Enter")


def test_a_press_moves_nothing_where_no_file_can_be_made(page: Page, visit_saving: Visit) -> None:
    visit_saving(page, "tiles")
    page.evaluate("() => { HTMLCanvasElement.prototype.toBlob = (done) => done(null); }")
    below = page.get_by_text("Below the figure.")
    button = page.get_by_role("button", name="as PNG")
    button.scroll_into_view_if_needed()  # as the press would
    before = below.bounding_box()
    button.click()
    expect(page.get_by_text("This file could not be made.")).to_be_visible()
    assert below.bounding_box() == before


def test_saving_asks_the_server_for_nothing_and_sends_nothing(
    page: Page, visit_saving: Visit
) -> None:
    fetched: list[str] = []
    sent: list[int] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda payload: sent.append(len(payload)))

    page.on("request", lambda request: fetched.append(request.url))
    page.on("websocket", listen)
    visit_saving(page, "plotly")
    before = len(sent)
    fetched.clear()
    for key in known.figures():
        saved(page, f"Save the {key} as CSV", f"{NAME}_{key}")
    assert [address for address in fetched if not address.startswith("blob:")] == []
    assert len(sent) == before


def test_what_cannot_be_saved_says_so(page: Page, visit_saving: Visit) -> None:
    visit_saving(page, "plotly")
    page.evaluate("document.querySelectorAll('.js-plotly-plot').forEach(plot => plot.remove())")
    page.get_by_role("button", name="Save the kl as CSV").click()
    expect(page.get_by_text("This file could not be made.").first).to_be_visible()


CONTRAST = """button => {
  const context = document.createElement('canvas').getContext('2d');
  const luminance = (color) => {
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].slice(0, 3)
      .map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const page = getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor;
  const pair = [luminance(getComputedStyle(button).color), luminance(page)].sort((a, b) => b - a);
  return (pair[0] + 0.05) / (pair[1] + 0.05);
}"""
