"""What the views teach: each claim and each number, computed from the gallery's runs."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from app.digits.chosen import chosen_test_digits, typical_test_digits
from app.views import denoise, time_machine
from app.views.compare_settings import said_of
from core.analysis.latent import encode, plane_share, principal_plane, reconstruct, typical_digits
from core.data.data_sets import DATA_SETS, MNIST
from core.data.digits import load_digits
from core.data.noise import gaussian, region_errors
from core.runs.store import RunStore
from core.training.record import checkpoint_epochs, load_model
from tests.app.conftest import OpenPage, texts


def test_denoising_gains_the_background_and_loses_ink(open_page: OpenPage) -> None:
    said = texts(open_page("autoencoders", run="denoising", view="Denoise"))
    clean = load_digits("test").pixels[: denoise.CURVE_DIGITS]
    noisy = gaussian(clean, 0.2, torch.Generator().manual_seed(1))
    nothing = region_errors(noisy, clean)
    for run, on_ink in (("denoising", "raises"), ("compression", "raises")):
        model = load_model(RunStore().get(run), 50)
        found = region_errors(reconstruct(model, noisy), clean)
        assert found.ink > 1.5 * nothing.ink, "the strokes get worse"
        assert found.background < nothing.background
        title = RunStore().get(run).request.title
        sentence = (
            f"**{title}** {on_ink} the error from {nothing.ink:.4f} to {found.ink:.4f} on ink and "
            f"lowers the error from {nothing.background:.4f} to {found.background:.4f} on the "
        )
        assert sentence in said
    assert "At strength 0.20" in said


def test_noise_moves_the_code_of_the_plain_model_more() -> None:
    clean = load_digits("test").pixels[:500]
    noisy = gaussian(clean, 0.2, torch.Generator().manual_seed(1))

    def moved(run: str) -> float:
        """How far the noise moves a code, as a share of the spread of the codes."""
        model = load_model(RunStore().get(run), 50)
        codes = encode(model, clean)
        return float((encode(model, noisy) - codes).norm() / (codes - codes.mean(0)).norm())

    assert moved("compression") > 0.5
    assert moved("compression") > 2 * moved("denoising")


def test_a_lesson_says_which_way_each_error_goes() -> None:
    errors = np.array([[0.02, 0.03], [0.02, 0.01], [0.02, 0.02]])
    assert denoise.lesson(["noisy input", "A*"], errors, 0.5) == (
        "At strength 0.50, compared with the noisy input: **A\\*** raises the error from 0.0200 "
        "to 0.0300 on ink and lowers the error from 0.0200 to 0.0100 on the background."
    )


@pytest.mark.parametrize("run", ["compression", "sparse", "vae"])
def test_the_time_machine_says_when_codes_and_weights_are_near_the_last(
    run: str, open_page: OpenPage
) -> None:
    page = "vae" if run == "vae" else "autoencoders"
    said = texts(open_page(page, run=run, view="Time machine"))
    record = RunStore().get(run)
    epochs = checkpoint_epochs(record)
    pixels = load_digits("test").pixels[: time_machine.COMPARED_DIGITS]
    last = encode(load_model(record, 50), pixels).numpy()
    codes = []
    for epoch in epochs:
        own = encode(load_model(record, epoch), pixels).numpy()
        first, second = own - own.mean(axis=0), last - last.mean(axis=0)
        codes.append(float(np.corrcoef(first.ravel(), second.ravel())[0, 1]))
    near = next(
        epoch
        for place, epoch in enumerate(epochs)
        if all(value >= time_machine.CLOSE for value in codes[place:])
    )
    assert f"From epoch {near} on the correlation of the codes with those of epoch 50" in said
    if near != 50:
        assert f"At epoch {near} it is {codes[epochs.index(near)]:.2f} for the codes" in said
    assert "in the same epochs" not in said


def test_codes_of_the_compression_model_are_near_their_end_before_its_weights() -> None:
    codes, weights = time_machine.similarities("compression", (10, 50))
    assert codes[0] == pytest.approx(0.88, abs=0.03)
    assert weights[0] == pytest.approx(0.29, abs=0.03)
    said = time_machine.said_of([0, 10, 50], [0.1, 0.9, 1.0], [0.0, 0.3, 1.0])
    assert "From epoch 10 on" in said
    assert "from epoch 50 on" in said
    assert "0.90 for the codes and 0.30 for the weights" in said
    assert "At epoch" not in time_machine.said_of([0, 50], [0.1, 1.0], [0.0, 1.0])


@pytest.mark.parametrize(("run", "dimensions"), [("vae", 10), ("vae-strong-kl", 10)])
def test_the_map_says_its_share_and_offers_the_run_of_two_dimensions(
    run: str, dimensions: int, open_page: OpenPage
) -> None:
    app = open_page("vae", run=run, view="Map")
    codes = encode(load_model(RunStore().get(run), 50), load_digits("test").pixels[:2000])
    share = 100 * plane_share(codes, principal_plane(codes)[1])
    assert f"This plane shows {share:.0f} % of the variance of the codes" in texts(app)
    assert f"in {dimensions - 2} directions" in texts(app)
    app.button(key="map:flat").click().run()
    assert not app.exception
    assert app.query_params["run"] in ("vae-2d", ["vae-2d"])
    assert "of the variance" not in texts(app), "two dimensions are shown as they are"
    assert not [button for button in app.button if button.key == "map:flat"]


def test_the_first_digits_are_typical(open_page: OpenPage) -> None:
    test = load_digits("test")
    expected = typical_digits(test.pixels, test.labels)
    assert typical_test_digits(DATA_SETS[MNIST]).tolist() == expected.tolist()
    assert test.labels[expected].tolist() == list(range(10))
    app = open_page("vae", run="vae", view="Interpolate")
    for side, label in (("from", 7), ("to", 3)):
        number = app.number_input(key=f"interpolate:{side}:which:{label}").value
        assert number is not None
        assert int((test.labels == label).nonzero()[int(number) - 1, 0]) == int(expected[label])
    assert chosen_test_digits(expected[8:9], DATA_SETS[MNIST]).names == ("test digit 3,588, an 8",)


def active_shares(app: AppTest) -> list[float]:
    """The share of active units that the sparse view says for each run."""
    found = re.findall(r"For one digit (\d+\.\d) of (\d+) units are active", texts(app))
    return [float(active) / int(units) for active, units in found]


def test_few_units_of_the_sparse_code_are_active(open_page: OpenPage) -> None:
    app = open_page("autoencoders", run="sparse", view="Sparse code")
    sparse, compression = active_shares(app)
    for run, share in (("sparse", sparse), ("compression", compression)):
        codes = encode(load_model(RunStore().get(run), 50), load_digits("test").pixels)
        own = (codes > codes.amax(dim=0) / 2).float().mean()
        assert share == pytest.approx(float(own), abs=0.002)
    assert sparse < 0.1 < compression
    charts = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    heatmaps = [chart for chart in charts if chart["data"][0]["type"] == "heatmap"]
    assert len(heatmaps) == 2, "both models side by side"


def test_what_a_difference_comes_from() -> None:
    assert said_of([]) == "These runs have the same settings."
    assert said_of(["Seed"]).endswith("What differs between these runs is luck.")
    assert said_of(["Code size"]).endswith("A difference comes from this setting or from luck.")
    assert said_of(["Code size", "Seed"]).endswith("several, or from luck.")


WORDS = r"\b(speak|loud|whisper|silent|dare|excit|inhibit|busiest)\w*"


@pytest.mark.parametrize(
    ("page", "run", "view"),
    [
        ("autoencoders", "sparse", "Sparse code"),
        ("autoencoders", "compression", "Compare"),
        ("autoencoders", "sparse", "Time machine"),
        ("vae", "vae", "Latent sliders"),
        ("vae", "vae", "What was learned"),
    ],
)
def test_units_are_called_active(page: str, run: str, view: str, open_page: OpenPage) -> None:
    app = open_page(page, run=run, view=view)
    said = texts(app).split("What to look for.", 1)[1]
    assert not re.search(WORDS, said), re.search(WORDS, said)
