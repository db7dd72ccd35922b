"""Weights and maps that are not finite: one sentence in every view, and no exception."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import OpenPage, copied, texts, unescaped
from tests.app.test_pages import AUTOENCODER_VIEWS, VAE_VIEWS
from tests.app.your_digit.test_page import STEM, chosen, drawn
from tests.support.damaged_weights import DAMAGES, NOT_FINITE
from tests.support.recorded_run import record_run

VIEWS = [
    *(("autoencoders", "compression", view) for view in AUTOENCODER_VIEWS),
    ("autoencoders", "denoising", "Denoise"),
    ("autoencoders", "sparse", "Sparse code"),
    *(("vae", "vae", view) for view in VAE_VIEWS),
]


def broken(runs: Path, run: str, damage: Callable[[Path], None]) -> str:
    """The id of a copy of a gallery run whose weights are all damaged."""
    copied(runs, run, "mine")
    for path in (runs / "mine").glob("epoch-*.safetensors"):
        damage(path)
    return "mine"


def assert_told(app: AppTest) -> None:
    """That the page says once, in a sentence, what is wrong with the weights of "mine"."""
    assert not app.exception, app.exception
    errors = [unescaped(error.value) for error in app.error]
    assert len(errors) == 1, errors
    assert f" of run mine is damaged ({NOT_FINITE}); choose another epoch, or train" in errors[0]


@pytest.mark.parametrize("damage", ["NaN", "0xff"])
@pytest.mark.parametrize(("page", "run", "view"), VIEWS)
def test_every_view_says_so(
    page: str, run: str, view: str, damage: str, open_page: OpenPage, runs: Path
) -> None:
    broken(runs, run, DAMAGES[damage])
    assert_told(open_page(page, run="mine", view=view))


@pytest.mark.parametrize("page", ["autoencoders", "vae"])
def test_the_training_is_shown_all_the_same(page: str, open_page: OpenPage, runs: Path) -> None:
    broken(runs, "compression" if page == "autoencoders" else "vae", DAMAGES["NaN"])
    app = open_page(page, run="mine")
    assert not app.error


@pytest.mark.parametrize(
    ("page", "view", "key"),
    [
        ("autoencoders", "Compare", "companion:compare:autoencoder:1"),
        ("autoencoders", "Denoise", "companion:denoise:compression:mnist"),
        ("vae", "Generate", "companion:generate:compression:mnist"),
        ("vae", "What was learned", "companion:learned:compression:mnist"),
    ],
)
def test_a_companion_with_such_weights_is_told(
    page: str, view: str, key: str, open_page: OpenPage, runs: Path
) -> None:
    broken(runs, "compression", DAMAGES["NaN"])
    app = open_page(page, run="vae" if page == "vae" else "denoising", view=view)
    assert not app.error
    app.selectbox(key=key).set_value("mine").run()
    assert_told(app)


@pytest.mark.parametrize("run", ["compression", "vae"])
def test_your_digit_says_so(run: str, open_page: OpenPage, runs: Path) -> None:
    broken(runs, run, DAMAGES["0xff"])
    app = drawn(open_page("digit"), *STEM)
    assert not app.error
    app.selectbox(key=f"companion:digit:{run}:mnist").set_value("mine").run()
    assert_told(app)
    app.selectbox(key=f"companion:digit:{run}:mnist").set_value(run).run()
    assert not app.exception
    assert not app.error, "another one can be chosen"


@pytest.mark.parametrize("by", ["sigma", "perplexity"])
def test_the_tsne_form_says_so(by: str, open_page: OpenPage, runs: Path) -> None:
    broken(runs, "compression", DAMAGES["NaN"])
    before = sorted(runs.iterdir())
    app = open_page("tsne")
    app.session_state["form:tsne:affinity"] = by
    app.selectbox(key="form:tsne:from").set_value("mine@50").run()
    start = next(button for button in app.button if button.label == "Start")
    assert start.disabled == (by == "sigma")
    if by == "perplexity":
        start.click().run()
    assert not app.exception
    assert NOT_FINITE in texts(app)
    assert sorted(runs.iterdir()) == before, "no folder was made"


def test_a_source_that_does_not_exist_is_refused_before_a_folder_is_made(
    open_page: OpenPage, runs: Path
) -> None:
    copied(runs, "tsne-exercise", "map", values={"source": "gone@3"})
    before = sorted(runs.iterdir())
    app = open_page("tsne", run="map")
    app.button(key="again:map").click().run()
    assert not app.exception
    assert "source (=gone@3) cannot be mapped: There is no run gone here" in texts(app)
    assert sorted(runs.iterdir()) == before, "a folder was made"


@pytest.mark.parametrize("status", ["done", "running"])
def test_maps_that_are_not_finite_are_told(status: str, open_page: OpenPage, runs: Path) -> None:
    runs.mkdir()
    record = record_run(runs / "map", until=20 if status == "running" else 30)
    frames = record.folder / "frames.f16"
    content = np.frombuffer(frames.read_bytes(), np.float16).copy()
    content[:] = np.nan
    frames.write_bytes(content.tobytes())
    app = open_page("tsne", run="map")
    assert not app.exception
    errors = [unescaped(error.value) for error in app.error]
    assert errors == [
        f"frames.f16 of run map is damaged ({NOT_FINITE}); choose another run, or run it again."
    ]
    if status == "done":
        app = drawn(open_page("digit"), *STEM)
        chosen(app, "digit:view", "t-SNE map")
        app.selectbox(key="digit:tsne-run").set_value("map").run()
        assert not app.exception
        assert NOT_FINITE in texts(app)
