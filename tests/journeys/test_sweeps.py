"""A sweep in a browser: started, watched, cancelled, resumed; its runs opened from the chart."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bench.browser.chromium import fill_numbers, still_box
from bench.browser.server import Server
from core.runs.lease import AHEAD, LEASE
from core.runs.record import RunRecord
from tests.conftest import until
from tests.journeys.conftest import NewPage, Serve

Settled = Callable[[Page], None]

EPOCHS = 12
GALLERY = Path(__file__).resolve().parents[2] / "checkpoints" / "gallery"
PICTURE = """name => {
  const hosts = [...document.querySelectorAll("*")].filter((node) => node.shadowRoot);
  const stairs = hosts.map((node) => node.shadowRoot.querySelector(".stairs")).find(Boolean);
  return stairs.querySelector(name).toDataURL();
}"""
DOT = ".st-key-sweep-results-browser .latent-chart-plot .scatterlayer .point"
CURVES = ".st-key-sweep-curves .latent-chart-plot"
RANGE = "node => node.layout.xaxis.range"
POINTS = "node => node.data.reduce((sum, line) => sum + line.x.length, 0)"


@pytest.fixture(scope="module")
def lab(serve: Serve) -> Iterator[Server]:
    """The lab, for runs of this module only."""
    with serve() as server:
        yield server


def records(lab: Server) -> list[RunRecord]:
    return [RunRecord(path.parent) for path in sorted(lab.runs.glob("*/run.json"))]


def test_three_values_with_two_seeds_are_cancelled_resumed_and_opened(
    lab: Server, page: Page, settled: Settled
) -> None:
    page.goto(f"{lab.url}/autoencoders")
    settled(page)
    page.get_by_text("More settings").click()
    fill_numbers(page, {"Epochs": EPOCHS, "Training digits": 1000})
    page.get_by_role("button", name="Try several values").click()
    form = page.get_by_role("dialog")
    values = form.get_by_role("textbox", name="Values")
    values.fill("2, 2")
    values.press("Enter")
    expect(form.get_by_text("Code size has the value 2 more than once")).to_be_visible()
    values.fill("2, 8, 32")
    values.press("Enter")
    expect(form.get_by_text(re.compile("6 runs of Compression take"))).to_be_visible()
    form.get_by_role("button", name="Start 6 runs").click()
    expect(page).to_have_url(re.compile(r"/sweeps\?sweep="))

    expect(page.get_by_text(re.compile("[1-5] of 6 runs finished"))).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text(re.compile(r"[1-5] of 6 runs finished · \d cancelled"))).to_be_visible(
        timeout=60_000
    )
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("6 of 6 runs finished")).to_be_visible(timeout=120_000)
    assert {record.state.status for record in records(lab)} == {"done"}
    assert {len(record.history()) > EPOCHS for record in records(lab)} == {True}

    dots = page.locator(DOT)
    expect(dots).to_have_count(6)
    expect(page.get_by_text(re.compile("The lowest mean squared error is"))).to_be_visible()
    dots.first.scroll_into_view_if_needed()
    box = dots.first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"/autoencoders\?run="))
    expect(page.get_by_text(re.compile(f"Done after {EPOCHS} of {EPOCHS} epochs"))).to_be_visible()
    page.go_back()
    expect(page).to_have_url(re.compile(r"/sweeps\?sweep="))
    expect(page.get_by_text("6 of 6 runs finished")).to_be_visible()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("6 of 6 runs finished")).to_be_hidden()
    expect(page.get_by_text(re.compile("missing or damaged"))).to_be_hidden()
    assert not list(lab.runs.glob("*/run.json"))


@pytest.fixture(scope="module")
def weights(lab: Server) -> str:
    """The name of a sweep of three weights of the KL term, whose runs are copies of one."""
    ids = [f"beta-{weight:g}" for weight in (0.0, 0.001, 0.1)]
    for weight, run_id in zip((0.0, 0.001, 0.1), ids, strict=True):
        folder = lab.runs / run_id
        shutil.copytree(GALLERY / "vae-2d", folder)
        request = json.loads((folder / "run.json").read_text())
        request["settings"]["config"]["kl_weight"] = weight
        (folder / "run.json").write_text(json.dumps(request))
    # Another decoder, or every step would look the same.
    other = GALLERY / "vae-2d" / "epoch-001.safetensors"
    shutil.copyfile(other, lab.runs / "beta-0.1" / "epoch-050.safetensors")
    (lab.runs / "weights.sweep.json").write_text(json.dumps({"format": 1, "runs": ids}))
    return "weights"


def test_the_slider_over_the_weight_answers_while_it_is_dragged(
    lab: Server, page: Page, settled: Settled, weights: str
) -> None:
    sent: list[object] = []

    def note(frame: object) -> None:
        sent.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", note))
    page.goto(f"{lab.url}/sweeps?sweep={weights}")
    settled(page)
    expect(page.locator('.stairs[data-step="1"]')).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Train β = 0.001 myself")).to_be_visible()

    slider = page.locator(".stairs input")
    place = still_box(slider)
    middle = place["y"] + place["height"] / 2
    page.mouse.move(place["x"] + place["width"] / 2, middle)
    page.mouse.down()
    sent.clear()
    before = [page.evaluate(PICTURE, name) for name in (".map", ".plane", ".samples")]
    page.mouse.move(place["x"] + place["width"] - 2, middle, steps=4)
    expect(page.locator('.stairs[data-step="2"]')).to_be_visible()
    after = [page.evaluate(PICTURE, name) for name in (".map", ".plane", ".samples")]
    assert all(one != other for one, other in zip(before, after, strict=True))
    assert page.locator(".stairs .now").inner_text() == "0.1"
    assert not sent, "it asked the server while it was dragged"
    page.mouse.up()
    expect(page.get_by_role("button", name="Train β = 0.1 myself")).to_be_visible()
    slider.press("ArrowLeft")
    expect(page.locator('.stairs[data-step="1"]')).to_be_visible()
    assert [page.evaluate(PICTURE, name) for name in (".plane", ".samples")] == before[1:]


def test_a_step_stays_when_another_run_ends(
    lab: Server, page: Page, settled: Settled, weights: str
) -> None:
    strongest = RunRecord(lab.runs / "beta-0.1")
    strongest.lease.acquire()  # as if this process computed it
    late = time.time() + AHEAD / 2
    os.utime(strongest.folder / LEASE, (late, late))  # and were alive as long as this test takes
    strongest.set_state(status="running")
    page.goto(f"{lab.url}/sweeps?sweep={weights}")
    settled(page)
    expect(page.locator('.stairs[data-step="1"]')).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Train β = 0.001 myself")).to_be_visible()
    page.locator(".stairs input").press("ArrowLeft")
    expect(page.get_by_role("button", name="Train β = 0 myself")).to_be_visible()
    expect(page.get_by_text("no finished run like that with β = 0.1")).to_be_visible()
    strongest.set_state(status="done")
    strongest.lease.release()
    expect(page.get_by_text("no finished run like that")).to_be_hidden()
    expect(page.locator(".stairs input")).to_have_attribute("max", "2")
    expect(page.locator('.stairs[data-step="0"]')).to_be_visible()
    expect(page.get_by_role("button", name="Train β = 0 myself")).to_be_visible()


def test_models_that_do_not_come_can_be_fetched_again(
    lab: Server, page: Page, settled: Settled, weights: str, console_errors: list[str]
) -> None:
    page.route("**/networks/*", lambda route: route.fulfill(status=503))
    page.goto(f"{lab.url}/sweeps?sweep={weights}")
    settled(page)
    stairs = page.locator(".stairs")
    expect(stairs.get_by_text("The models could not be fetched.")).to_be_visible(timeout=60_000)
    page.unroute("**/networks/*")
    stairs.get_by_role("button", name="Try again").click()
    expect(page.locator('.stairs[data-step="1"]')).to_be_visible()
    expect(stairs.get_by_text("The models could not be fetched.")).to_be_hidden()
    assert all("503" in error for error in console_errors), console_errors
    console_errors.clear()


def test_nine_values_on_a_phone_do_not_lie_on_the_title_of_their_axis(
    lab: Server, new_page: NewPage, settled: Settled
) -> None:
    phone = new_page(390, 844)
    phone.goto(f"{lab.url}/sweeps?sweep=vae-beta")
    settled(phone)
    plot = phone.locator(".st-key-sweep-results-browser .latent-chart-plot")
    expect(plot.locator(".xtick text")).to_have_count(9, timeout=60_000)

    def is_free() -> bool:
        ends = plot.evaluate(
            "plot => [...plot.querySelectorAll('.xtick text')].map("
            "text => text.getBoundingClientRect().bottom)"
        )
        title = plot.locator(".xtitle").bounding_box()
        return bool(ends) and title is not None and max(ends) <= title["y"] + 1

    until(is_free)


def test_the_zoom_stays_while_a_sweep_grows(lab: Server, page: Page, settled: Settled) -> None:
    page.goto(f"{lab.url}/autoencoders")
    settled(page)
    page.get_by_text("More settings").click()
    fill_numbers(page, {"Epochs": 40, "Training digits": 1000})
    page.get_by_role("button", name="Try several values").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("Start 10 runs")).click()
    expect(page).to_have_url(re.compile(r"/sweeps\?sweep="))
    plot = page.locator(CURVES)
    expect(plot.locator(".scatterlayer path.js-line").first).to_be_attached(timeout=60_000)
    place = still_box(plot.locator(".nsewdrag").first)
    page.mouse.move(place["x"] + place["width"] * 0.1, place["y"] + place["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(place["x"] + place["width"] * 0.4, place["y"] + place["height"] * 0.8, steps=4)
    page.mouse.up()
    page.wait_for_function(
        f"curves => ({RANGE})(document.querySelector(curves))[1] < 30", arg=CURVES
    )
    zoomed = plot.evaluate(RANGE)
    plot.evaluate("node => { node.marked = true; }")
    page.wait_for_function(
        f"([curves, before]) => ({POINTS})(document.querySelector(curves)) > before",
        arg=[CURVES, plot.evaluate(POINTS)],
    )
    assert plot.evaluate("node => node.marked"), "the chart was built anew"
    assert plot.evaluate(RANGE) == zoomed
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text(re.compile("cancelled"))).to_be_visible(timeout=60_000)
