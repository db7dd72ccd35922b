"""The actions of a visitor in the measurements of how fast the pages answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from bench.browser.chromium import settle


@dataclass(frozen=True)
class Control:
    """A control of a view: how to get it on the page, and how to use it for the n-th time.

    `event` is where the clock starts: what does its work while it is pressed is not let go first.
    `most` is the demand: milliseconds alone, and beside a training.
    """

    name: str
    view: str
    use: Callable[[Page, int], None]
    prepare: Callable[[Page], None] = lambda page: None
    event: str = "pointerup"
    page: str = "autoencoders"
    most: tuple[float, float] = (100.0, 200.0)


@dataclass(frozen=True)
class Drag:
    """Something to drag, and the canvas on which pictures change meanwhile.

    `period` is the seconds in which the mouse moves to and fro: a slider of few steps needs a fast
    one, since there is no new picture between two steps.
    """

    name: str
    view: str
    handle: str
    canvas: str
    prepare: Callable[[Page], None] = lambda page: None
    page: str = "vae"
    period: float = 2.0


@dataclass(frozen=True)
class Rerun:
    """A page that the server runs anew, as for a control that changes all of it."""

    name: str
    view: str
    page: str
    query: str
    most: tuple[float, float] = (100.0, 200.0)


def choose(name: str) -> Callable[[Page], None]:
    """Return a function that chooses this entry of a segmented control."""

    def click(page: Page) -> None:
        page.get_by_role("radio", name=name, exact=True).click()
        settle(page)

    return click


def others(page: Page, _: int) -> None:
    page.get_by_role("button", name="Others").click()


def next_number(page: Page, _: int) -> None:
    page.get_by_test_id("stNumberInputStepUp").click()


def another_extreme(page: Page, number: int) -> None:
    page.get_by_role("radio", name=["Easiest", "Hardest"][number % 2]).click()


def another_kind(page: Page, number: int) -> None:
    kinds = ["Salt and pepper", "Missing block", "Gaussian"]
    page.get_by_role("radio", name=kinds[number % 3]).click()


def another_strength(page: Page, _: int) -> None:
    click_far(page.locator(".drag-slider input"))


def another_unit(page: Page, number: int) -> None:
    click_far(page.locator(".row input").nth(number % 8))


def click_far(slider: Locator) -> None:
    """Click a slider far from its handle, since a click on the handle moves nothing."""
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    high = slider.evaluate("slider => slider.valueAsNumber > (+slider.min + +slider.max) / 2")
    slider.click(position={"x": (0.2 if high else 0.8) * box["width"], "y": box["height"] / 2})


def draw_line(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw a stroke across the square; coordinates are shares of its sides, 0 to 1."""
    box = page.locator(".drawing canvas").bounding_box()
    assert box is not None
    for step, (x, y) in enumerate((start, end)):
        place = (box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.mouse.move(*place, steps=1 + 7 * step)
        if step == 0:
            page.mouse.down()
    page.mouse.up()


def another_stroke(page: Page, number: int) -> None:
    """Draw a bar across the stem, each time at another place."""
    height = 0.15 + 0.7 * (number * 0.618 % 1)
    draw_line(page, (0.3, height), (0.7, height))


def first_stroke(page: Page) -> None:
    """Draw a stem, and wait until all training digits are encoded, which happens once."""
    draw_line(page, (0.5, 0.1), (0.5, 0.9))
    page.get_by_role("heading", name=re.compile(r"say \d|No majority|digit$")).wait_for()


CONTROLS = (
    Control("other digits at random", "Reconstruct", others, choose("At random")),
    Control("the next digits by number", "Reconstruct", next_number, choose("By number")),
    Control("other digits at random", "Denoise", others, choose("At random")),
    Control("hardest or easiest", "Reconstruct", another_extreme),
    Control("strength of the noise", "Denoise", another_strength, event="pointerdown"),
    Control("kind of noise", "Denoise", another_kind),
    Control("another digit", "Sparse code", others),
    Control("slider of a unit", "Sparse code", another_unit, event="pointerdown"),
    Control("other digits at random", "Compare", others, choose("At random")),
    Control("other pictures", "What it has never seen", others),
    Control(
        "a stroke of the pen",
        "Your digit",
        another_stroke,
        first_stroke,
        page="digit",
        most=(250, 250),
    ),
)
DRAGS = (
    Drag("a latent slider", "Latent sliders", ".row input", ".stage > canvas"),
    Drag("the way between two digits", "Interpolate", ".film input", ".picture"),
    Drag(
        "the point between four digits",
        "Interpolate",
        ".square",
        ".stage > canvas",
        choose("Four digits"),
    ),
    Drag("the weight of nine VAEs", "Sweeps", ".bar input", ".samples", page="sweeps", period=0.3),
)
RERUNS = (
    Rerun("nine VAEs and their slider", "Sweeps", "sweeps", "sweep=vae-beta"),
    Rerun("ten digits", "Reconstruct", "autoencoders", "view=Reconstruct"),
)
