"""The latent pad and the latent map in a browser."""

from __future__ import annotations

import itertools
import re
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.latent_page import (
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
    from tests.journeys.conftest import NewPage, Visit


def test_the_pad_mixes_its_corners(page: Page, visit_latent: Visit) -> None:
    visit_latent(page, "pad")
    square = page.locator(".square")
    place = box(square)
    cell = place["width"] / 7
    corners = []
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.mouse.down()
    for x, y in ((0.5, 0.5), (6.5, 0.5), (0.5, 6.5), (6.5, 6.5)):
        page.mouse.move(place["x"] + x * cell, place["y"] + y * cell)
        expect(page.locator("li").nth(len(corners))).to_contain_text("100 %")
        corners.append(grey(digit(page)))
    page.mouse.up()
    assert all(abs(a - b).max() > 100 for a, b in itertools.pairwise(corners))
    square.press("ArrowLeft")
    expect(square).to_have_attribute("aria-valuetext", "a 3 0 %, an 8 0 %, a 1 2 %, a 0 98 %")
    tour = page.get_by_role("button", name="Tour of the corners")
    tour.click()
    page.wait_for_function("document.body && window.pictures.length > 60")
    page.get_by_role("button", name="Stop").click()
    expect(tour).to_be_visible()
    assert runs(page) == 1


def test_the_map_decodes_where_the_mouse_is(page: Page, visit_latent: Visit) -> None:
    visit_latent(page, "map")
    frame = page.get_by_role("application")
    place = box(frame)
    seen = []
    before = pictures(page)
    begin = time.perf_counter()
    for step in range(1, 101):
        page.mouse.move(place["x"] + 80 + 6 * step, place["y"] + 40 + 3.5 * step)
        if step % 50 == 0:
            seen.append(grey(digit(page)))
    seconds = time.perf_counter() - begin
    count = pictures(page) - before
    print(f"\non the map: {count} pictures in {seconds:.2f} s, {count / seconds:.0f} a second")
    assert count > 30
    assert abs(seen[0] - seen[1]).max() > 40
    assert runs(page) == 1
    page.mouse.click(place["x"] + 120, place["y"] + 60)  # nobody is there
    wait_for_run(page, 2)
    expect(page.get_by_text(re.compile(r"^pick=Pick\(.*point=None\)$"))).to_be_visible()
    _, picture = told(page)
    page.mouse.move(5, 5)
    expect(page.get_by_text("(pinned)")).to_be_visible()
    assert abs(grey(digit(page)) - picture).max() <= 1


def test_keys_walk_the_map_and_a_class_can_be_hidden(page: Page, visit_latent: Visit) -> None:
    visit_latent(page, "map")
    frame = page.get_by_role("application")
    nearest = page.get_by_text(re.compile("^Nearest digit"))
    here = page.get_by_text(re.compile("^Decoded at"))
    first = here.inner_text()
    frame.press("Shift+ArrowLeft")
    expect(here).not_to_have_text(first)
    legend = page.get_by_role("group", name="Classes").get_by_role("button")
    one = page.get_by_role("group", name="Classes").get_by_role("button", name="1", exact=True)
    one.dblclick()  # alone
    expect(nearest).to_have_text("Nearest digit: 1")
    one.press("Shift+Enter")  # all again
    expect(legend.and_(page.locator("[aria-pressed=true]"))).to_have_count(10)
    one.press("Shift+Enter")
    expect(legend.and_(page.locator("[aria-pressed=true]"))).to_have_text("1")
    one.press("Shift+Enter")
    two = page.get_by_role("group", name="Classes").get_by_role("button", name="2", exact=True)
    two.click()
    expect(two).to_have_attribute("aria-pressed", "false")
    frame.press("+")
    frame.press("Enter")
    wait_for_run(page, 2)
    background = page.get_by_role("button", name="Decoded background")
    background.click()
    expect(background).to_have_attribute("aria-pressed", "false")


def test_another_plane_moves_the_dots_and_lifts_the_pin(page: Page, visit_latent: Visit) -> None:
    visit_latent(page, "map")
    frame = page.get_by_role("application")
    element = frame.element_handle()
    place = box(frame)
    page.mouse.click(place["x"] + 120, place["y"] + 60)
    wait_for_run(page, 2)
    page.get_by_text("Turned by a right angle").click()
    wait_for_run(page, 3)
    expect(page.get_by_text("pick=None")).to_be_visible()
    expect(page.locator(".pin")).to_be_hidden()
    page.get_by_text("Turned by a right angle").click()
    wait_for_run(page, 4)
    expect(page.get_by_text("pick=None")).to_be_visible()  # the click was into another map
    assert element.evaluate("frame => frame.isConnected"), "the map was made anew"
    page.mouse.click(place["x"] + 120, place["y"] + 60)
    wait_for_run(page, 5)
    expect(page.get_by_text("pick=Pick(")).to_be_visible()


def test_drag_and_wheel_move_the_map(new_page: NewPage, visit_latent: Visit) -> None:
    page = new_page(reduced_motion="reduce")
    visit_latent(page, "map")
    place = box(page.get_by_role("application"))
    here = page.get_by_text(re.compile("^Decoded at"))

    def x_at(share: float) -> float:
        """The plane's x at a share of the map's width."""
        page.mouse.move(place["x"] + share * place["width"], place["y"] + 200)
        drawn(page)
        found = re.search(r"x\s(\S+),", here.inner_text())
        assert found
        return float(found[1].replace("−", "-"))

    left, middle = x_at(0.25), x_at(0.5)
    page.mouse.down()
    page.mouse.move(place["x"] + 0.75 * place["width"], place["y"] + 200, steps=5)
    page.mouse.up()
    assert x_at(0.5) == pytest.approx(left, abs=0.03)
    page.mouse.wheel(0, -300)
    drawn(page)
    assert x_at(0.25) > left - (middle - left) * 0.9
    assert runs(page) == 1, "a drag is no click"
    page.get_by_role("button", name="Show everything").click()
    drawn(page)
    assert x_at(0.5) == pytest.approx(middle, abs=0.03)


def test_a_finger_looks_and_two_fingers_zoom(new_page: NewPage, visit_latent: Visit) -> None:
    phone = new_page(390, 844, has_touch=True, is_mobile=True)
    visit_latent(phone, "map")
    frame = phone.get_by_role("application")
    frame.scroll_into_view_if_needed()
    place = box(frame)
    here = phone.get_by_text(re.compile("^Decoded at"))
    fingers = phone.context.new_cdp_session(phone)

    def touch(kind: str, *xs: float) -> None:
        points = [{"x": place["x"] + x, "y": place["y"] + 150, "id": i} for i, x in enumerate(xs)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    start = here.inner_text()
    touch("touchStart", 100)
    touch("touchMove", 300)
    expect(here).not_to_have_text(start)
    assert runs(phone) == 1
    touch("touchEnd")
    wait_for_run(phone, 2)
    expect(here).to_contain_text("(pinned)")
    pinned, pin = here.inner_text(), box(phone.locator(".pin"))
    touch("touchStart", 100, 200)
    touch("touchMove", 90, 210)
    touch("touchEnd")
    drawn(phone)
    assert box(phone.locator(".pin"))["x"] != pytest.approx(pin["x"], abs=1)
    expect(here).to_have_text(pinned)
    assert runs(phone) == 2, "two fingers pick nothing"


@pytest.mark.parametrize("case", ["sliders", "pad", "map"])
def test_components_follow_the_theme_and_fit_a_phone(
    new_page: NewPage, visit_latent: Visit, case: str
) -> None:
    phone = new_page(390, 844, has_touch=True, is_mobile=True)
    visit_latent(phone, case)
    lab = phone.locator(".lab")
    element = lab.element_handle()
    assert box(lab)["x"] >= 0
    assert box(lab)["x"] + box(lab)["width"] <= 390
    light = lab.evaluate("lab => getComputedStyle(lab).color")
    phone.emulate_media(color_scheme="dark")
    phone.wait_for_function(
        "([lab, light]) => getComputedStyle(lab).color !== light", arg=[element, light]
    )
    assert element.evaluate("lab => lab.isConnected")
