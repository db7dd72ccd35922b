"""A digit from a picture, against MNIST's own digits."""

from __future__ import annotations

import contextlib
from functools import cache

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageOps
from torch import Tensor

from bench.drawing import WAYS, compare, rendered
from core.data.digits import load_digits
from core.scan.components import Component, connected_components
from core.scan.find_digits import find_digits, reading_order
from core.scan.ink import has_light_paper
from core.scan.normalise import from_drawing, just_resized
from core.scan.picture_file import PictureError, open_picture

pytestmark = pytest.mark.usefixtures("one_thread")

DARK_ON_LIGHT, LIGHT_ON_DARK = True, False


@cache
def originals(count: int = 100) -> Tensor:
    return load_digits("test").pixels[:count]


def enlarged(pixels: Tensor, scale: int) -> Image.Image:
    grey = (pixels.reshape(28, 28).numpy() * 255).round().astype(np.uint8)
    return Image.fromarray(grey).resize((28 * scale, 28 * scale), Image.Resampling.BICUBIC)


def on_paper(drawing: Image.Image, *, paper: int = 235, ink: int = 40) -> Image.Image:
    """Light on black as dark on light."""
    amount = np.asarray(drawing, np.float32) / 255
    return Image.fromarray((paper - (paper - ink) * amount).astype(np.uint8))


def lines(*strokes: list[tuple[int, int]], side: int = 280, width: int = 16) -> Image.Image:
    image = Image.new("L", (side, side))
    for stroke in strokes:
        ImageDraw.Draw(image).line(stroke, fill=255, width=width, joint="curve")
    return image


FIVE = [(90, 90), (80, 140), (150, 130), (190, 180), (150, 240), (80, 230)]
BAR = [(100, 62), (190, 58)]  # not quite at the body
FOUR = [(100, 50), (70, 150), (150, 150)], [(168, 60), (168, 240)]


class TestFromDrawing:
    @pytest.mark.parametrize("scale", [1, 4, 10])
    def test_mnist_s_own_digits_come_back(self, scale: int) -> None:
        found = torch.stack([from_drawing(enlarged(pixels, scale)) for pixels in originals(60)])
        assert found.dtype == torch.float32
        assert found.shape == (60, 784)
        assert found.min() >= 0
        assert found.max() <= 1
        differences = (found - originals(60)).square().mean(dim=1)
        # A digit differs from the next by 0.1; one moved by a pixel from itself by 0.03.
        assert differences.mean() < 0.012
        assert differences.median() < 0.006

    @pytest.mark.parametrize("invert", [None, DARK_ON_LIGHT])
    def test_dark_ink_on_paper_is_the_same_digit(self, invert: bool | None) -> None:
        for pixels in originals()[:10]:
            drawing = enlarged(pixels, 8)
            here = from_drawing(on_paper(drawing), invert=invert)
            there = from_drawing(drawing, invert=LIGHT_ON_DARK)
            assert (here - there).square().mean() < 0.0005

    def test_it_fills_the_box_and_its_mass_is_in_the_middle(self) -> None:
        for index in range(20):
            data = rendered(originals()[index], np.random.default_rng(index), lamp=True)
            digit = from_drawing(open_picture(data)).reshape(28, 28).double()
            rows, columns = (digit > 0.02).nonzero().T
            sides = [int(places.max() - places.min()) + 1 for places in (rows, columns)]
            assert max(sides) in (19, 20)
            for axis, side in enumerate(sides):
                mass = digit.sum(dim=1 - axis)
                centre = float(mass @ torch.arange(28.0, dtype=torch.float64) / mass.sum())
                # To a pixel, unless the digit is so lopsided that it would leave the picture.
                assert side > 18 or centre == pytest.approx(13.75, abs=1)

    @pytest.mark.parametrize(("width", "height"), [(100, 200), (200, 100), (60, 180), (150, 150)])
    def test_keeps_proportions(self, width: int, height: int) -> None:
        image = Image.new("L", (300, 300))
        ImageDraw.Draw(image).ellipse((20, 30, 19 + width, 29 + height), outline=255, width=12)
        digit = from_drawing(image).reshape(28, 28)
        rows, columns = (digit > 0.3).nonzero().T
        extents = [int(places.max() - places.min()) + 1 for places in (columns, rows)]
        scale = 20 / max(width, height)
        assert extents == pytest.approx([scale * width, scale * height], abs=1)

    def test_where_and_how_large_does_not_matter(self) -> None:
        small, large = lines(FIVE, BAR), Image.new("L", (700, 500))
        large.paste(small.resize((420, 420), Image.Resampling.BICUBIC), (250, 20))
        difference = (from_drawing(small) - from_drawing(large)).square().mean()
        assert difference < 0.003

    def test_thin_lines_stay_visible(self) -> None:
        thin = lines([(150, 100), (1400, 100), (500, 1500)], side=1600, width=3)
        digit = from_drawing(thin)
        assert digit.max() > 0.8
        assert 20 < digit.sum() < 80

    def test_a_faint_thin_speck_does_not_count_even_if_it_is_long(self) -> None:
        clean = lines(FIVE, BAR)
        dirty = clean.copy()
        ImageDraw.Draw(dirty).line([(10, 20), (10, 75)], fill=130, width=5)
        assert (from_drawing(dirty) - from_drawing(clean)).square().mean() < 0.0005

    def test_a_digit_that_reaches_the_side_is_no_edge_beside_a_speck(self) -> None:
        clean = lines([(100, 30), (60, 200), (180, 200)], [(160, 100), (150, 280)])
        dirty = clean.copy()
        ImageDraw.Draw(dirty).line([(250, 20), (250, 40)], fill=255, width=6)
        assert (from_drawing(dirty) - from_drawing(clean)).square().mean() < 0.0005

    def test_specks_do_not_count(self) -> None:
        clean = lines(FIVE, BAR)
        dirty = clean.copy()
        for place in ((10, 10), (260, 20), (20, 250)):
            ImageDraw.Draw(dirty).ellipse((*place, place[0] + 4, place[1] + 4), fill=255)
        assert (from_drawing(dirty) - from_drawing(clean)).square().mean() < 0.0005

    @pytest.mark.parametrize("seed", [2437, 2513, 2777])
    def test_paper_in_the_dark_is_no_ink(self, seed: int) -> None:
        # The lamp is near one side; the other one is mostly noise.
        digit = load_digits("test").pixels[seed % 1000]
        picture = open_picture(rendered(digit, np.random.default_rng(seed), lamp=True))
        assert (from_drawing(picture) - digit).square().mean() < 0.03

    def test_the_brightest_place_under_a_lamp_is_no_writing(self) -> None:
        y, x = np.mgrid[-1:1:200j, -1:1:200j]
        lamp = 1.2 / (1 + 2 * ((x + 0.9) ** 2 + (y - 0.9) ** 2))
        ink = np.asarray(lines(FIVE, BAR).resize((200, 200)), np.float64) / 255
        paper = Image.fromarray((255 * (0.8 * lamp * (1 - 0.1 * ink)).clip(0, 1)).astype(np.uint8))
        assert has_light_paper(paper)
        assert not has_light_paper(ImageOps.invert(paper))

    def test_a_shadow_is_no_ink(self) -> None:
        paper = np.asarray(on_paper(lines(FIVE, BAR)), np.float32)
        y, x = np.mgrid[0:280, 0:280]
        shadow = 1 - 0.4 / (1 + np.exp(-(x + y - 300) / 25))
        shaded = Image.fromarray((paper * shadow * (1 - x / 900)).astype(np.uint8))
        difference = (from_drawing(shaded) - from_drawing(lines(FIVE, BAR))).square().mean()
        assert difference < 0.002


class TestDemands:
    """What the benchmark shows for 1,000 digits, on fewer."""

    @pytest.mark.parametrize("lamp", [False, True])
    def test_are_met(self, lamp: bool) -> None:
        rows, demands = compare(30, lamp=lamp)
        assert len(rows.splitlines()) == len(WAYS)
        assert len(demands) == 3
        assert all(measured.endswith(", met") for measured in demands.values())

    def test_just_resized_is_the_whole_picture(self) -> None:
        for pixels in originals()[:20]:
            assert (just_resized(enlarged(pixels, 10)) - pixels).square().mean() < 0.01
            paper = on_paper(enlarged(pixels, 10), paper=255, ink=0)
            assert (just_resized(paper) - pixels).square().mean() < 0.01

    def test_tells_light_paper_from_dark(self) -> None:
        random = np.random.default_rng(3)
        for pixels in originals()[:40]:
            drawing = np.asarray(enlarged(pixels, 6), np.float32) / 255
            noise = random.normal(0, 0.03, drawing.shape)
            grey = random.uniform(0.4, 0.7) + random.choice([-0.3, 0.3]) * drawing + noise
            light = Image.fromarray((grey.clip(0, 1) * 255).astype(np.uint8))
            dark = Image.fromarray(255 - np.asarray(light))
            assert has_light_paper(light) != has_light_paper(dark)
            assert has_light_paper(light) == bool(grey[drawing > 0.9].mean() < grey.mean())


class TestNoDigit:
    @pytest.mark.parametrize("side", [28, 280, 700])
    @pytest.mark.parametrize(
        "make",
        [
            pytest.param(lambda side: np.zeros((side, side)), id="black"),
            pytest.param(lambda side: np.full((side, side), 255), id="white"),
            pytest.param(lambda side: np.full((side, side), 130), id="grey"),
            pytest.param(
                lambda side: np.random.default_rng(0).integers(0, 256, (side, side)), id="noise"
            ),
            pytest.param(
                lambda side: np.random.default_rng(1).normal(200, 5, (side, side)), id="paper"
            ),
            pytest.param(lambda side: np.linspace(60, 200, side)[None].repeat(side, 0), id="slope"),
            pytest.param(lambda side: 255 * (np.indices((side, side)).sum(0) % 2), id="chequers"),
        ],
    )
    def test_is_told_in_a_sentence(self, make, side: int) -> None:  # noqa: ANN001
        picture = Image.fromarray(make(side).clip(0, 255).astype(np.uint8))
        for read in (from_drawing, find_digits):
            with pytest.raises(PictureError, match=r"^my\.png shows no digit, .*; write .*\.$"):
                read(picture, name="my.png")

    def test_a_dot_is_none(self) -> None:
        for size in (5, 12, 60):
            dot = Image.new("L", (280, 280))
            dot.paste(255, (100, 100, 100 + size, 100 + size))
            with pytest.raises(PictureError, match="shows no digit"):
                from_drawing(dot)

    def test_a_page_of_print_is_too_much(self) -> None:
        page = Image.new("L", (900, 900), 255)
        for number in range(100):
            place = 40 + number % 10 * 84, 40 + number // 10 * 84
            ImageDraw.Draw(page).line((*place, place[0] + 20, place[1] + 40), fill=0, width=6)
        with pytest.raises(PictureError, match="shows 100 separate marks, at most 50 digits"):
            find_digits(page)
        with pytest.raises(PictureError, match="shows 100 separate marks, at most 20 make one"):
            from_drawing(page)


def sheet(
    count: int, columns: int, *, seed: int = 0, side: int = 84
) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """Test digits in rows as ink from 0 to 1 (900, 1200), and the centre of each, x and y."""
    random = np.random.default_rng(seed)
    ink, centres = np.zeros((900, 1200)), []
    for index in range(count):
        left = 100 + index % columns * 125 + int(random.integers(0, 20))
        top = 80 + index // columns * 150 + int(random.integers(0, 20))
        digit = np.asarray(enlarged(originals()[index], 3).resize((side, side))) / 255
        ink[top : top + side, left : left + side] = digit
        centres.append((left + side // 2, top + side // 2))
    return ink, centres


def as_photo(ink: np.ndarray) -> Image.Image:
    noise = np.random.default_rng(0).normal(0, 0.02, ink.shape)
    return Image.fromarray(((0.8 - 0.6 * ink + noise).clip(0, 1) * 255).astype(np.uint8))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_of_any_picture_there_is_a_digit_or_a_sentence(seed: int) -> None:
    """Lines, areas and dots anywhere, blurred or noisy, on sheets of any form."""
    random = np.random.default_rng(seed)
    width, height = (int(8 * 40 ** random.random()) for _ in range(2))
    picture = Image.new("L", (width, height), int(random.integers(256)))
    draw = ImageDraw.Draw(picture)
    for _ in range(random.integers(8)):
        shift, reach = (-width // 4, -height // 4), (width + 1, height + 1)
        places = [tuple(random.integers(shift, reach).tolist()) for _ in range(3)]
        grey, thick = random.integers(1, (256, 2 + min(width, height) // 3)).tolist()
        match random.integers(3):
            case 0:
                draw.line(places, fill=grey, width=thick)
            case 1:
                draw.polygon(places, fill=grey)
            case _:
                draw.point(places, fill=grey)
    noise = random.normal(0, random.choice([0, 0, 5, 40]), (height, width))
    picture = Image.fromarray((np.asarray(picture) + noise).clip(0, 255).astype(np.uint8))
    for invert in (None, True, False):
        digits = []
        with contextlib.suppress(PictureError):
            digits.append(from_drawing(picture, invert=invert))
        with contextlib.suppress(PictureError):
            digits += [digit.pixels for digit in find_digits(picture, invert=invert)]
        for digit in digits:
            assert digit.shape == (784,)
            assert 0 <= digit.min() < digit.max() <= 1
            assert digit.sum() > 1


class TestFindDigits:
    @pytest.mark.parametrize(("count", "columns"), [(1, 1), (3, 3), (17, 6), (40, 8)])
    def test_finds_each_where_it_is_in_order(self, count: int, columns: int) -> None:
        ink, centres = sheet(count, columns)
        found = find_digits(as_photo(ink))
        assert len(found) == count
        for digit, (x, y) in zip(found, centres, strict=True):
            left, top, right, bottom = digit.box
            assert left < x < right or abs((left + right) / 2 - x) < 15
            assert top < y < bottom
        pixels = torch.stack([digit.pixels for digit in found])
        differences = (pixels[:, None] - originals()[None, :count]).square().mean(dim=2)
        assert (differences.diagonal() < 0.04).float().mean() > 0.9
        # Each is more like its own original than like any other, but for twins.
        assert (differences.argmin(dim=1) == torch.arange(count)).float().mean() > 0.9

    def test_a_box_is_that_of_the_ink(self) -> None:
        image = Image.new("L", (400, 300), 230)
        for left, top in ((50, 60), (200, 70)):
            ImageDraw.Draw(image).rectangle((left, top, left + 49, top + 99), outline=20, width=9)
        boxes = [digit.box for digit in find_digits(image)]
        assert np.abs(np.subtract(boxes, [(50, 60, 100, 160), (200, 70, 250, 170)])).max() <= 1

    @pytest.mark.parametrize("angle", [-5, 3])
    def test_the_sheet_may_lie_askew(self, angle: int) -> None:
        ink, centres = sheet(40, 8)
        turned = as_photo(ink).rotate(angle, Image.Resampling.BICUBIC, fillcolor=204)
        found = find_digits(turned)
        radians = np.radians(angle)
        assert len(found) == len(centres)
        for digit, (x, y) in zip(found, centres, strict=True):
            across, down = x - 600, y - 450
            left, top, right, bottom = digit.box
            where = (
                600 + across * np.cos(radians) + down * np.sin(radians),
                450 - across * np.sin(radians) + down * np.cos(radians),
            )
            assert np.hypot((left + right) / 2 - where[0], (top + bottom) / 2 - where[1]) < 25

    @pytest.mark.parametrize("shadow", [False, True])
    @pytest.mark.parametrize("table", [0, 0.15])
    def test_a_table_and_a_shadow_are_no_digits(self, table: float, shadow: bool) -> None:
        ink, centres = sheet(17, 6)
        y, x = np.mgrid[0:900, 0:1200]
        grey = 0.85 * (1 - 0.7 * ink)
        if table:
            grey[(x < 50 + 0.04 * y) | (x > 1150 - 0.02 * y) | (y < 40) | (y > 860)] = table
        if shadow:
            grey *= 1 - 0.4 / (1 + np.exp(-(x - y - 100) / 30))
        grey += np.random.default_rng(0).normal(0, 0.02, grey.shape)
        found = find_digits(Image.fromarray((grey.clip(0, 1) * 255).astype(np.uint8)))
        assert len(found) == len(centres)
        for digit, (_, middle) in zip(found, centres, strict=True):
            assert digit.box[1] < middle < digit.box[3]

    @pytest.mark.parametrize("strokes", [(FIVE, BAR), FOUR])
    @pytest.mark.parametrize("beside", [0, 230])
    def test_one_of_several_strokes_stays_one(
        self, strokes: tuple[list[tuple[int, int]], ...], beside: int
    ) -> None:
        ink = Image.new("L", (560, 280))
        ink.paste(lines(*strokes), (beside, 0))
        assert len(connected_components(np.asarray(ink) > 0, 3)) == 2
        assert len(find_digits(on_paper(ink))) == 1

    def test_neighbours_stay_two(self) -> None:
        ink = Image.new("L", (560, 280))
        ink.paste(lines(FIVE, BAR).crop((60, 30, 215, 260)), (40, 20))
        ink.paste(lines([(20, 20), (20, 240)]).crop((0, 0, 60, 280)), (205, 0))
        ink.paste(lines(*FOUR).crop((50, 30, 200, 260)), (270, 20))
        boxes = [digit.box for digit in find_digits(on_paper(ink))]
        assert [box[0] // 100 for box in boxes] == [0, 2, 2]

    def test_a_small_neighbour_that_stands_on_the_line_is_another_digit(self) -> None:
        ink = lines([(100, 30), (100, 240)], [(132, 130), (132, 240)])
        assert len(find_digits(on_paper(ink))) == 2
        raised = lines([(100, 30), (100, 240)], [(132, 60), (132, 170)])
        assert len(find_digits(on_paper(raised))) == 1

    def test_a_line_goes_on_over_a_gap(self) -> None:
        upper, lower = [(80, 40), (180, 40), (150, 120)], [(141, 146), (105, 240)]
        assert len(find_digits(on_paper(lines(upper, lower)))) == 1

    def test_parts_that_reach_into_each_other_are_one_digit(self) -> None:
        # A gap at the corner of a 4, where the stroke turns, and one below its bar.
        apart = [(140, 30), (95, 160)], [(118, 168), (190, 172)], [(165, 100), (163, 170)]
        ink = lines(*apart, [(162, 190), (158, 250)], width=9)
        assert len(find_digits(on_paper(ink))) == 1

    def test_specks_are_left_out(self) -> None:
        ink, centres = sheet(6, 3)
        for x, y in ((30, 30), (600, 400), (1100, 800)):
            ink[y : y + 8, x : x + 8] = 1
        assert len(find_digits(as_photo(ink))) == len(centres)


class TestReadingOrder:
    def test_of_rows(self) -> None:
        boxes = [(50, 10, 60, 30), (10, 12, 20, 28), (12, 50, 22, 70), (90, 5, 99, 30)]
        assert reading_order(boxes) == [1, 0, 3, 2]

    def test_of_one_and_of_none(self) -> None:
        assert reading_order([(1, 2, 3, 4)]) == [0]
        assert reading_order([]) == []


class TestMarks:
    @pytest.mark.parametrize("thick", [2, 5, 9])
    def test_thickness_of_a_line(self, thick: int) -> None:
        rows, columns = np.indices((thick, 100)).reshape(2, -1)
        assert Component(rows, columns).thickness == pytest.approx(thick, rel=0.12)

    def test_distance(self) -> None:
        rows, columns = np.indices((10, 10)).reshape(2, -1)
        here, there = Component(rows, columns), Component(rows + 13, columns + 5)
        assert here.distance(there) == pytest.approx(4)
