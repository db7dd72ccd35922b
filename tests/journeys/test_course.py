"""The course in a browser: by mouse, finger and keyboard, from a prediction to the notebook."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bench.browser.chromium import still_box
from bench.browser.server import Server
from tests.journeys.conftest import NewPage, Serve
from tests.journeys.test_every_view import AXE, NOT_OURS, RUN_AXE, TAGS, lasting, rest

Settled = Callable[[Page], None]

#: A teacher's lesson, whose run takes a second.
LESSON = """
lesson: quick
order: 5
title: Quick
task: "1.1"
about: A lesson of a teacher.
experiments:
  own:
    title: Quick compression
    model: compression
    training: {epochs: 1, digits: 1000}
steps:
  - id: untrained
    title: Before training
    minutes: 2
    goal: One picture for all.
    source: Exercise, task 1.1
    ask:
      - kind: choice
        text: What do the outputs look like?
        options:
          - {text: Noise, right_if: [{value: spread, from: 0.001}]}
          - {text: One picture, right_if: [{value: spread, below: 0.001}]}
    runs: [own]
    look: {page: autoencoders, text: Watch the ten outputs., mark: pictures}
    measure:
      - {name: spread_of_outputs, with: {digits: 100}}
    holds: [{value: spread, below: 0.001}]
    band: "0.0001"
    right: "Yes: {spread:1}."
    wrong: "No: {spread:1}."
    explain: Why?
"""


@pytest.fixture(scope="module")
def lab(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The lab, for answers and runs of this module only, with a lesson of a teacher."""
    folder: Path = tmp_path_factory.mktemp("lessons")
    (folder / "quick.yaml").write_text(LESSON)
    with serve(env={"LATENT_LAB_LESSONS": str(folder)}) as server:
        yield server


def order(page: Page) -> str:
    return "".join(page.locator(".ranking .name").all_inner_texts())


def keep(page: Page) -> None:
    page.get_by_role("button", name="Keep my prediction").click()


def test_predict_run_reveal_explain_and_take_the_notebook_along(
    lab: Server, page: Page, settled: Settled
) -> None:
    page.goto(f"{lab.url}/course")
    page.get_by_role("link", name=re.compile("Before training")).click()
    expect(page).to_have_url(re.compile("lesson=quick"))
    settled(page)  # a choice made while the page is being exchanged would be lost
    page.get_by_text("One picture", exact=True).click()
    expect(page.get_by_role("radio", name="One picture")).to_be_checked()
    keep(page)
    page.get_by_role("button", name="Start the run").click()
    # The run is on the page of the lab, and the step goes along.
    expect(page).to_have_url(re.compile(r"/autoencoders\?run="), timeout=60_000)
    panel = page.locator(".st-key-course-panel")
    expect(panel).to_contain_text("Watch the ten outputs.")
    expect(page.locator(".st-key-preview")).to_have_css("outline-style", "dashed")
    panel.get_by_role("link", name="Back to the step").click()
    page.get_by_role("button", name="Reveal").click(timeout=150_000)
    expect(page.get_by_text("Yes: 0.000")).to_be_visible(timeout=60_000)
    page.get_by_role("textbox", name=re.compile("Your explanation")).fill("Small weights.")
    page.get_by_role("button", name="Keep my explanation").click()
    expect(page.get_by_text("Kept in your notebook.")).to_be_visible()

    page.reload()
    expect(page.get_by_role("textbox", name=re.compile("Your explanation"))).to_have_value(
        "Small weights."
    )
    page.get_by_role("link", name="My notebook").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as a web page").click()
    text = download.value.path().read_text(encoding="utf-8")
    assert "My prediction: <strong>One picture</strong>" in text
    assert "Small weights." in text
    page.goto(f"{lab.url}/course?lesson=quick.untrained")
    page.get_by_role("link", name="All lessons").click()
    expect(page).to_have_url(f"{lab.url}/course")
    expect(page.get_by_text("1 steps · 2 minutes · 1 done")).to_be_visible()


def test_tiles_are_sorted_by_mouse_and_by_keyboard(
    lab: Server, page: Page, settled: Settled
) -> None:
    page.goto(f"{lab.url}/course?lesson=compression.hard-digits")
    expect(page.locator(".ranking li")).to_have_count(10)
    assert order(page) == "0123456789"
    up = page.get_by_role("button", name="Move 1 up")
    up.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".ranking .name").first).to_have_text("1")
    # At the top the button can do no more, and the keyboard goes on from the other one.
    expect(page.get_by_role("button", name="Move 1 down")).to_be_focused()
    assert order(page) == "1023456789"
    expect(page.locator(".ranking .said")).to_have_text("1 is number 1 of 10.")

    tiles = page.locator(".ranking li")
    start, end = still_box(tiles.nth(7).locator(".name")), still_box(tiles.nth(1))
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + 20, end["y"] + end["height"] / 2, steps=12)
    page.mouse.move(end["x"] + 20, end["y"] + 4, steps=3)
    page.mouse.up()
    assert order(page) == "1702345689"
    keep(page)
    expect(page.get_by_text("1, 7, 0, 2, 3, 4, 5, 6, 8, 9")).to_be_visible()


def test_a_curve_is_drawn_and_typed(lab: Server, page: Page, settled: Settled) -> None:
    page.goto(f"{lab.url}/course?lesson=compression.code-size")
    axes = page.locator(".sketch .axes")
    box = still_box(axes)
    expect(page.get_by_text("4 of 4 points are still to draw")).to_be_visible()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 30, box["y"] + 240, steps=4)
    page.mouse.up()
    fields = page.locator(".sketch input")
    expect(fields).to_have_count(4)
    drawn = [float(fields.nth(n).input_value()) for n in range(4)]
    assert drawn == sorted(drawn, reverse=True)
    assert drawn[0] > drawn[-1] > 0
    field = page.get_by_role("spinbutton", name="Code size 128")
    field.fill("0.01")
    field.press("Tab")
    keep(page)
    expect(page.get_by_text(re.compile(r"Your prediction:.*, 0\.0100$"))).to_be_visible()
    # Until the reveal it can be changed, from where it was.
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_role("spinbutton", name="Code size 128")).to_have_value("0.01")
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("4 of 4 points are still to draw")).to_be_visible()
    expect(page.get_by_role("button", name="Keep my prediction")).to_be_disabled()


@pytest.mark.parametrize(
    ("step", "scheme"),
    [
        ("denoising.size-of-noise", "light"),
        ("compression.hard-digits", "dark"),
        ("compression.first-epochs", "light"),
        ("denoising.where-it-helps", "dark"),
    ],
)
def test_every_kind_of_question_can_be_read_and_reached_on_a_phone(
    lab: Server, new_page: NewPage, settled: Settled, step: str, scheme: str
) -> None:
    page = new_page(390, 844, color_scheme=scheme)
    page.add_init_script(AXE)
    page.goto(f"{lab.url}/course?lesson={step}")
    expect(page.get_by_role("button", name="Keep my prediction")).to_be_visible()
    rest(page, settled)
    assert lasting(page, RUN_AXE, [NOT_OURS, TAGS]) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
