"""The exported replay in a browser: one file, opened from the disk, with nothing behind it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from core.export import write_html
from tests.journeys.conftest import NewPage
from tests.support.recorded_run import ITERATIONS, record_run

EVIL = "</script><script>console.error('ran')</script><img src=x onerror=alert(1)> {{data}}"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("replay")
    write_html(record_run(folder / "run", title=EVIL), folder / "replay.html")
    return (folder / "replay.html").as_uri()


@pytest.fixture
def requests(url: str) -> list[str]:
    """What the page asked for, apart from itself and what it holds."""
    return []


@pytest.fixture
def replay(url: str, new_page: NewPage, requests: list[str]) -> Page:
    """The page as it opens, and then at its first frame."""
    page = _opened(new_page(), url, requests)
    _shows(page, ITERATIONS)
    page.keyboard.press("Home")
    return page


def _opened(page: Page, url: str, requests: list[str]) -> Page:
    page.on("request", lambda request: requests.append(request.url))
    page.goto(url)
    expect(page.locator("output.iteration")).to_contain_text("Iteration")
    return page


def _maps(page: Page) -> list[str]:
    """The two maps as pictures, once what was asked for is drawn."""
    return page.evaluate(
        """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
        done([...document.querySelectorAll("figure canvas")].map((map) => map.toDataURL())))))"""
    )


def _shows(page: Page, iteration: int) -> None:
    expect(page.locator("output.iteration")).to_have_text(f"Iteration {iteration} of {ITERATIONS}")


def test_it_needs_no_network_and_shows_its_title_as_text(
    replay: Page, url: str, requests: list[str]
) -> None:
    assert replay.locator("h1").inner_text() == EVIL
    assert replay.locator("img").count() == 0
    assert [address for address in requests if not address.startswith("data:")] == [url]
    expect(replay.get_by_text("mean little")).to_be_visible()
    expect(replay.get_by_role("heading", level=2)).to_have_text(["SGD, lr 10", "Adam, lr 0.1"])


def test_scrubbing_moves_both_maps(replay: Page) -> None:
    _shows(replay, 0)
    start = _maps(replay)
    scrub = replay.get_by_role("slider", name="Iteration")
    scrub.fill("17")
    _shows(replay, 17)
    later = _maps(replay)
    assert later[0] != later[1]
    assert all(one != other for one, other in zip(start, later, strict=True))
    expect(replay.locator(".values").last).to_contain_text("KL")
    expect(replay.locator(".values").last).to_contain_text("5-NN agreement")
    scrub.fill("0")
    _shows(replay, 0)
    assert _maps(replay) == start


def test_it_opens_at_the_end_plays_from_the_start_and_back_again(
    new_page: NewPage, url: str, requests: list[str]
) -> None:
    page = _opened(new_page(), url, requests)
    _shows(page, ITERATIONS)
    play = page.locator("[data-do=play]")
    expect(play).to_have_attribute("aria-label", "Play")
    play.click()
    expect(page.locator("output.iteration")).not_to_contain_text(f"Iteration {ITERATIONS}")
    page.get_by_label("Speed").select_option("8")
    _shows(page, ITERATIONS)
    expect(play).to_have_attribute("aria-label", "Play")
    page.locator("[data-do=back]").click()
    _shows(page, 0)


def test_pause_rests_where_it_is(new_page: NewPage, url: str, requests: list[str]) -> None:
    page = _opened(new_page(), url, requests)
    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("[data-do=play]")).to_have_attribute("aria-label", "Play")
    rest = _maps(page)
    assert _maps(page) == rest


def test_the_loop_starts_again(replay: Page) -> None:
    replay.get_by_role("button", name="Loop").click()
    replay.get_by_label("Speed").select_option("8")
    replay.keyboard.press("Escape")
    replay.get_by_role("button", name="Play", exact=True).click()
    _shows(replay, ITERATIONS)
    expect(replay.locator("output.iteration")).not_to_contain_text(f"Iteration {ITERATIONS}")
    _shows(replay, ITERATIONS)


def test_the_keyboard_plays_it(replay: Page) -> None:
    for key, iteration in (
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("ArrowLeft", 1),
        ("End", ITERATIONS),
        ("ArrowRight", ITERATIONS),
        ("Home", 0),
    ):
        replay.keyboard.press(key)
        _shows(replay, iteration)
    replay.keyboard.press("+")
    expect(replay.get_by_label("Speed")).to_have_value("2")
    replay.keyboard.press("f")
    expect(replay.get_by_role("button", name="Fit axes")).to_have_attribute("aria-pressed", "true")
    replay.keyboard.press("Space")
    _shows(replay, ITERATIONS)


def test_the_legend_hides_a_digit(replay: Page) -> None:
    whole = _maps(replay)
    three = replay.get_by_role("button", name="3", exact=True)
    three.click()
    expect(three).to_have_attribute("aria-pressed", "false")
    assert all(one != other for one, other in zip(whole, _maps(replay), strict=True))
    three.click()
    assert _maps(replay) == whole


def test_hovering_shows_the_picture_of_a_digit_and_marks_it_in_both_maps(replay: Page) -> None:
    replay.keyboard.press("End")
    before = _maps(replay)
    first = replay.locator("figure canvas").first
    box = first.bounding_box()
    assert box
    # Outwards from the middle until there is a digit: where they lie is the optimiser's business.
    for place in range(60):
        replay.mouse.move(box["x"] + box["width"] / 2 + place * 3, box["y"] + box["height"] / 2)
        if replay.locator(".tip").is_visible():
            break
    expect(replay.locator(".tip")).to_contain_text("of the training set")
    ink = replay.evaluate(
        """() => document.querySelector(".tip canvas").getContext("2d")
        .getImageData(0, 0, 28, 28).data.filter((value, place) => place % 4 === 0 && value > 128)
        .length"""
    )
    assert 20 < ink < 400
    assert all(one != other for one, other in zip(before, _maps(replay), strict=True))
    replay.mouse.move(1, 1)
    expect(replay.locator(".tip")).to_be_hidden()
    assert _maps(replay) == before


def test_the_curve_can_be_pressed(replay: Page) -> None:
    curve = replay.locator(".curve canvas")
    box = curve.bounding_box()
    assert box
    curve.click(position={"x": box["width"] - 77, "y": 40})
    _shows(replay, ITERATIONS)
    curve.click(position={"x": 5, "y": 40})
    _shows(replay, 0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_takes_the_theme_of_the_browser(
    new_page: NewPage, url: str, requests: list[str], scheme: str
) -> None:
    page = _opened(new_page(color_scheme=scheme, reduced_motion="reduce"), url, requests)
    ground = "rgb(17, 24, 26)" if scheme == "dark" else "rgb(255, 255, 255)"
    expect(page.locator("body")).to_have_css("background-color", ground)
    drawn = _maps(page)
    page.emulate_media(color_scheme="light" if scheme == "dark" else "dark")
    assert all(one != other for one, other in zip(drawn, _maps(page), strict=True))


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_it_fits_the_screen(new_page: NewPage, url: str, requests: list[str], width: int) -> None:
    page = _opened(new_page(width, 844, reduced_motion="reduce"), url, requests)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_in_viewport()
    page.get_by_text("Made with Latent Lab").scroll_into_view_if_needed()
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
