"""Every page and every view of it: opens without an exception, with something to look at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.navigation import PAGES
from app.server.shared import store
from app.ui.source import key_of
from models.sparse import SparseAutoencoder, SparseConfig
from tests.app.conftest import OpenPage, copied, texts

AUTOENCODER_VIEWS = [
    "Time machine",
    "Reconstruct",
    "Denoise",
    "Sparse code",
    "What the code is worth",
    "What it has never seen",
    "Compare",
]
VAE_VIEWS = [
    "Time machine",
    "Reconstruct",
    "Generate",
    "Interpolate",
    "Latent sliders",
    "Map",
    "What was learned",
    "What the code is worth",
    "What it has never seen",
    "Compare",
]


def components(app: AppTest) -> list[str]:
    return [element.proto.component_name for element in app.get("bidi_component")]


@pytest.mark.parametrize("name", [page.name for page in PAGES])
def test_every_page_opens(name: str, open_page: OpenPage) -> None:
    app = open_page(name)
    assert len(app.title) == 1
    # Home says what the lab is; it has no room for what does not happen.
    assert ("Nothing is training at the moment." in texts(app)) == (name != "home")


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
    app.session_state[key_of(SparseAutoencoder.formula(SparseConfig()))] = True
    app.run()
    assert not app.exception
    code = app.code[-1].value
    assert "def sparsity_penalty(activation: Tensor, sparsity: float) -> Tensor:" in code
    assert "rho_hat = activation.double().clamp(_EDGE, 1 - _EDGE)" in code


def test_an_earlier_epoch_can_be_looked_at(open_page: OpenPage) -> None:
    app = open_page("autoencoders", run="compression", view="Reconstruct")
    errors = [text for text in texts(app).split("\n") if text.startswith("Below each digit")]
    app.select_slider[0].set_value(0).run()
    assert not app.exception
    untrained = [text for text in texts(app).split("\n") if text.startswith("Below each digit")]
    assert untrained != errors


def test_the_epoch_goes_along_with_the_run_until_it_is_chosen(
    open_page: OpenPage, runs: Path, tmp_path: Path
) -> None:
    def come(epoch: int) -> None:
        name = f"epoch-{epoch:03d}.safetensors"
        (tmp_path / name).replace(runs / "mine" / name)

    copied(runs, "compression", "mine")
    for epoch in (10, 20, 50):
        (runs / "mine" / f"epoch-{epoch:03d}.safetensors").replace(
            tmp_path / f"epoch-{epoch:03d}.safetensors"
        )
    app = open_page("autoencoders", run="mine", view="Reconstruct")
    assert app.select_slider[0].value == 5
    come(10)
    app.run()
    assert app.select_slider[0].value == 10
    app.select_slider[0].set_value(2).run()
    come(20)
    app.run()
    assert app.select_slider[0].value == 2, "the visitor chose it"
    app.switch_page("app/pages/home.py").run()
    app.switch_page("app/pages/autoencoders.py")
    app.query_params["view"] = "Reconstruct"
    app.run()
    assert app.select_slider[0].value == 2, "the visitor chose it"
    app.select_slider[0].set_value(20).run()
    come(50)
    app.run()
    assert app.select_slider[0].value == 50
    assert not app.exception


def slider_of(app: AppTest) -> dict[str, Any]:
    """What the browser gets for the slider on the page."""
    (slider,) = (
        element.proto.json
        for element in app.get("bidi_component")
        if element.proto.component_name.endswith("drag_slider")
    )
    return json.loads(slider)


@pytest.mark.parametrize(("noise", "most"), [(0.6, 1.0), (1.5, 1.5), (0.0, 1.0)])
def test_noise_reaches_what_the_model_was_trained_with(
    noise: float, most: float, open_page: OpenPage, runs: Path
) -> None:
    copied(runs, "denoising", "mine", values={"noise_std": noise})
    app = open_page("autoencoders", run="mine", view="Denoise")
    sent = slider_of(app)
    assert (sent["value"], sent["maximum"]) == (noise, most)
    assert sent["marks"] == [{"value": noise, "name": "trained"}]
    charts = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    assert [chart["layout"]["shapes"][0]["x0"] for chart in charts] == [noise] * 3
    app.segmented_control(key="denoise:kind").set_value("Salt and pepper").run()
    assert slider_of(app)["maximum"] == 1.0, "a fraction of the pixels"
    assert slider_of(app)["marks"] == []
    charts = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    assert not any(chart["layout"].get("shapes") for chart in charts)
    assert "No model here was trained with this noise." in texts(app)


def test_a_training_without_a_model_does_not_break_the_others(open_page: OpenPage) -> None:
    open_page("home")
    store().create(
        "train", {"config": {}, "training": {}}, title="![](http://evil.example/x.png) odd"
    )
    app = open_page("vae", run="vae", view="What was learned")
    assert not app.error
    said = [caption.value for caption in app.caption]
    bar = "\\!\\[\\]\\(http\\:\u2060//evil\\.example/x\\.png\\) odd · waiting"
    assert bar in said, "its bar has words"


def test_runs_of_one_title_have_a_bar_each(open_page: OpenPage, runs: Path) -> None:
    copied(runs, "vae", "mine", title="Compression")  # as the autoencoder beside it
    app = open_page("vae", run="mine", view="What was learned")
    charts = (json.loads(chart.proto.spec) for chart in app.get("plotly_chart"))
    bars = next(chart for chart in charts if "ticktext" in chart["layout"]["yaxis"])
    assert bars["layout"]["yaxis"]["ticktext"] == ["pixels", "Compression", "Compression"]
    assert len(bars["data"][0]["text"]) == 3
