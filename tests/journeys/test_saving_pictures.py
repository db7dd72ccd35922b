"""Sheets, films, decoded digits and maps that are saved: their files are opened and measured."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageSequence
from playwright.sync_api import Page, expect

from app.theme import DIGIT_COLORS
from tests.journeys.apps import saving_known as known
from tests.journeys.saving import (
    EDGE,
    RATIO,
    grey,
    picture,
    place_of,
    saved,
    schemes,
    shown,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.journeys.conftest import NewPage, Visit


CLASS_COLORS = [[int(code[at : at + 2], 16) for at in (1, 3, 5)] for code in DIGIT_COLORS]


def test_a_sheet_is_saved_with_every_digit_in_its_place(
    new_page: NewPage, visit_saving: Visit
) -> None:
    page = new_page(color_scheme="light")
    visit_saving(page, "tiles")
    for _ in schemes(page):
        check_sheet(page)


def check_sheet(page: Page) -> None:
    """Check the picture of the tiles that a page shows."""
    pixels = picture(saved(page, "Save the pictures as PNG"))
    scale = 3 * RATIO
    places = [place_of(pixels, grey(levels), scale) for levels in known.pictures(known.TILES)]
    step = 30 * scale
    columns = [left for _, left in places]
    assert columns == [EDGE * RATIO + step * (i % known.PER_LINE) for i in range(known.TILES)]
    tops = {top for top, _ in places}
    assert len(tops) == 2, "two lines of digits"
    assert len({top for top, _ in places[: known.PER_LINE]}) == 1
    # The first pixel of the differences below has the lowest level: the deepest blue, in any theme.
    below = pixels[places[0][0] + 28 * scale : places[-1][0], EDGE * RATIO + 1]
    assert (below == (0x0B, 0x3C, 0x7D)).all(axis=1).any()


def test_the_frame_that_is_shown_is_saved(page: Page, visit_saving: Visit) -> None:
    visit_saving(page, "morph")
    frames = known.pictures(known.FRAMES)
    scale = 9 * RATIO  # 260 pixels leave room for nine times 28
    first = picture(saved(page, "Save this picture of the morph as PNG"))
    top, left = place_of(first, grey(frames[0]), scale)
    assert left == EDGE * RATIO
    page.locator(".film input").press("ArrowRight")
    expect(page.locator(".film")).to_have_attribute("data-frame", "1")
    second = picture(saved(page, "Save this picture of the morph as PNG"))
    assert place_of(second, grey(frames[1]), scale) == (top, left)


def test_a_film_is_saved_to_and_fro(page: Page, visit_saving: Visit) -> None:
    visit_saving(page, "morph")
    animation = Image.open(io.BytesIO(saved(page, "Save all pictures of the morph as GIF")))
    assert animation.format == "GIF"
    assert animation.info["loop"] == 0, "it begins again"
    frames = known.pictures(known.FRAMES)
    there_and_back = [*range(known.FRAMES), *range(known.FRAMES - 2, 0, -1)]
    shown_there = list(ImageSequence.all_frames(animation))
    assert [frame.info["duration"] for frame in shown_there] == [50] * len(there_and_back)
    places = {
        place_of(np.asarray(frame.convert("RGB")).astype(np.int16), grey(frames[i]), 9)
        for i, frame in zip(there_and_back, shown_there, strict=True)
    }
    assert len(places) == 1, "it stands still"


def test_a_film_with_colours_is_saved_in_its_own_time(page: Page, visit_saving: Visit) -> None:
    visit_saving(page, "film")
    animation = Image.open(io.BytesIO(saved(page, "Save all pictures of the codes as GIF")))
    frames = list(ImageSequence.all_frames(animation))
    assert [frame.info["duration"] for frame in frames] == [250, 250, 250, 250, 2000]
    codes = known.pictures(known.FRAMES, 10, 32)
    for frame, levels in zip(frames, codes, strict=True):
        colors = np.asarray(frame.convert("RGB")).astype(np.int16)
        left, scale = EDGE, 17  # 560 pixels leave room for 17 times 32
        column = colors[:, left]
        top = np.abs(column - known.viridis(int(levels[0, 0]))).max(axis=1).argmin()
        across = colors[top + scale // 2, left + scale // 2 : left + 32 * scale : scale]
        expected = [known.viridis(int(level)) for level in levels[0]]
        # One palette serves all frames, so it has fewer colours than the scale.
        assert np.abs(across - expected).max() <= 4


@pytest.mark.parametrize(
    ("case", "button"),
    [
        ("sliders", "Save the digit and its code as PNG"),
        ("pad", "Save the square and its digit as PNG"),
    ],
)
def test_a_decoded_digit_is_saved(page: Page, visit_saving: Visit, case: str, button: str) -> None:
    visit_saving(page, case)
    canvas = page.locator(".stage canvas").first
    before = picture(saved(page, button))
    place = place_of(before, shown(page), 8 * RATIO)
    assert place == (EDGE * RATIO, EDGE * RATIO)
    if case == "sliders":
        page.locator("input[type=range]").first.press("Home")
    else:
        page.locator(".square").press("Shift+ArrowLeft")
    page.evaluate("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")
    expect(canvas).to_be_visible()
    after = picture(saved(page, button))
    assert place_of(after, shown(page), 8 * RATIO) == place
    assert not (before == after).all(), "the new digit and its numbers are saved"


def test_a_map_is_saved_with_its_dots_and_its_legend(
    new_page: NewPage, visit_saving: Visit
) -> None:
    page = new_page(color_scheme="light")
    visit_saving(page, "map")
    files = [picture(saved(page, "Save the map as PNG")) for _ in schemes(page)]
    light, dark = files
    assert (light == dark).all(), "it depends on the theme"
    frame = page.locator(".frame").bounding_box()
    assert frame is not None
    assert light.shape[1] == pytest.approx(RATIO * (frame["width"] + 2 * EDGE), abs=2)

    def classes(pixels: NDArray[np.int16]) -> list[int]:
        """Pixels in the colour of each class below the legend."""
        return [int((pixels[80:] == color).all(axis=2).sum()) for color in CLASS_COLORS]

    assert min(classes(light)) > 100
    page.get_by_role("group", name="Classes").get_by_role("button", name="3").click()
    hidden = classes(picture(saved(page, "Save the map as PNG")))
    assert hidden[3] == 0
    assert min(hidden[:3]) > 100
