"""The page "Your digit": from a drawing or a file to the answers, and what is kept of it."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest

from app.components.canvas import Stroke
from app.digits.collection import MAX, MyDigit, as_png, as_zip
from app.your_digit import places
from app.your_digit.answers import headline
from app.your_digit.outline import outlined
from app.your_digit.unusual import share_of_digits
from core.data.digits import load_digits
from core.runs.store import RunStore
from tests.app.conftest import OpenPage, copied, texts

STEM: tuple[Stroke, ...] = ((75, 500, 150, 500, 850),)


def digit_page(open_page: OpenPage) -> AppTest:
    return open_page("digit")


def drawn(app: AppTest, *strokes: Stroke) -> AppTest:
    """The page after the browser has sent these strokes."""
    number = app.session_state["digit:drawing:seen"] + 1
    sent = {"number": number, "strokes": [list(stroke) for stroke in strokes]}
    app.session_state["digit:drawing:browser"] = {"drawn": sent}
    return ran(app)


def ran(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception, app.exception
    return app


def chosen(app: AppTest, key: str, value: str) -> AppTest:
    app.segmented_control(key=key).set_value(value)
    return ran(app)


def keys_of(app: AppTest) -> list[str]:
    """The keys of the components on the page."""
    return [element.proto.id.split("-", 2)[2] for element in app.get("bidi_component")]


def png(pixels: torch.Tensor) -> bytes:
    """A digit as dark ink on light paper, enlarged, as a PNG."""
    grey = (255 * (1 - pixels.view(28, 28).numpy())).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(grey).resize((140, 140)).save(file, "PNG")
    return file.getvalue()


def uploaded(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    chosen(app, "digit:way", "Upload")
    app.file_uploader(key="digit:files").set_value(
        [(name, content, "application/octet-stream") for name, content in files]
    )
    return ran(app)


def tiles(app: AppTest) -> int:
    """How many components with pictures are on the page."""
    found = [element.proto.component_name for element in app.get("bidi_component")]
    return sum(name.endswith("digit_tiles") for name in found)


def test_an_empty_square_says_what_to_do(open_page: OpenPage) -> None:
    app = digit_page(open_page)
    assert "**Draw a digit** in the black square." in texts(app)
    assert tiles(app) == 0
    assert not app.warning


@pytest.mark.parametrize(
    ("way", "said"), [("Upload", "**Upload a picture**"), ("Camera", "**Photograph a digit**")]
)
def test_without_a_picture_it_says_what_to_do(way: str, said: str, open_page: OpenPage) -> None:
    app = chosen(digit_page(open_page), "digit:way", way)
    assert app.info[0].value.startswith(said)
    assert "black square" not in texts(app)
    assert not app.warning


def test_the_mark_is_at_the_noise_of_the_chosen_model(open_page: OpenPage, runs: Path) -> None:
    copied(runs, "denoising", "mine", values={"noise_std": 0.6})
    app = drawn(digit_page(open_page), *STEM)
    for run_id, noise in (("denoising", 0.2), ("mine", 0.6)):
        app.selectbox(key="companion:digit:denoising:mnist").set_value(run_id)
        chosen(app, "digit:view", "Denoise")
        (slider,) = (
            json.loads(element.proto.json)
            for element in app.get("bidi_component")
            if element.proto.component_name.endswith("drag_slider")
        )
        assert slider["marks"] == [{"value": noise, "name": "trained"}]


def test_the_bars_say_what_they_are(open_page: OpenPage) -> None:
    app = chosen(drawn(digit_page(open_page), *STEM), "digit:view", "Codes")
    titles = [
        json.loads(chart.proto.spec)["layout"]["annotations"][0]["text"]
        for chart in app.get("plotly_chart")
    ]
    assert titles == [*["Activation (0 to 1)"] * 3, "Posterior mean"]


def test_a_drawing_gets_every_answer(open_page: OpenPage) -> None:
    app = drawn(digit_page(open_page), *STEM)
    said = texts(app)
    assert "## All 5 say 1" in said
    assert "By Compression: its error, " in said
    assert tiles(app) == 2  # both preparations, and the row
    views = app.segmented_control(key="digit:view").options
    assert views == ["Every model", "Denoise", "Codes", "Nearest digits", "Latent map", "t-SNE map"]
    expected = {"Denoise": 2, "Nearest digits": 6, "Codes": 1, "Latent map": 1, "t-SNE map": 1}
    for view, count in expected.items():
        chosen(app, "digit:view", view)
        assert tiles(app) == count, view
        assert not app.error
        assert "say 1" in texts(app)
    maps = [e.proto.component_name for e in app.get("bidi_component")]
    assert any(name.endswith("latent_lab_map") for name in maps)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([3], "The vote is 3"),
        ([3, 3, 3], "All 3 say 3"),
        ([2, 2, 2, 8, 3], "3 of 5 say 2"),
        ([2, 2, 6, 8, 3], "No majority: 2, 3, 6 or 8"),
        ([4, 9, 4, 9], "No majority: 4 or 9"),
    ],
)
def test_only_most_of_them_name_a_digit(said: list[int], expected: str) -> None:
    assert headline(said) == expected


def test_quiet_codes_say_so(open_page: OpenPage) -> None:
    app = chosen(drawn(digit_page(open_page), *STEM), "digit:view", "Codes")
    said = [one.value for one in app.markdown if " numbers" in one.value]
    for text, chart in zip(said, app.get("plotly_chart"), strict=True):
        sent = json.loads(chart.proto.spec)["data"][0]["y"]
        most = np.abs(np.frombuffer(base64.b64decode(sent["bdata"]), sent["dtype"])).max()
        assert float(re.findall(r"up to ±?([\d.e-]+)", text)[0]) == pytest.approx(most, rel=0.06)
    assert [text.split("**")[1] for text in said if "mind the scale" in text] == ["Sparse"]


def test_shares_are_written_in_one_way(open_page: OpenPage) -> None:
    shares = re.findall(r"\d+ ?%", texts(drawn(digit_page(open_page), *STEM)))
    assert len(shares) >= 3
    assert all(" " in share for share in shares)


def test_the_map_says_what_its_neighbours_are(open_page: OpenPage) -> None:
    app = drawn(digit_page(open_page), *STEM)
    chosen(app, "digit:view", "t-SNE map")
    assert re.search(r"Of the 10 digits nearest to it on the map, \d+ are a 1\.", texts(app))


def test_a_digit_that_is_just_resized_is_another_one(open_page: OpenPage) -> None:
    small = tuple((value + 3) // 4 for value in STEM[0])  # in a corner
    app = drawn(digit_page(open_page), small)
    assert "## All 5 say 1" in texts(app)
    before = texts(app)
    chosen(app, "digit:preparation", "Only resized")
    assert texts(app) != before


def test_a_scribble_is_unlike_the_digits(open_page: OpenPage) -> None:
    random = np.random.default_rng(0)
    scribble = [30, *random.integers(100, 900, 60).tolist()]
    said = texts(drawn(digit_page(open_page), scribble))
    doubt, vote = said.index("## Perhaps not a digit"), said.index("If it is a digit: **")
    assert doubt < vote
    assert not re.search(r"^## .* say \d", said, re.MULTILINE), "the vote is no headline"


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (1.0, "all test digits"),
        (0.9999, "more than 99 % of the test digits"),
        (0.994, "99 % of the test digits"),
        (0.0001, "less than 1 % of the test digits"),
        (0.0, "0 % of the test digits"),
    ],
)
def test_all_is_said_only_of_all(share: float, words: str) -> None:
    assert share_of_digits(share) == words


def test_a_file_with_a_digit(open_page: OpenPage) -> None:
    test = load_digits("test")
    app = uploaded(digit_page(open_page), ("seven.png", png(test.pixels[0])))
    assert f"say {test.labels[0]}" in texts(app)
    assert not app.warning


def test_several_files_can_be_picked_from(open_page: OpenPage) -> None:
    test = load_digits("test")
    files = [(f"{number}.png", png(test.pixels[number])) for number in (0, 1)]
    app = uploaded(digit_page(open_page), *files)
    assert f"say {test.labels[1]}" in texts(app)  # the newest upload is shown
    (found,) = [key for key in keys_of(app) if key.startswith("digit:found:")]
    app.session_state[found] = {"picked": 0}
    assert f"say {test.labels[0]}" in texts(ran(app))


def test_the_photo_shows_what_was_read(open_page: OpenPage) -> None:
    app = digit_page(open_page)
    assert not app.get("image")
    app = uploaded(app, ("seven.png", png(load_digits("test").pixels[0])))
    shown: Any = app.get("image")[0]
    (caption,) = shown.captions
    assert caption.startswith("Outlined: what was read as writing.")
    assert not app.warning, "dark ink on white paper is clear"


def test_an_unclear_photo_asks_whether_its_paper_is_light(open_page: OpenPage) -> None:
    grey = Image.new("L", (300, 200), 128)
    draw = ImageDraw.Draw(grey)
    draw.line((80, 40, 80, 160), fill=28, width=10)
    draw.line((220, 40, 220, 160), fill=228, width=10)
    file = io.BytesIO()
    grey.save(file, "PNG")
    app = uploaded(digit_page(open_page), ("both.png", file.getvalue()))
    assert "clearly whether the paper is light or dark" in app.warning[0].value
    boxes = []
    for paper in ("Light paper", "Dark paper"):
        app = chosen(app, "digit:paper", paper)
        assert not app.warning, "it was answered"
        shown: Any = app.get("image")[0]
        boxes.append(shown.value)
    assert boxes[0] != boxes[1], "the other stroke is outlined"


def test_a_photo_of_twelve_megapixels_is_taken(open_page: OpenPage) -> None:
    random = np.random.default_rng(0)
    large = Image.open(io.BytesIO(png(load_digits("test").pixels[0]))).resize((4000, 3000))
    noise = random.integers(-25, 26, (3000, 4000))
    seen = (np.asarray(large, np.int64) - 40 + noise).clip(0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(seen).save(file, "JPEG", quality=95)
    assert len(file.getvalue()) > 5_000_000
    app = uploaded(digit_page(open_page), ("photo.jpg", file.getvalue()))
    assert not app.warning
    assert len(app.get("image")) == 1
    assert "say 7" in texts(app)


def test_an_outline_runs_around_its_digit() -> None:
    boxes = [(100, 200, 300, 500), (600, 200, 700, 500)]
    found = np.asarray(outlined(Image.new("L", (960, 640), 255), boxes, 0), np.int64)
    assert found.shape == (213, 320, 3)
    drawn_at = np.argwhere((found != 255).any(axis=2))
    assert drawn_at.min(axis=0) == pytest.approx([200 / 3, 100 / 3], abs=5)
    assert drawn_at.max(axis=0) == pytest.approx([500 / 3, 700 / 3], abs=5)
    coloured = np.argwhere(np.ptp(found, axis=2) > 0)
    assert coloured[:, 1].max() == pytest.approx(300 / 3, abs=5), "only the chosen one"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("photo.heic", b"\0\0\0\x18ftypheic\0\0\0\0", "is a HEIC or AVIF picture"),
        ("scan.tiff", b"II*\0" + bytes(range(60)), "is a TIFF or raw picture"),
        ("noending", b"hello", "is not a picture we can read"),
    ],
)
def test_a_foreign_type_gets_our_sentence(
    name: str, content: bytes, kind: str, open_page: OpenPage
) -> None:
    (warning,) = uploaded(digit_page(open_page), (name, content)).warning
    said = re.sub(r"\\(.)", r"\1", warning.value)
    assert said.startswith(f"{name} {kind}, ")
    assert said.endswith(
        "only PNG, JPEG, WebP, BMP and GIF can be read; save the picture as JPEG or PNG."
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.png", b"no picture"),
        ("empty.jpg", b""),
        ("zeros.gif", bytes(100)),
        ("cut.png", png(load_digits("test").pixels[0])[:200]),
        ("blank.png", png(torch.zeros(784))),
        ("black.png", png(torch.ones(784))),
    ],
)
def test_a_file_without_a_digit_gets_one_sentence(
    name: str, content: bytes, open_page: OpenPage
) -> None:
    app = uploaded(digit_page(open_page), (name, content))
    (warning,) = app.warning
    said = re.sub(r"\\(.)", r"\1", warning.value)  # as Markdown shows it
    assert said.startswith(name)
    assert said.endswith(".")
    assert "**Upload a picture**" in texts(app)
    assert "black square" not in texts(app)


def test_a_file_name_is_no_markdown(open_page: OpenPage) -> None:
    app = uploaded(digit_page(open_page), ("![](x)**bold**.png", b"no picture"))
    assert app.warning[0].value.startswith(r"!\[\]\(x\)".replace("!", r"\!"))


def test_a_bad_file_does_not_hide_a_good_one(open_page: OpenPage) -> None:
    test = load_digits("test")
    app = uploaded(
        digit_page(open_page), ("notes.png", b"no picture"), ("seven.png", png(test.pixels[0]))
    )
    assert len(app.warning) == 1
    assert f"say {test.labels[0]}" in texts(app)


def test_what_is_kept_can_be_chosen_on_other_pages_and_removed(open_page: OpenPage) -> None:
    app = drawn(digit_page(open_page), *STEM)
    app.button[0].click()
    app = ran(app)
    assert [one.value for one in app.header] == ["My digits"]
    app.button[0].click()  # the same once more is not kept twice
    app = ran(app)
    assert len(app.session_state["my-digits"]) == 1

    app.switch_page("app/pages/autoencoders.py")
    app.query_params["view"] = "Reconstruct"
    app = ran(app)
    app.segmented_control(key="reconstruct:way:True:True").set_value("Mine")
    assert "This digit: " in texts(ran(app))

    app.switch_page("app/pages/digit.py")
    app = ran(app)
    (kept,) = [key for key in keys_of(app) if key.startswith("digit:kept:")]
    app.session_state[kept] = {"picked": 0}
    app = ran(app)
    next(button for button in app.button if button.label == "Remove my digit 1").click()
    app = ran(app)
    assert not app.header
    assert not app.session_state["my-digits"]

    drawn(app, *STEM)
    app.button[0].click()
    assert [digit.number for digit in ran(app).session_state["my-digits"]] == [2], "not 1 again"


def test_to_remove_one_of_many_arms_no_other(open_page: OpenPage) -> None:
    app = digit_page(open_page)
    blank = np.zeros(784, np.uint8)
    app.session_state["my-digits"] = tuple(MyDigit(n, blank) for n in range(1, 41))
    app = ran(app)
    (kept,) = [key for key in keys_of(app) if key.startswith("digit:kept:")]
    app.session_state[kept] = {"picked": 0}
    app = ran(app)
    next(button for button in app.button if button.label == "Remove my digit 1").click()
    app = ran(app)
    assert len(app.session_state["my-digits"]) == 39
    assert not [button for button in app.button if button.label.startswith("Remove")]


def test_no_more_are_kept_than_fit(open_page: OpenPage) -> None:
    app = digit_page(open_page)
    blank = np.zeros(784, np.uint8)
    app.session_state["my-digits"] = tuple(MyDigit(n, blank) for n in range(1, MAX + 1))
    drawn(app, *STEM)
    app.button[0].click()
    app = ran(app)
    assert app.error[0].value == f"{MAX} digits are kept, which is the most; remove some first."


def test_kept_digits_leave_as_pictures() -> None:
    random = np.random.default_rng(1)
    digits = tuple(MyDigit(n, random.integers(0, 256, 784, np.uint8)) for n in (3, 7))
    alone = Image.open(io.BytesIO(as_png(digits[0])))
    assert np.array_equal(np.asarray(alone).ravel(), digits[0].pixels)
    with zipfile.ZipFile(io.BytesIO(as_zip(digits))) as archive:
        assert archive.namelist() == ["my-digit-3.png", "my-digit-7.png"]
        picture = Image.open(io.BytesIO(archive.read("my-digit-7.png")))
        assert picture.mode == "L"
        assert np.array_equal(np.asarray(picture).ravel(), digits[1].pixels)


@pytest.mark.parametrize(
    ("button", "view", "said"),
    [
        ("Take it to the latent sliders", "Latent sliders", "the others at the mean of my digit 1"),
        ("Morph it into another", "Interpolate", "the pictures between two"),
    ],
)
def test_a_digit_goes_to_the_vae(button: str, view: str, said: str, open_page: OpenPage) -> None:
    app = drawn(digit_page(open_page), *STEM)
    next(one for one in app.button if one.label == button).click()
    app = ran(app)
    assert app.title[0].value == "Variational autoencoder"
    assert app.segmented_control(key="view").value == view
    assert said in texts(app).replace("Every", "every")
    assert "Mine" in [box.value for box in app.selectbox]


@pytest.mark.parametrize("label", [3, 8])
def test_a_morph_goes_to_another_class(label: int, open_page: OpenPage) -> None:
    app = digit_page(open_page)
    app.segmented_control(key="digit:way").set_value("Test digit")
    app = ran(app)
    app.selectbox(key="digit:test:class").set_value(label)
    app = ran(app)
    next(one for one in app.button if one.label == "Morph it into another").click()
    app = ran(app)
    assert app.selectbox(key="interpolate:from:class").value == "Mine"
    assert app.selectbox(key="interpolate:to:class").value in set(range(10)) - {label}


def test_a_chosen_digit_is_the_one_that_was_taken_along(
    open_page: OpenPage,
) -> None:
    app = digit_page(open_page)
    blank = np.zeros(784, np.uint8)
    app.session_state["my-digits"] = tuple(MyDigit(n, blank) for n in (1, 2, 3))
    app.session_state["interpolate:from:class"] = "Mine"
    app.session_state["interpolate:from:mine"] = 2
    app.switch_page("app/pages/vae.py")
    app.query_params["view"] = "Interpolate"
    app = ran(app)
    assert app.selectbox(key="interpolate:from:class").value == "Mine"
    assert app.selectbox(key="interpolate:from:mine").value == 2
    assert app.selectbox(key="interpolate:to:class").value == 3

    app.selectbox(key="interpolate:to:class").set_value(5)
    ran(app).switch_page("app/pages/digit.py")
    ran(app).switch_page("app/pages/vae.py")
    app.query_params["view"] = "Interpolate"
    assert ran(app).selectbox(key="interpolate:to:class").value == 5, "it lasts the visit"

    app.session_state["my-digits"] = tuple(MyDigit(n, blank) for n in (1, 3))
    assert ran(app).selectbox(key="interpolate:from:mine").value == 3, "what is gone gives way"


def test_a_map_of_more_digits_than_can_be_compared_is_not_offered() -> None:
    offered = {run.id for run in RunStore().list("tsne") if places._takes_digits(run)}
    assert {"tsne-exercise", "tsne-four-seeds"} <= offered
    assert "tsne-whole-mnist" not in offered
