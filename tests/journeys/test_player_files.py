"""What a player draws of maps and curves, and the files that it gives of them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from core.export.palette import OPTIMIZER_COLORS, map_colors
from tests.core.export.reading import colored
from tests.journeys.player import APP, PLAYER, rests, standard, visit

if TYPE_CHECKING:
    from tests.journeys.conftest import AppUrl, NewPage

# Pixels of the canvas that hold ink, for each digit that is shown.
INK = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const canvas = document.querySelector('.latent-player-overlay');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const ink = new Uint32Array(data.buffer).reduce((sum, word) => sum + (word >>> 24 > 0), 0);
  const counts = [...document.querySelectorAll('.latent-player-legend button')]
    .map(({ title }) => Number(title.match(/^[\\d,]+/)[0].replace(',', '')));
  return ink / counts.reduce((sum, count) => sum + count, 0);
}"""


@pytest.fixture
def url(app_url: AppUrl) -> str:
    return app_url(APP)


def saved(page: Page, name: str) -> tuple[str, Path]:
    """What a file is called that a button gives, and where it is."""
    with page.expect_download() as download:
        page.locator(PLAYER).get_by_role("button", name=name, exact=True).last.click()
    return download.value.suggested_filename, Path(download.value.path())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_maps_and_curves_are_saved_as_they_are_on_white_paper(
    new_page: NewPage, url: str, scheme: str
) -> None:
    page = new_page(color_scheme=scheme)
    visit(page, url)
    rests(page, 120)
    name, path = saved(page, "Save the maps as PNG")
    assert name == "lab_run_maps_iteration-00240.png"
    with Image.open(path) as picture:
        maps = np.asarray(picture.convert("RGB"))
    box = page.locator(".latent-player-stage").bounding_box()
    assert box
    assert maps.shape[:2] == (2 * round(box["height"]), 2 * round(box["width"]))
    assert (maps[:4] == 255).all()
    middle = maps.shape[1] // 2
    assert min(colored(maps[:, :middle]), colored(maps[:, middle:])) > 1000
    name, path = saved(page, "Save the curves as PNG")
    assert name == "lab_run_curves.png"
    with Image.open(path) as picture:
        curves = np.asarray(picture.convert("RGB"))
    assert (curves[:4] == 255).all()
    for optimizer in ("sgd", "adam"):
        color = tuple(bytes.fromhex(OPTIMIZER_COLORS[optimizer][1:]))
        assert (curves == color).all(axis=-1).sum() > 300, optimizer


def test_the_saved_table_holds_the_curves_that_are_drawn(page: Page, url: str) -> None:
    visit(page, url)
    rests(page, 120)
    name, path = saved(page, "Save the curves as CSV")
    assert name == "lab_run_curves.csv"
    head, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    assert head == [
        "iteration",
        "KL in nats SGD",
        "KL in nats Adam",
        "5-NN label agreement SGD",
        "5-NN label agreement Adam",
    ]
    recording = standard()
    table = np.array([[float(cell or "nan") for cell in row] for row in rows])
    np.testing.assert_array_equal(table[:, 0], recording.iterations)
    np.testing.assert_allclose(table[:, 1:3], recording.kl, rtol=1e-6)
    np.testing.assert_allclose(table[:, 3:], recording.agreement, rtol=1e-6)


def test_lines_are_named_at_their_ends_each_with_a_colour_and_a_dash(page: Page, url: str) -> None:
    visit(page, url, "four")
    rests(page, 59)
    labels, lines = page.evaluate(
        """() => {
          const { layout, data } = document.querySelector('.latent-player-curves-plot');
          const names = layout.annotations.filter(({ xanchor, yanchor }) =>
            xanchor === 'left' && yanchor === 'middle');
          return [names.map(({ text, xref, y, yshift }) => [text, xref, y, yshift]),
            data.map(({ line, xaxis }) => [line.color, line.dash, xaxis])];
        }"""
    )
    names = [label[0] for label in labels if label[1] == "x"]
    assert sorted(names) == ["Adam", "RMSprop", "SGD 1", "SGD 2"]
    colors = [line[0] for line in lines if line[2] == "x"]
    assert colors == map_colors(("sgd", "adam", "rmsprop", "sgd"))
    assert len({line[1] for line in lines}) == 4
    expect(page.locator(".latent-player-curves-plot .xgrid")).to_have_count(0)


def test_pictures_shrink_with_their_number(page: Page, url: str) -> None:
    sides: dict[str, float] = {}
    for case in ("other", "", "big", "many"):
        visit(page, url, case)
        expect(page.locator(f'{PLAYER}[data-state="paused"]')).to_be_visible()
        page.get_by_role("button", name="Pictures").click()
        # What one picture takes of the canvas: the ink that is there when one digit is followed.
        sides[case] = page.evaluate(INK)
    few, some, many, most = sides.values()
    assert few > some > many > most > 0, sides
