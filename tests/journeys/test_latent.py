"""Latent sliders in a browser: what follows the pointer, and what the server hears of it."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import until
from tests.journeys.latent_page import (
    APP,
    COUNT_PICTURES,
    box,
    digit,
    drawn,
    grey,
    pictures,
    runs,
    told,
    wait_for_run,
)

if TYPE_CHECKING:
    from tests.journeys.conftest import AppUrl, NewPage, Visit


def drag(page: Page, slider: Locator, shares: list[float]) -> None:
    """Presses a slider at the first of some shares of its length, and moves on; no release."""
    place = box(slider)
    ys = place["y"] + place["height"] / 2
    for position, share in enumerate(shares):
        page.mouse.move(place["x"] + share * place["width"], ys)
        if position == 0:
            page.mouse.down()


def test_the_digit_changes_while_the_mouse_is_down(page: Page, visit_latent: Visit) -> None:
    sent: list[object] = []

    def note(frame: object) -> None:
        sent.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", note))
    visit_latent(page, "sliders")
    slider = page.get_by_role("slider", name="z8")
    seen = [grey(digit(page))]
    before, first = len(sent), pictures(page)
    for share in (0.5, 0.2, 0.9):
        drag(page, slider, [share])
        page.wait_for_function("n => window.pictures.length > n", arg=first)
        first = pictures(page)
        seen.append(grey(digit(page)))
    begin = time.perf_counter()
    place = box(slider)
    for step in range(120):
        share = 0.5 + 0.45 * np.sin(step / 12)
        page.mouse.move(place["x"] + share * place["width"], place["y"] + place["height"] / 2)
    seconds = time.perf_counter() - begin
    count = pictures(page) - first
    print(f"\nwhile dragging: {count} pictures in {seconds:.2f} s, {count / seconds:.0f} a second")
    assert count > 30
    assert len(sent) == before, "dragging must not ask anything of the server"
    assert all(abs(a - b).max() > 40 for a, b in itertools.pairwise(seen))
    assert runs(page) == 1
    page.mouse.up()
    wait_for_run(page, 2)
    code, picture = told(page)
    value = page.locator(".row", has=slider).locator("output").inner_text().replace("−", "-")
    assert code[7] == pytest.approx(float(value), abs=0.006)
    assert abs(grey(digit(page)) - picture).max() <= 1


@pytest.mark.parametrize("case", ["sliders", "units"])
def test_the_browser_decodes_as_pytorch_does(page: Page, visit_latent: Visit, case: str) -> None:
    visit_latent(page, case)
    sliders = page.locator(".panel > .rows input")
    for number, (position, key) in enumerate([(0, "End"), (1, "Home"), (4, "PageUp")], start=2):
        sliders.nth(position).press(key)
        wait_for_run(page, number)
        _, picture = told(page)
        assert picture.max() > 60
        assert abs(grey(digit(page)) - picture).max() <= 1


def test_keys_reset_and_another_digit(page: Page, visit_latent: Visit) -> None:
    visit_latent(page, "sliders")
    start = grey(digit(page))
    slider = page.get_by_role("slider", name="z5")
    output = page.locator(".row", has=slider).locator("output")
    home = output.inner_text()
    # Keys in quick succession make one run; how quick these are, the machine decides. So each is
    # waited for.
    slider.press("ArrowRight")
    drawn(page)
    assert float(output.inner_text()) == pytest.approx(float(home) + 0.06, abs=0.011)
    wait_for_run(page, 2)
    slider.press("End")
    expect(output).to_have_text("3.00")
    wait_for_run(page, 3)
    assert abs(grey(digit(page)) - start).max() > 40
    slider.press("Delete")
    expect(output).to_have_text(home)
    wait_for_run(page, 4)
    assert abs(grey(digit(page)) - start).max() == 0

    slider.press("End")
    wait_for_run(page, 5)
    page.get_by_role("slider", name="z8").press("Home")
    wait_for_run(page, 6)
    page.get_by_role("button", name="Run again").click()
    wait_for_run(page, 7)
    expect(output).to_have_text("3.00")  # a rerun with the same digit moves nothing
    page.get_by_role("button", name="Back to the digit").click()
    expect(output).to_have_text(home)
    wait_for_run(page, 8)
    assert abs(grey(digit(page)) - start).max() == 0

    slider.press("End")
    wait_for_run(page, 9)
    number = page.get_by_label("Digit", exact=True)
    number.fill("12")
    number.press("Enter")
    expect(output).not_to_have_text("3.00")
    expect(page.get_by_text(re.compile("^code="))).to_have_count(0)  # of the digit before
    number.fill("3")
    number.press("Enter")
    expect(output).to_have_text(home)
    expect(page.get_by_text(re.compile("^code="))).to_have_count(0)


@pytest.mark.parametrize("way", ["Delete", "double-click"])
def test_a_reset_leads_to_the_digit_that_is_shown(
    page: Page, visit_latent: Visit, way: str
) -> None:
    def shown() -> dict[str, str]:
        """What every unit says, by its name."""
        drawn(page)
        return {
            row.locator("label").inner_text(): row.locator("output").inner_text()
            for row in page.locator(".row").all()
        }

    visit_latent(page, "units")  # where nothing but the start is new with another digit
    before = shown()
    number = page.get_by_label("Digit", exact=True)
    number.fill("1")
    number.press("Enter")
    wait_for_run(page, 2)
    start = page.locator(".beside canvas")
    until(lambda: shown() != before and abs(grey(digit(page)) - grey(start)).max() == 0)
    now = shown()
    unit = max(now, key=lambda name: abs(float(now[name]) - float(before[name])))
    slider = page.get_by_role("slider", name=unit, exact=True)
    output = page.locator(".row", has=slider).locator("output")
    slider.press("End")
    expect(output).to_have_text("1.000")
    if way == "Delete":
        slider.press(way)
    else:
        slider.dblclick()
    expect(output).to_have_text(now[unit])
    assert abs(grey(digit(page)) - grey(start)).max() == 0


def test_a_sweep_goes_everywhere_and_comes_back(page: Page, visit_latent: Visit) -> None:
    visit_latent(page, "sliders")
    start = grey(digit(page))
    row = page.locator(".row", has=page.get_by_role("slider", name="z3"))
    button = page.get_by_role("button", name="Move z3 through all its values")
    page.evaluate(
        """output => {
          window.swept = [];
          const note = () => window.swept.push(+output.textContent.replace('−', '-'));
          new MutationObserver(note).observe(output, {childList: true});
        }""",
        row.locator("output").element_handle(),
    )
    before = pictures(page)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_have_attribute("aria-pressed", "false", timeout=10_000)
    swept = page.evaluate("window.swept")
    count = pictures(page) - before
    print(f"\nsweep: {count} pictures in 4 s")
    # A busy machine draws fewer.
    assert min(swept) < -2
    assert max(swept) > 2
    assert count > 10
    assert abs(grey(digit(page)) - start).max() == 0
    assert runs(page) == 1


def test_a_unit_can_be_switched_off_and_on(page: Page, visit_latent: Visit) -> None:
    visit_latent(page, "units")
    start = grey(digit(page))
    off = page.locator(".row").first.get_by_role("button", name=" off")
    off.click()
    expect(off).to_have_attribute("aria-pressed", "true")
    wait_for_run(page, 2)
    assert abs(grey(digit(page)) - start).max() > 2
    assert told(page)[0].min() == 0
    off.click()
    expect(off).to_have_attribute("aria-pressed", "false")
    assert abs(grey(digit(page)) - start).max() == 0


def test_the_digit_stays_in_sight_on_a_phone(new_page: NewPage, visit_latent: Visit) -> None:
    phone = new_page(390, 700, has_touch=True, is_mobile=True)
    visit_latent(phone, "units")
    last = phone.get_by_role("slider").last
    last.scroll_into_view_if_needed()
    picture, slider = box(digit(phone)), box(last)
    assert picture["y"] >= 0
    assert picture["y"] + picture["height"] < slider["y"]
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_one_press_brings_back_all_components_that_could_not_be_fetched(
    page: Page, app_url: AppUrl, settled: Callable[[Page], None], console_errors: list[str]
) -> None:
    """They share the modules then, too: one component brings the weights that the other takes."""
    page.route("**/modules.js*", lambda route: route.abort())
    page.add_init_script(COUNT_PICTURES)
    page.goto(f"{app_url(APP)}/?case=sliders")
    settled(page)
    again = page.get_by_role("button", name="Try again")
    expect(again.first).to_be_visible()
    page.wait_for_function("Object.values(latentLab)[0].failed.size === 2")
    page.unroute("**/modules.js*")
    again.first.click()
    expect(again).to_have_count(0)
    page.wait_for_function("window.pictures.length > 0")
    page.get_by_role("slider", name="z8").press("ArrowRight")
    assert any("modules.js" in error for error in console_errors)
    console_errors.clear()
