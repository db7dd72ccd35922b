"""PCA and the mean picture beside the autoencoders' runs."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import OpenPage, texts
from tests.support.message import unpack


def _sent(app: AppTest, name: str) -> list[dict[str, Any]]:
    """Return what the components of this name get."""
    return [
        unpack(element.proto.bytes)
        for element in app.get("bidi_component")
        if element.proto.component_name.endswith(name)
    ]


def _levels(app: AppTest) -> dict[str, float]:
    (chart,) = _sent(app, "chart")
    return {
        line["name"]: float(line["y"][0])
        for line in chart["lines"]
        if line["dashed"] and line["y"][0] == line["y"][-1]
    }


def test_an_autoencoder_is_drawn_beside_pca_and_the_mean_picture(open_page: OpenPage) -> None:
    app = open_page("autoencoders", run="compression", view="Training")
    assert _levels(app) == pytest.approx({"PCA, 32 numbers": 0.01683, "mean picture": 0.0675}, 1e-3)
    said = "Better than [PCA, 32 numbers (0.0168)](glossary#principal-component) since epoch"
    assert said in texts(app)


def test_a_sparse_run_is_not_better(open_page: OpenPage) -> None:
    app = open_page("autoencoders", run="sparse", view="Training")
    assert "PCA, 32 numbers" in _levels(app)
    said = "Not better than [PCA, 32 numbers (0.0168)](glossary#principal-component) after epoch 50"
    assert said in texts(app)


def test_a_variational_autoencoder_has_a_loss_of_another_kind(open_page: OpenPage) -> None:
    app = open_page("vae", run="vae", view="Training")
    assert not app.exception
    assert not any("PCA" in name or "mean" in name for name in _levels(app))
    assert "PCA" not in texts(app)


@pytest.mark.parametrize(
    ("run", "view", "row"),
    [("compression", "Reconstruct", 1), ("denoising", "Denoise", -1), ("sparse", "Compare", -1)],
)
def test_pca_rebuilds_the_same_digits(run: str, view: str, row: int, open_page: OpenPage) -> None:
    app = open_page("autoencoders", run=run, view=view)
    assert not app.exception
    for tiles in _sent(app, "digit_tiles"):
        assert tiles["rows"][row]["title"].startswith("PCA, 32 numbers · error 0.0")
    assert _sent(app, "digit_tiles")
