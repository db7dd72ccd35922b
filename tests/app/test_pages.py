"""Every page and every view of it: opens without an exception, with something to look at."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from app.navigation import PAGES
from app.source import key_of
from models.sparse import SparseAutoencoder
from tests.app.conftest import OpenPage, texts

AUTOENCODER_VIEWS = ["Time machine", "Reconstruct", "Denoise", "Sparse code", "Compare"]
VAE_VIEWS = [
    "Time machine",
    "Reconstruct",
    "Generate",
    "Interpolate",
    "Latent sliders",
    "Map",
    "What was learned",
]


def components(app: AppTest) -> list[str]:
    return [element.proto.component_name for element in app.get("bidi_component")]


@pytest.mark.parametrize("name", [page.name for page in PAGES])
def test_every_page_opens(name: str, open_page: OpenPage) -> None:
    app = open_page(name)
    assert len(app.title) == 1
    assert "Nothing is training at the moment." in texts(app)


def test_home_maps_the_exercise(open_page: OpenPage) -> None:
    said = texts(open_page("home"))
    for number in ("1.1", "1.2", "1.3", "2", "3.1", "3.2"):
        assert f"**Task {number} · " in said


@pytest.mark.parametrize(
    ("run", "view"),
    [
        *(("compression", view) for view in AUTOENCODER_VIEWS),
        ("denoising", "Denoise"),
        ("denoising", "Compare"),
        ("sparse", "Sparse code"),
        ("sparse", "Time machine"),
    ],
)
def test_every_view_of_the_autoencoders(run: str, view: str, open_page: OpenPage) -> None:
    app = open_page("autoencoders", run=run, view=view)
    assert not app.error
    assert "What to look for." in texts(app)
    assert components(app)
    assert app.expander[-1].label == "The formula and the code"
    assert app.query_params["run"] in (run, [run])


@pytest.mark.parametrize(
    ("run", "view"),
    [
        *(("vae", view) for view in VAE_VIEWS),
        ("vae-2d", "Map"),
        ("vae-strong-kl", "Latent sliders"),
    ],
)
def test_every_view_of_the_vaes(run: str, view: str, open_page: OpenPage) -> None:
    app = open_page("vae", run=run, view=view)
    assert not app.error
    assert "What to look for." in texts(app)
    assert components(app) or app.get("plotly_chart")
    assert app.expander[-1].label == "The formula and the code"


def test_the_code_shown_is_the_code_that_runs(open_page: OpenPage) -> None:
    app = open_page("autoencoders", run="sparse", view="Sparse code")
    assert not app.code
    app.session_state[key_of(SparseAutoencoder.formula)] = True
    app.run()
    assert not app.exception
    code = app.code[-1].value
    assert "def sparsity_penalty(activation: Tensor, sparsity: float) -> Tensor:" in code
    assert "rho_hat = activation.clamp(_EDGE, 1 - _EDGE)" in code


def test_an_earlier_epoch_can_be_looked_at(open_page: OpenPage) -> None:
    app = open_page("autoencoders", run="compression", view="Reconstruct")
    errors = [text for text in texts(app).split("\n") if text.startswith("Below each digit")]
    app.select_slider[0].set_value(0).run()
    assert not app.exception
    untrained = [text for text in texts(app).split("\n") if text.startswith("Below each digit")]
    assert untrained != errors
