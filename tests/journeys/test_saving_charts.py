"""Charts that are saved: tables have the numbers that were drawn, pictures are for white paper."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.apps import saving_known as known
from tests.journeys.saving import (
    NAME,
    RATIO,
    picture,
    records,
    saved,
    schemes,
)

if TYPE_CHECKING:
    from tests.journeys.conftest import NewPage, Visit


@pytest.mark.parametrize("case", ["chart", "chart&panels"])
def test_the_points_of_a_live_chart_are_saved_in_full(
    page: Page, visit_saving: Visit, case: str
) -> None:
    visit_saving(page, case)
    head, *rows = records(saved(page, "Save the chart as CSV"))
    several = case != "chart"
    assert head == ["line", "x", "y", *(["quantity"] if several else [])]
    lines = known.curves(panels=several)
    assert len(rows) == sum(len(line.x) for line in lines)
    at = iter(rows)
    for line in lines:
        for x, y in zip(*np.asarray([line.x, line.y], np.float32), strict=True):
            name, *numbers = next(at)
            assert name == ("'" + known.TITLE if line.name == known.TITLE else line.name)
            assert np.float32(numbers[0]) == x
            assert np.float32(numbers[1]) == y or (math.isnan(y) and numbers[1] == "NaN")
            assert numbers[2:] == ([known.QUANTITIES[line.panel]] if several else [])


def test_a_live_chart_is_saved_for_white_paper(new_page: NewPage, visit_saving: Visit) -> None:
    page = new_page(color_scheme="light")
    visit_saving(page, "chart")
    for _ in schemes(page):
        check_live_chart(page)


def check_live_chart(page: Page) -> None:
    """Check the picture of the chart that a page shows."""
    plot = page.locator(".latent-chart-plot")
    expect(plot.locator(".main-svg").first).to_be_visible(timeout=30_000)
    box = plot.bounding_box()
    assert box is not None
    pixels = picture(saved(page, "Save the chart as PNG"))
    height, width, _ = pixels.shape
    assert width == pytest.approx(RATIO * box["width"], abs=2)
    assert height == pytest.approx(RATIO * box["height"], abs=2)
    blue = np.abs(pixels - (0x3F, 0x90, 0xDA)).max(axis=2) < 8
    assert blue.any(axis=0).mean() > 0.7, "the line goes across the chart"
    assert (pixels.min(axis=2) > 240).mean() > 0.8
    # Each name stands right of the plot, behind a mark in the colour of its line.
    orange = np.abs(pixels - (0xE7, 0x63, 0x00)).max(axis=2) < 8
    for line in (blue, orange):
        right = int(0.828 * width)
        rows = np.flatnonzero(line[:, right:].any(axis=1))
        beside = pixels[rows.min() - 6 : rows.max() + 6, right:]
        assert (beside.max(axis=2) < 110).any(), "the name is not there"


def test_a_zoomed_chart_is_saved_as_it_is_shown(page: Page, visit_saving: Visit) -> None:
    visit_saving(page, "chart")
    expect(page.locator(".latent-chart-plot .main-svg").first).to_be_visible(timeout=30_000)
    whole = picture(saved(page, "Save the chart as PNG"))
    page.evaluate(
        "Plotly.relayout(document.querySelector('.latent-chart-plot'),"
        " {'xaxis.range': [0.1, 0.4], 'xaxis.autorange': false})"
    )
    zoomed = picture(saved(page, "Save the chart as PNG"))
    assert zoomed.shape == whole.shape
    width = whole.shape[1]
    orange = [
        (np.abs(pixels - (0xE7, 0x63, 0x00)).max(axis=2) < 8)[100:, : int(0.8 * width)].any()
        for pixels in (whole, zoomed)
    ]
    assert orange == [True, False], "the second line begins at 0.5"


def test_the_numbers_of_every_kind_of_chart_are_saved(page: Page, visit_saving: Visit) -> None:
    visit_saving(page, "plotly")
    figures = known.figures()
    tables = {
        key: records(saved(page, f"Save the {key} as CSV", f"{NAME}_{key}")) for key in figures
    }
    title = "'" + known.TITLE
    cells = [
        ["", str(unit), str(digit), value]
        for digit, row in enumerate(known.MEANS)
        for unit, value in enumerate(row)
    ]
    head, *rows = tables["heat-map"]
    assert head == ["line", "x", "y", "z"]
    assert [row[:3] for row in rows] == [cell[:3] for cell in cells]
    assert [np.float32(row[3]) for row in rows] == [cell[3] for cell in cells]
    assert tables["kl"] == [
        ["line", "x", "y"],
        ["", "z1", "2"],
        ["", "z2", "0.3"],
        ["", "z0", "0.01"],
    ]
    head, *rows = tables["histogram"]
    shares = 100 * np.histogram(known.MEANS, np.linspace(0, 1, 51))[0] / known.MEANS.size
    assert {row[0] for row in rows} == {title}
    assert [float(row[2]) for row in rows] == shares.tolist()
    assert tables["agreement"] == [["line", "x", "y"], ["", "93.75", "pixels"], ["", "50", title]]
    assert tables["plane"] == [
        ["line", "x", "y", "name"],
        ["", "5.875", "0.19", "β 0.001, 2 d"],
    ]


def test_every_kind_of_chart_is_saved_for_white_paper(
    new_page: NewPage, visit_saving: Visit
) -> None:
    page = new_page(color_scheme="light")
    visit_saving(page, "plotly")
    figures = known.figures()
    for _ in schemes(page):
        for key, figure in figures.items():
            pixels = picture(saved(page, f"Save the {key} as PNG", f"{NAME}_{key}"))
            height, width, _ = pixels.shape
            assert height == RATIO * figure.to_dict()["layout"]["height"]
            assert width >= RATIO * 720
            # Words at the left edge are dark on white, and none is cut off by the edge.
            assert (pixels[:, : width // 8].max(axis=2) < 110).any(), key
            assert (pixels[:, :3] > 230).all(), key
