"""Trainings that leave the exercise, from the form to every view."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.runs.differences import names_of, settings_of
from app.runs.settings_text import changed, flat, sentence
from app.server.shared import queue, store
from app.training.about import about_run
from app.training.curves import expected_values
from app.views.compare_settings import is_twin
from core.runs.record import RunRecord
from core.training.config import training_settings
from core.training.record import epoch_rows, read_configs
from models import MODELS
from tests.app.conftest import OpenPage, texts
from tests.app.test_pages import AUTOENCODER_VIEWS, VAE_VIEWS
from tests.app.training.test_training_flow import button, ended, finished, lines_of


def chosen(app: AppTest, model: str, **values: Any) -> None:
    """Type or choose values in the form of a model, one after the other."""
    for name, value in values.items():
        section = "config" if name in MODELS[model].config().to_dict() else "training"
        key = f"form:{model}:{section}:{name}"
        kind = "selectbox" if isinstance(value, str) else "number_input"
        if isinstance(value, bool):
            kind = "checkbox"
        getattr(app, kind)(key=key).set_value(value).run()
        assert not app.exception


def trained(model: str, values: dict[str, Any], training: dict[str, Any]) -> RunRecord:
    settings = training_settings(model, values, {"epochs": 2, "digits": 1000} | training)
    record = store().create("train", settings, title="Mine", visitor="somebody")
    queue().submit(record)
    ended(record)
    assert record.state.status == "done", record.state.error
    return record


def test_the_form_offers_the_exercise_s_choices_first(open_page: OpenPage) -> None:
    app = open_page("autoencoders")
    boxes = {box.label: box for box in app.selectbox}
    assert boxes["Activation"].options == ["sigmoid", "ReLU", "tanh"]
    assert boxes["Loss"].options == ["squared error", "cross-entropy"]
    assert boxes["Optimiser"].options == ["Adam", "SGD"]
    assert [boxes[name].index for name in ("Activation", "Loss", "Optimiser")] == [0, 0, 0]
    (tied,) = app.checkbox
    assert (tied.label, tied.value) == ("Tied weights", False)
    assert "Exercise task 1.1, unchanged." in texts(app)
    vae = open_page("vae")
    labels = [box.label for box in vae.selectbox]
    assert "Activation" in labels
    assert "Loss" not in labels
    assert [field.value for field in vae.number_input if field.label.startswith("KL warm-up")] == [
        0
    ]
    assert not vae.checkbox


def test_relu_and_cross_entropy_from_the_form_to_the_end(open_page: OpenPage) -> None:
    app = open_page("autoencoders")
    values = {"activation": "relu", "loss": "cross_entropy", "tied_weights": True}
    chosen(app, "compression", epochs=1, digits=1000, **values)
    said = (
        "Exercise task 1.1, changed: activation ReLU (was sigmoid), loss cross-entropy (was "
        "squared error), tied weights yes (was no), epochs 1 (was 50), training digits 1,000 (was "
        "60,000)."
    )
    assert said in texts(app)
    button(app, "Start")
    record = finished(app)
    assert record.state.status == "done"
    app.run()
    assert not app.exception
    assert texts(app).count(said) == 2, "of the form and of the run"
    options = str(app.selectbox[0].options)
    assert "1 epochs · seed 0 · activation ReLU · loss cross-entropy · tied weights yes" in options
    assert [metric.label for metric in app.metric] == [
        "Test cross-entropy (nats per pixel)",
        "Test mean squared error (per pixel)",
    ]
    chart, lines = lines_of(app, "curves")
    assert chart["yTitles"] == ["Cross-entropy (nats per pixel)", "Mean squared error (per pixel)"]
    names = [{line["name"] for line in lines if line["panel"] == panel} for panel in (0, 1)]
    assert names[0] == {"training", "test"}, "what is a squared error stands beside no other unit"
    assert names[1] == {"training", "test", "exercise", "PCA, 32 numbers", "mean picture"}
    gallery = epoch_rows(store().get("compression"))[-1]["validation"]["loss"]
    assert expected_values(record) == {"reconstruction": gallery}
    button(app, "Reset")
    assert "Exercise task 1.1, unchanged." in texts(app)


def test_momentum_is_a_field_of_sgd_alone(open_page: OpenPage) -> None:
    app = open_page("autoencoders")
    assert "Momentum" not in [field.label for field in app.number_input]
    chosen(app, "compression", optimizer="sgd")
    assert "needs a larger [learning rate](glossary#learning-rate) than [Adam]" in texts(app)
    assert "changed: optimiser SGD (was Adam)." in texts(app)
    chosen(app, "compression", momentum=0.5, learning_rate=20.0, epochs=1, digits=1000)
    assert "needs a larger" not in texts(app)
    assert "optimiser SGD (was Adam), momentum 0.5 (was 0.9)" in texts(app)
    chosen(app, "compression", momentum=1.0)
    assert "Momentum (=1.0) must be between 0 and 0.999." in texts(app)
    assert next(b for b in app.button if b.label == "Start").disabled
    chosen(app, "compression", momentum=0.5)
    button(app, "Start")
    _, _, training = read_configs(finished(app))
    assert (training.optimizer, training.momentum) == ("sgd", 0.5)
    chosen(app, "compression", optimizer="adam")
    assert "Momentum" not in [field.label for field in app.number_input]


def test_a_vae_without_a_kl_term_from_the_form_to_the_end(open_page: OpenPage) -> None:
    app = open_page("vae")
    chosen(app, "vae", kl_weight=0.0, activation="tanh", epochs=1, digits=1000)
    assert "weight of the KL term 0 (was 0.001), activation tanh (was ReLU)" in texts(app)
    button(app, "Start")
    record = finished(app)
    assert record.state.status == "done"
    app.run()
    assert not app.exception
    last = epoch_rows(record)[-1]["validation"]
    assert last["loss"] == last["cross_entropy"]


def test_a_warm_up_says_which_losses_cannot_be_compared(open_page: OpenPage) -> None:
    app = open_page("vae")
    chosen(app, "vae", kl_warmup=501)
    assert "KL warm-up (=501) must be between 0 and 500 epochs." in texts(app)
    chosen(app, "vae", kl_warmup=2, epochs=3, digits=1000)
    assert "KL warm-up 2 (was 0)" in texts(app)
    button(app, "Start")
    record = finished(app)
    app.run()
    assert (
        "over the first 2 epochs the weight of the KL term rises from 0 to β = 0.001. The loss is "
        "what was minimised at each moment"
    ) in texts(app)
    rows = [row["validation"] for row in epoch_rows(record)]
    shares = [(row["loss"] - row["cross_entropy"]) / (0.001 * row["kl_to_prior"]) for row in rows]
    assert shares == pytest.approx([0, 0.5, 1, 1], abs=0.01)


def test_a_warm_up_that_is_longer_than_the_run(open_page: OpenPage) -> None:
    open_page("home")
    record = trained("vae", {"kl_warmup": 8, "kl_weight": 0.02}, {})
    (said,) = [text for text in about_run(record) if "warm-up](" in text]
    assert "over the first 2 epochs" in said
    assert "rises from 0 to 0.005, since this run ends before epoch 8" in said
    without = trained("vae", {"kl_warmup": 8, "kl_weight": 0.0}, {})
    assert not [text for text in about_run(without) if "warm-up](" in text]


def test_what_to_watch_for_is_said_of_the_exercise(open_page: OpenPage) -> None:
    open_page("home")
    assert about_run(store().get("compression"))[0] == (
        f":material/visibility: {MODELS['compression'].watch_for}"
    )
    record = trained("compression", {"activation": "tanh"}, {})
    assert about_run(record)[0].startswith(
        ":material/visibility: With the exercise's settings: at first every output"
    )


AUTOENCODERS: list[dict[str, Any]] = [
    {"activation": "relu", "loss": "cross_entropy", "tied_weights": True},
    {"activation": "tanh", "latent_dim": 3},
]


@pytest.mark.parametrize(
    ("model", "values"),
    [("sparse", AUTOENCODERS[0]), *(("compression", values) for values in AUTOENCODERS)],
    ids=str,
)
def test_every_view_of_an_autoencoder_that_leaves_the_exercise(
    model: str, values: dict[str, Any], open_page: OpenPage
) -> None:
    open_page("home")
    record = trained(model, values, {})
    for view in AUTOENCODER_VIEWS:
        app = open_page("autoencoders", run=record.id, view=view)
        assert not app.error, (view, app.error)


@pytest.mark.parametrize(
    "values",
    [
        {"kl_weight": 0.0},
        {"kl_weight": 0.0, "latent_dim": 2, "activation": "tanh"},
        {"kl_weight": 1.0, "kl_warmup": 1, "activation": "sigmoid"},  # all dimensions unused
    ],
    ids=str,
)
def test_every_view_of_a_vae_at_the_ends_of_its_kl_weight(
    values: dict[str, Any], open_page: OpenPage
) -> None:
    open_page("home")
    record = trained("vae", values, {"epochs": 6, "digits": 3000, "learning_rate": 0.01})
    for view in VAE_VIEWS:
        app = open_page("vae", run=record.id, view=view)
        assert not app.error, (view, app.error)
        assert "nan" not in texts(app).lower().split()
    app = open_page("vae", run=record.id, view="What was learned")
    app.session_state["learned-quality"] = True
    app.run()
    assert not app.exception
    bounds = [m.value for m in app.metric if "bound" in m.label]
    assert len(bounds) == 2
    assert not [value for value in bounds if "nan" in value or "inf" in value]


def test_sliders_reach_the_codes_of_a_vae_without_a_kl_term(open_page: OpenPage) -> None:
    open_page("home")
    values = {"epochs": 6, "digits": 3000, "learning_rate": 0.01}
    record = trained("vae", {"kl_weight": 0.0}, values)
    app = open_page("vae", run=record.id, view="Latent sliders")
    assert "and the [prior](glossary#prior) has 1: its KL weight β = 0 leaves them free" in texts(
        app
    )
    assert "From −3 to 3 along one dimension" not in texts(app)
    usual = open_page("vae", run="vae", view="Latent sliders")
    assert "From −3 to 3 along one dimension" in texts(usual)
    generated = open_page("vae", run=record.id, view="Generate")
    assert "This run was trained without a [KL](glossary#kl) term" in texts(generated)


def test_signed_codes_have_their_own_axes(open_page: OpenPage) -> None:
    open_page("home")
    record = trained("compression", {"activation": "tanh"}, {})
    app = open_page("autoencoders", run=record.id, view="Sparse code")
    specs = " ".join(chart.proto.spec for chart in app.get("plotly_chart"))
    assert "Activation (\\u22121 to 1)" in specs or "Activation (−1 to 1)" in specs
    assert "colour scale, from 0" not in texts(app)


def test_settings_without_effect_are_not_said() -> None:
    values = flat({}, {"optimizer": "adam", "momentum": 0.5})
    assert changed("compression", values) == {}
    values = flat({}, {"optimizer": "sgd", "momentum": 0.5})
    assert list(changed("compression", values)) == ["training.optimizer", "training.momentum"]
    assert sentence("vae", flat({"tied_weights": True}, {})) == "Exercise task 2, unchanged."


def test_a_run_of_the_gallery_beside_one_with_another_choice(open_page: OpenPage) -> None:
    open_page("home")
    record = trained("compression", {"loss": "cross_entropy"}, {})
    runs = [store().get("compression"), record]
    ours, theirs = (settings_of(run) for run in runs)
    assert (ours["Loss"], theirs["Loss"]) == ("squared error", "cross-entropy")
    assert (ours["Optimiser"], ours["Tied weights"]) == ("Adam", "no")
    assert "Momentum" not in ours
    assert names_of([record, trained("compression", {}, {})]) == [
        "Mine · loss cross-entropy",
        "Mine",
    ]
    app = open_page("autoencoders", run=record.id, view="Compare")
    titles = [chart.proto.spec for chart in app.get("plotly_chart")]
    assert all("Cross-entropy" not in title for title in titles), "only what can be compared"


def test_a_run_of_the_gallery_is_the_twin_of_a_new_one_with_its_settings(
    open_page: OpenPage,
) -> None:
    open_page("home")
    old = store().get("compression")
    assert "loss" not in old.request.settings["config"], "it is from before the choices"
    for values, expected in (({}, True), ({"loss": "cross_entropy"}, False)):
        settings = training_settings("compression", values, {"seed": 3})
        new = store().create("train", settings, title="Mine", visitor="somebody")
        assert is_twin(old, new) is expected
