"""A class that is held out: its name in the form, in the run's texts, in Compare and in sweeps."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.runs.differences import settings_of
from app.runs.labels import about_sweep
from app.runs.settings_text import changed, flat, sentence
from app.server.shared import store, sweeps
from app.training.about import about_run
from core.data.data_sets import FASHION
from core.data.digits import load_digits
from core.sweeps.plan import SweepPlan
from core.training.config import training_settings
from core.training.learned_digits import learned_from
from core.training.record import read_configs
from tests.app.conftest import OpenPage, texts
from tests.app.training.test_training_flow import button, finished

FIELD = "form:compression:training:held_out"
NAMES = ["none", "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt"]
NAMES += ["Sneaker", "Bag", "Ankle boot"]


def test_from_the_form_to_a_finished_run(open_page: OpenPage, runs: Path) -> None:
    app = open_page("autoencoders", data="fashion")
    assert app.selectbox(key=FIELD).options == NAMES
    app.selectbox(key=FIELD).set_value(9)
    for name, value in {"epochs": 1, "digits": 1000}.items():
        app.number_input(key=f"form:compression:training:{name}").set_value(value)
    app.run()
    assert "class held out Ankle boot (was none)" in texts(app)
    button(app, "Start")
    record = finished(app)
    assert record.state.status == "done"
    training = read_configs(record)[2]
    assert (training.data, training.held_out) == ("fashion", 9)
    assert 800 < len(learned_from(load_digits("train", FASHION), training)) < 950
    app.run()
    assert not app.exception
    assert "class held out Ankle boot" in app.selectbox[0].options[1]
    assert settings_of(record)["Class held out"] == "Ankle boot"
    app = open_page("autoencoders", run=record.id, view="Compare")
    (table,) = app.table
    shown = dict(zip(table.value.iloc[:, 0], table.value.iloc[:, 1], strict=True))
    assert shown["Class held out"] == "Ankle boot"
    assert "Data set" not in shown, "only runs on the same pictures are compared"


def test_digits_keep_their_numbers(open_page: OpenPage) -> None:
    app = open_page("autoencoders")
    assert app.selectbox(key=FIELD).options == ["none", *"0123456789"]
    _choose(app, "fashion")
    assert app.selectbox(key=FIELD).options == NAMES
    app.selectbox(key=FIELD).set_value(9).run()
    assert "class held out Ankle boot" in texts(app)
    _choose(app, "mnist")
    assert not app.exception
    assert "Ankle boot" not in texts(app)


def _choose(app: AppTest, data: str) -> None:
    app.segmented_control(key="data:autoencoders").set_value(data).run()
    assert not app.exception


def test_a_sentence_names_the_class() -> None:
    values = flat({}, {"data": "fashion", "held_out": 9})
    assert sentence("compression", values) == (
        "Exercise task 1.1, changed: data set Fashion-MNIST (was MNIST), "
        "class held out Ankle boot (was none)."
    )
    values = flat({}, {"held_out": 9})
    assert changed("compression", values) == {"training.held_out": "class held out 9"}
    values = flat({}, {"data": ["fashion"], "held_out": 9})
    assert changed("compression", values)["training.held_out"] == "class held out 9", "damaged"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("fashion", "class held out none, Bag · 1 seed · Fashion-MNIST"),
        ("mnist", "class held out none, 8 · 1 seed"),
    ],
)
def test_a_sweep_of_classes_names_them_and_its_data(
    data: str, words: str, open_page: OpenPage
) -> None:
    open_page("home")
    others = {"data": data, "epochs": 1, "digits": 1000}
    plan = SweepPlan(model="compression", field="held_out", values=(-1, 8), others=others)
    sweep = sweeps().create(plan, visitor="")
    assert about_sweep(sweep) == words
    assert {read_configs(record)[2].data for record in sweep.records} == {data}
    app = open_page("sweeps", sweep=sweep.id)
    assert words in texts(app)
    assert any(words in option for option in app.selectbox[0].options)
    assert store().list("train")


def test_a_sweep_from_the_page_of_clothes_trains_with_clothes(open_page: OpenPage) -> None:
    app = open_page("autoencoders", data="fashion")
    for name, value in {"epochs": 1, "digits": 1000}.items():
        app.number_input(key=f"form:compression:training:{name}").set_value(value)
    app.run()
    button(app, "Try several values")
    (start,) = [each for each in app.button if each.label.startswith("Start 1")]
    start.click().run()
    (sweep,) = [each for each in sweeps().list() if not each.in_gallery]
    assert {read_configs(record)[2].data for record in sweep.records} == {"fashion"}


def test_a_run_says_what_its_losses_are_measured_on(open_page: OpenPage) -> None:
    settings = training_settings("compression", {}, {"data": "fashion", "held_out": 9})
    record = store().create("train", settings, title="Without boots")
    (said,) = [text for text in about_run(record) if "test loss" in text]
    assert "the test loss that of all ten" in said
    assert "the class Ankle boot, which the model has never seen" in said
    assert not [text for text in about_run(store().get("compression")) if "test loss" in text]
