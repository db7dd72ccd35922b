"""The map of a VAE: what it calls the classes of the data set that the model learned from."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from app.runs.start import start_training
from core.data.data_sets import DATA_SETS, FASHION, MNIST
from tests.app.conftest import OpenPage, texts
from tests.conftest import until
from tests.support.message import unpack


def sent_to_map(app: AppTest) -> dict[str, Any]:
    (found,) = (
        element.proto
        for element in app.get("bidi_component")
        if element.proto.component_name == "latent_lab_map"
    )
    return unpack(found.bytes)


def test_the_map_of_clothes_names_their_classes(open_page: OpenPage) -> None:
    open_page("home")
    training = {"epochs": 1, "digits": 1000, "data": FASHION}
    record = start_training("vae", {"latent_dim": 2}, training)
    until(lambda: not record.is_active)
    app = open_page("vae", run=record.id, view="Map")
    data = sent_to_map(app)
    assert data["dataSet"] == DATA_SETS[FASHION].words
    assert data["description"].startswith("Test pictures in a plane of the latent space")
    assert "The first 2,000 test pictures at the means" in texts(app)
    assert "there are no training pictures" in texts(app)


def test_the_map_of_digits_speaks_of_digits(open_page: OpenPage) -> None:
    app = open_page("vae", run="vae-2d", view="Map")
    data = sent_to_map(app)
    assert data["dataSet"] == DATA_SETS[MNIST].words
    assert data["dataSet"]["classes"] == list("0123456789")
    assert data["description"].startswith("Test digits in a plane of the latent space")
    assert "The first 2,000 test digits at the means" in texts(app)
