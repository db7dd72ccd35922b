"""The notebook: one page with all that was kept, without network, and with nothing executed."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from core.lessons.answers import Kept
from core.lessons.kept_reveal import KeptReveal
from core.lessons.notebook import notebook_page, to_html
from core.lessons.reveal import measure_step
from core.lessons.shelf import shelf
from core.lessons.svg import SvgLine, bar_chart, line_chart
from tests.core.lessons.conftest import gallery

LESSONS = shelf().lessons


class Tags(HTMLParser):
    """All tags, and whether each that was opened was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page(explanation: str = "", who: str = "") -> str:
    step = LESSONS[1].steps[0]
    found = KeptReveal(runs={}, titles={"own": "A <run>"}, measured=measure_step(step, {}))
    kept = {
        ("denoising", step.id): Kept(predictions={0: 0.2}, reveal=found, explanation=explanation),
        ("compression", "untrained"): Kept(predictions={0: [1]}),
    }
    return notebook_page(LESSONS, kept, who=who, now=1.8e9)


def test_predictions_results_figures_and_explanations_are_in_it() -> None:
    text = page("Black cuts one half.", "Ada")
    for said in (
        "Ada · Latent Lab, 2027-01-15",
        "My prediction: <strong>0.200 mean squared error per pixel</strong>",
        "<strong>Not as predicted.</strong> It is 0.0212.",
        "Black cuts one half.",
        "What becomes of a black pixel",
        "My prediction: <strong>The same grey picture ten times</strong>",
        "Not revealed yet.",
    ):
        assert said in text, said
    assert text.count("<svg") == 1
    assert text.count("data:image/png;base64,") == 2
    tags = Tags()
    tags.feed(text)
    assert not tags.open


def test_nothing_is_fetched_or_executed() -> None:
    text = page("<script>alert(1)</script><img src=x onerror=alert(1)>", '"><script>alert(2)')
    tags = Tags()
    tags.feed(text)
    names = {tag for tag, _ in tags.found}
    assert not names & {"script", "link", "iframe", "object", "form", "base"}
    for _, attributes in tags.found:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href"):
            assert re.match(r"data:image/png|https://|$", attributes.get(name) or "")
    assert "default-src 'none'" in text
    assert "&lt;script&gt;alert(1)" in text


def test_an_empty_notebook_says_so() -> None:
    assert "Nothing has been predicted yet." in notebook_page(LESSONS, {}, who="", now=0.0)


def test_every_figure_of_our_lessons_can_be_drawn() -> None:
    """With the gallery's runs in the place of the student's."""
    kept: dict[tuple[str, str], Kept] = {}
    for lesson in LESSONS:
        for step in lesson.steps:
            runs = {}
            for name in step.runs:
                experiment = lesson.experiments[name]
                runs[name] = gallery(experiment.gallery or experiment.model or "compression")
            found = KeptReveal(runs={}, titles={}, measured=measure_step(step, runs))
            kept[lesson.id, step.id] = Kept(predictions={}, reveal=found)
    text = notebook_page(LESSONS, kept, who="", now=0.0)
    tags = Tags()
    tags.feed(text)
    assert not tags.open
    for lesson in LESSONS:
        for step in lesson.steps:
            for figure in step.figures:
                assert to_html(figure.title) in text, figure.title
    assert "nan" not in text.lower().replace("finance", "")
    assert len(text) < 3_000_000


def test_points_stand_where_their_values_say() -> None:
    chart = line_chart(
        [SvgLine(name="a", x=[0, 1, 2], y=[0.0, 1.0, None], color="#000")],
        x_title="x",
        y_title="y",
    )
    found = re.search(r'polyline points="([^"]+)"', chart)
    assert found
    points = np.array([[float(v) for v in pair.split(",")] for pair in found[1].split()])
    assert len(points) == 2
    assert points[0, 0] < points[1, 0]
    assert points[0, 1] > points[1, 1], "a larger value stands higher"
    bars = [float(h) for h in re.findall(r'height="([\d.]+)" fill', bar_chart(
        ["a", "b"], [1.0, 3.0], x_title="", y_title=""))]  # fmt: skip
    assert bars[1] == pytest.approx(3 * bars[0], rel=0.01)


def test_charts_of_nothing_are_left_out() -> None:
    assert line_chart([], x_title="", y_title="") == ""
    assert bar_chart([], [], x_title="", y_title="") == ""
    nothing = SvgLine(name="a", x=[0], y=[float("nan")], color="#000")
    assert line_chart([nothing], x_title="", y_title="") == ""


def test_markdown_of_lessons() -> None:
    assert to_html("a **b** and *c* <d>") == "a <strong>b</strong> and <em>c</em> &lt;d&gt;"
    assert to_html("[x](https://example.org/a)") == '<a href="https://example.org/a">x</a>'
    assert to_html("2 * 3 * 4") == "2 * 3 * 4"
