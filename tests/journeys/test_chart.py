"""The live chart in a browser: what moves, what must not, and what a visitor can do meanwhile."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, Route, expect

from bench.browser.chromium import still_box
from tests.conftest import until

if TYPE_CHECKING:
    from tests.journeys.conftest import AppUrl, NewPage, Serve

APP = Path(__file__).parent / "apps" / "chart_app.py"
PLOT = ".latent-chart-plot"

X_RANGE = "() => [...document.querySelector('.latent-chart-plot').layout.xaxis.range]"
X_ZOOMED = "document.querySelector('.latent-chart-plot').layout.xaxis.autorange === false"
Y_TYPE = "() => document.querySelector('.latent-chart-plot')._fullLayout.yaxis.type"
BACKGROUND = "() => document.querySelector('.latent-chart-plot').layout.paper_bgcolor"


@pytest.fixture
def url(app_url: AppUrl) -> str:
    return app_url(APP)


@pytest.fixture
def visit(url: str, settled: Callable[[Page], None]) -> Callable[..., None]:
    """Opens one case of the app and waits until its chart is drawn."""

    def go(page: Page, case: str = "", *, drawn: bool = True) -> None:
        page.goto(f"{url}/?case={case}")
        settled(page)
        if drawn:
            expect(page.locator(f"{PLOT} .main-svg").first).to_be_visible(timeout=30_000)

    return go


def ticks(page: Page, more: int) -> None:
    """Waits until the page has been refreshed `more` times."""
    shown = page.get_by_text(re.compile(r"^tick=\d+$"))
    now = int(shown.inner_text().removeprefix("tick="))
    page.wait_for_function(
        "goal => +document.body.innerText.match(/tick=(\\d+)/)[1] >= goal", arg=now + more
    )


def zoom(page: Page) -> list[float]:
    """Drags a box over the middle of the plot; the range of x that this leaves."""
    box = still_box(page.locator(f"{PLOT} .nsewdrag").first)
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.8, steps=4)
    page.mouse.up()
    page.wait_for_function(X_ZOOMED)
    return page.evaluate(X_RANGE)


def test_the_chart_lives_through_ticks(page: Page, visit: Callable[..., None]) -> None:
    visit(page)
    plot = page.locator(PLOT).element_handle()
    page.evaluate(
        """() => {
          window.framesWithoutChart = 0;
          const look = () => {
            const svg = document.querySelector('.latent-chart-plot .main-svg');
            if (!svg?.checkVisibility({visibilityProperty: true})) window.framesWithoutChart += 1;
            requestAnimationFrame(look);
          };
          look();
        }"""
    )
    points = plot.evaluate("plot => plot.data[0].x.length")
    zoomed = zoom(page)
    ticks(page, 6)
    assert plot.evaluate("plot => plot === document.querySelector('.latent-chart-plot')")
    assert plot.evaluate("plot => plot.data[0].x.length") > points
    assert page.evaluate(X_RANGE) == zoomed
    assert page.evaluate("window.framesWithoutChart") == 0


def test_names_are_not_shown_before_they_have_their_places(page: Page, url: str) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/PlotlyChart.*.js", hold)
    page.goto(f"{url}/?case=still")
    names = page.locator(".latent-chart-legend button")
    expect(names.first).to_be_attached()
    until(lambda: page.wait_for_timeout(10) or held)
    expect(names.first).not_to_be_visible()
    for route in held:
        route.continue_()
    expect(names.first).to_be_visible()


def test_another_run_resets_the_zoom(page: Page, visit: Callable[..., None]) -> None:
    visit(page)
    zoom(page)
    page.get_by_role("button", name="New run").click()
    page.wait_for_function(f"document.querySelector('.latent-chart-plot')?.layout && !({X_ZOOMED})")


def test_log_and_linear_need_no_server(
    page: Page, visit: Callable[..., None], settled: Callable[[Page], None]
) -> None:
    sent: list[object] = []

    def note(frame: object) -> None:
        sent.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", note))
    visit(page, "still")
    log, linear = (page.get_by_role("button", name=name, exact=True) for name in ("log", "linear"))
    expect(log).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(Y_TYPE) == "log"
    before = len(sent)
    zoomed = zoom(page)
    linear.focus()
    page.keyboard.press("Enter")
    expect(linear).to_have_attribute("aria-pressed", "true")
    page.wait_for_function(f"({Y_TYPE})() === 'linear'")
    low, high = page.evaluate(f"{Y_TYPE.removesuffix('.type')}.range")
    assert low < 0.015 < 0.1 < high, "the range zoomed to on the log axis makes no sense here"
    assert page.evaluate(X_RANGE) == zoomed
    assert len(sent) == before
    page.reload()
    settled(page)
    expect(linear).to_have_attribute("aria-pressed", "true")  # the browser remembers


def test_a_line_can_be_hidden(page: Page, visit: Callable[..., None]) -> None:
    visit(page)
    entry = page.get_by_role("button", name="validation")
    entry.press("Space")
    ticks(page, 2)
    expect(entry).to_have_attribute("aria-pressed", "false")
    expect(entry).to_be_focused()  # ticks must not take the keyboard away
    expect(page.locator(f"{PLOT} .scatterlayer .trace")).to_have_count(1)


def test_names_stand_where_their_lines_end(page: Page, visit: Callable[..., None]) -> None:
    visit(page, "still")
    page.wait_for_function("document.querySelector('.latent-chart-legend button').style.top !== ''")
    heights = page.evaluate(
        """() => {
          const layout = document.querySelector('.latent-chart-plot')._fullLayout;
          const frame = document.querySelector('.latent-chart-frame').getBoundingClientRect();
          const { data } = document.querySelector('.latent-chart-plot');
          return [...document.querySelectorAll('.latent-chart-legend button')].map((name, i) => {
            const { top, bottom } = name.getBoundingClientRect();
            const axis = layout.yaxis;
            const end = axis._offset + axis.c2p(axis.d2c(data[i].y.at(-1)));
            return [(top + bottom) / 2 - frame.top, end];
          });
        }"""
    )
    assert len(heights) == 2
    # The two lines end close to each other: one name gives way, by its height at most.
    assert all(abs(name - end) < 20 for name, end in heights)
    assert min(abs(name - end) for name, end in heights) < 2


def test_a_log_axis_spans_whole_decades_and_a_linear_one_shows_zero(
    page: Page, visit: Callable[..., None]
) -> None:
    visit(page, "panels")
    ranges = """() => {
      const { yaxis, yaxis2 } = document.querySelector('.latent-chart-plot')._fullLayout;
      return [yaxis.range, yaxis2.range];
    }"""
    assert page.evaluate(ranges) == [[-2, 0], [0, 2]]
    page.get_by_role("button", name="linear", exact=True).click()
    page.wait_for_function(f"({Y_TYPE})() === 'linear'")
    assert [low for low, _ in page.evaluate(ranges)] == [0, 0]


def test_the_axes_are_as_they_are_asked_for(page: Page, visit: Callable[..., None]) -> None:
    visit(page, "asked")
    plot = page.locator(PLOT).element_handle()
    assert page.evaluate(X_RANGE) == [0, 100]
    assert plot.evaluate("plot => plot._fullLayout.yaxis2.type") == "linear"
    assert page.evaluate(Y_TYPE) == "log"
    pale, full, level = plot.evaluate(
        "plot => plot.data.slice(0, 3).map((t) => [t.opacity, t.line.width, t.line.dash])"
    )
    assert pale[0] < full[0] == 1
    assert pale[1] < full[1]
    assert level[2] == "dash"
    drag = page.locator(f"{PLOT} .nsewdrag").first.bounding_box()
    assert drag is not None
    page.mouse.move(drag["x"] + drag["width"] * 0.05, drag["y"] + drag["height"] / 2)
    expect(page.locator(f"{PLOT} .hoverlayer")).to_contain_text("The training error is 0.")
    # What a visitor has zoomed to stays while data come, although the axis is given.
    zoomed = zoom(page)
    ticks(page, 3)
    assert page.evaluate(X_RANGE) == zoomed != [0, 100]


def test_a_diverged_loss_is_a_gap(page: Page, visit: Callable[..., None]) -> None:
    visit(page, "diverged")
    ticks(page, 4)
    expect(page.get_by_role("button", name="training NaN")).to_be_visible()
    # One gap of infinities, one of values that a log axis cannot show: two strokes each.
    strokes = page.locator(f"{PLOT} .scatterlayer path.js-line")
    drawn = [path.get_attribute("d") or "" for path in strokes.all()]
    assert sum(path.count("M") for path in drawn) == 4
    assert "NaN" not in "".join(drawn)


def test_panels_share_the_x_axis_and_name_their_lines(
    page: Page, visit: Callable[..., None]
) -> None:
    visit(page, "panels")
    names = page.locator(".latent-chart-legend button")
    expect(names).to_have_count(4)
    expect(names.get_by_text("validation")).to_have_count(2)  # in either panel
    expect(page.locator(f"{PLOT} .annotation-text")).to_have_text(
        ["mean squared error per pixel", "nats per image"]
    )
    expect(page.locator(f"{PLOT} .xtitle")).to_have_count(1)
    expect(page.get_by_role("img", name="Loss per epoch. Latest: training")).to_be_visible()


def test_the_chart_follows_the_theme(page: Page, visit: Callable[..., None]) -> None:
    visit(page, "still")
    plot = page.locator(PLOT).element_handle()
    light = page.evaluate(BACKGROUND)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"light => ({BACKGROUND})() !== light", arg=light)
    assert plot.evaluate("plot => plot.isConnected")


@pytest.mark.parametrize("case", ["", "panels"])
def test_nothing_overlaps_on_a_phone(
    new_page: NewPage, visit: Callable[..., None], case: str
) -> None:
    phone = new_page(390, 844, has_touch=True, is_mobile=True)
    visit(phone, case)

    def box(selector: str, number: int = 0) -> dict[str, float]:
        # Plotly may be replacing the element: until the new one is laid out it has no size.
        found = phone.wait_for_function(
            "([selector, number]) => { const found = document.querySelectorAll(selector)[number];"
            " const box = found?.getBoundingClientRect(); return box?.height ? box.toJSON() : 0; }",
            arg=[selector, number],
        )
        return found.json_value()

    plot, scale = box(PLOT), box(".latent-chart-scale")
    lines = box(f"{PLOT} .nsewdrag")
    modebar, title = box(f"{PLOT} .modebar-group"), box(f"{PLOT} .annotation-text")
    assert plot["left"] >= 0
    assert plot["right"] <= 390
    assert scale["bottom"] <= plot["top"]
    names = [
        name.evaluate("e => e.getBoundingClientRect().toJSON()")
        for name in phone.locator(".latent-chart-legend button").all()
    ]
    assert all(lines["right"] <= name["left"] and name["right"] <= 390 for name in names)
    names.sort(key=lambda name: name["top"])
    assert all(a["bottom"] <= b["top"] + 1 for a, b in itertools.pairwise(names))
    assert modebar["bottom"] <= box(f"{PLOT} .nsewdrag")["top"]
    assert title["right"] <= modebar["left"]
    if case == "panels":
        second = box(f"{PLOT} .annotation-text", 1)
        beside = "names of a panel lie on the next one's title"
        assert names[1]["bottom"] <= second["top"] + 4, beside


def test_the_chart_is_as_wide_as_its_column(page: Page, visit: Callable[..., None]) -> None:
    visit(page, "still")
    page.set_viewport_size({"width": 600, "height": 900})
    page.wait_for_function(
        "() => { const plot = document.querySelector('.latent-chart-plot');"
        " return plot.offsetWidth < 600 && plot._fullLayout.width === plot.offsetWidth; }"
    )


def test_the_tools_of_the_chart_do_not_save_it_a_second_time(
    page: Page, visit: Callable[..., None]
) -> None:
    visit(page, "still")
    page.locator(PLOT).hover()
    titles = page.locator(f"{PLOT} .modebar-btn").evaluate_all(
        "buttons => buttons.map((button) => button.dataset.title)"
    )
    assert titles == ["Zoom", "Pan", "Reset axes"]


@pytest.mark.parametrize(
    ("case", "sentence"),
    [("empty", "Waiting for the first epoch…"), ("lost", "the run has diverged")],
)
def test_a_chart_without_a_curve_says_why(
    page: Page, visit: Callable[..., None], case: str, sentence: str
) -> None:
    visit(page, case, drawn=False)
    expect(page.get_by_text(sentence)).to_be_visible()


def test_a_chart_that_leaves_cleans_up(page: Page, visit: Callable[..., None]) -> None:
    visit(page)
    plot = page.locator(PLOT).element_handle()
    page.get_by_text("Show the chart").click()
    expect(page.locator(PLOT)).to_have_count(0)
    page.wait_for_function("plot => !plot._fullLayout", arg=plot)  # what Plotly.purge leaves
    page.get_by_text("Show the chart").click()
    expect(page.locator(f"{PLOT} .main-svg").first).to_be_visible()


def test_plotly_py_stands_in_for_streamlits_chunk(page: Page, visit: Callable[..., None]) -> None:
    visit(page, "fallback")
    ticks(page, 2)


@pytest.fixture(scope="module")
def url_under_a_base_path(serve: Serve) -> Iterator[str]:
    with serve(APP, {"STREAMLIT_SERVER_BASE_URL_PATH": "lab"}) as server:
        yield server.url


@pytest.mark.parametrize("case", ["still", "fallback"])
def test_plotly_is_found_under_a_base_path(
    page: Page, url_under_a_base_path: str, case: str
) -> None:
    assert url_under_a_base_path.endswith("/lab")
    page.goto(f"{url_under_a_base_path}/?case={case}")
    expect(page.locator(f"{PLOT} .main-svg").first).to_be_visible()


def test_without_plotly_there_is_a_sentence(
    page: Page, visit: Callable[..., None], console_errors: list[str]
) -> None:
    visit(page, "missing", drawn=False)
    expect(page.get_by_text("This chart could not be drawn")).to_be_visible()
    ticks(page, 3)
    assert len(console_errors) == 1, "a broken chart must not ask again with every tick"
    assert "module script" in console_errors.pop()
