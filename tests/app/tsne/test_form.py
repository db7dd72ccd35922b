"""The form of the t-SNE page: its optimisers, and where the run is computed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import torch
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

import app.tsne.form as app_form
from app.server.shared import queue, store
from app.tsne.presets import PRESETS, Preset
from app.ui.forms import label_of
from core.runs.record import RunRecord
from core.tsne.config import TSNEConfig
from models import hyperparameters
from tests.app.conftest import OpenPage, texts, unescaped
from tests.conftest import until

KEY = "form:tsne:optimisers"
LABELS = {name: label_of(rule).lower() for name, rule in hyperparameters(TSNEConfig).items()}


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception, app.exception


def remove(app: AppTest, card: int) -> None:
    app.button(key=f"button:{KEY}:{card}:remove").click().run()
    assert not app.exception, app.exception


def cards(app: AppTest) -> list[int]:
    """The numbers of the cards in the order of the page."""
    keys = [str(box.key) for box in app.selectbox if str(box.key).startswith(KEY)]
    keys = [key for key in keys if ":own:" not in key]
    return [int(key.split(":")[3]) for key in keys]


def settings(app: AppTest) -> dict[str, list[float | str | bool | None]]:
    """What the fields of the cards hold, by the number of the card, without what is folded."""
    return {
        str(card): [
            field.value
            for kind in ("selectbox", "number_input", "checkbox")
            for field in getattr(app, kind)
            if str(field.key).startswith(f"{KEY}:{card}:") and ":own:" not in str(field.key)
        ]
        for card in cards(app)
    }


def folds(app: AppTest) -> list[Block]:
    """The folds of the form."""
    return [box for box in app.expander if box.label in ("Optimisers", "More settings")]


def shown(app: AppTest) -> list[str]:
    """The labels of the fields outside the folds."""
    kinds = ("number_input", "text_input", "selectbox", "checkbox")
    inside = {field.key for box in folds(app) for kind in kinds for field in getattr(box, kind)}
    every = [field for kind in kinds for field in getattr(app, kind)]
    return [field.label for field in every if field.key not in inside and field.label != "Run"]


def started(app: AppTest, digits: int = 100) -> RunRecord:
    """The run that Start makes of so many digits and 5 iterations, computed."""
    for label, value in (("Digits", digits), ("Iterations", 5)):
        next(field for field in app.number_input if field.label == label).set_value(value)
    press(app, "Start")
    assert not app.error
    run_id = app.query_params["run"]
    record = store().get(run_id if isinstance(run_id, str) else run_id[0])
    until(lambda: not record.is_active)
    return record


def test_the_exercises_optimisers_are_there_at_first(open_page: OpenPage) -> None:
    app = open_page("tsne")
    assert settings(app) == {"0": ["sgd", 10.0, 0.0, False], "1": ["adam", 0.1]}
    record = started(app)
    values = record.request.settings["config"]
    assert (values["optimizers"], values["device"]) == (["sgd", "adam"], "cpu")
    assert record.state.status == "done"


def test_optimisers_are_added_up_to_six_and_removed_down_to_one(open_page: OpenPage) -> None:
    app = open_page("tsne")
    for _ in range(4):
        press(app, "Add an optimiser")
    assert settings(app) == {
        "0": ["sgd", 10.0, 0.0, False],
        "1": ["adam", 0.1],
        "2": ["sgd", 10.0, 0.9, False, False],
        "3": ["rmsprop", 0.1, 0.0],
        "4": ["gains", None],
        "5": ["adagrad", 2.0],
    }
    assert app.button(key=f"button:{KEY}:add").disabled
    remove(app, 4)
    remove(app, 5)
    assert not app.button(key=f"button:{KEY}:add").disabled
    app.selectbox(key=f"{KEY}:3:optimizer").set_value("rprop")
    app.checkbox(key=f"{KEY}:2:nesterov:sgd").check()
    app.number_input(key=f"{KEY}:2:learning_rate:sgd").set_value(300.0).run()
    assert settings(app)["3"] == ["rprop", 0.1]
    remove(app, 0)
    assert settings(app) == {
        "1": ["adam", 0.1],
        "2": ["sgd", 300.0, 0.9, False, True],
        "3": ["rprop", 0.1],
    }
    record = started(app)
    values = record.request.settings["config"]
    assert values["optimizers"] == ["adam", "sgd:lr=300:momentum=0.9:nesterov", "rprop"]
    assert record.state.status == "done"
    remove(app, 3)
    remove(app, 1)
    assert list(settings(app).values()) == [["sgd", 300.0, 0.9, False, True]]
    assert app.button(key=f"button:{KEY}:2:remove").disabled


def test_a_new_card_remembers_nothing_of_one_that_is_gone(open_page: OpenPage) -> None:
    app = open_page("tsne")
    app.number_input(key=f"{KEY}:1:learning_rate:adam").set_value(2.0).run()
    remove(app, 1)
    press(app, "Add an optimiser")
    assert settings(app) == {"0": ["sgd", 10.0, 0.0, False], "2": ["adam", 0.1]}


def test_another_optimiser_has_its_own_usual_rate_and_no_momentum(open_page: OpenPage) -> None:
    app = open_page("tsne")
    app.number_input(key=f"{KEY}:0:momentum:sgd").set_value(0.9).run()
    app.selectbox(key=f"{KEY}:0:optimizer").set_value("adagrad").run()
    assert settings(app)["0"] == ["adagrad", 2.0]
    assert started(app).request.settings["config"]["optimizers"] == ["adagrad", "adam"]


def test_one_bad_card_is_explained_and_the_others_are_not(open_page: OpenPage) -> None:
    app = open_page("tsne")
    app.number_input(key=f"{KEY}:0:learning_rate:sgd").set_value(0.0).run()
    said = [unescaped(error.value) for error in app.error]
    assert said == ["Optimiser 1: learning rate (=0) must be above 0 and at most 100,000."]
    assert next(button for button in app.button if button.label == "Start").disabled
    remove(app, 0)
    assert not next(button for button in app.button if button.label == "Start").disabled


def test_the_form_shows_three_settings_and_names_what_is_folded(open_page: OpenPage) -> None:
    app = open_page("tsne")
    assert shown(app) == ["Digits", "Iterations", "Sigma"]
    assert "Perplexity" not in [field.label for field in app.number_input], "not in a fold either"
    assert "SGD, lr 10 · Adam, lr 0.1. Mapped: pixels." in texts(app)
    app.selectbox(key="form:tsne:affinity").set_value("perplexity")
    app.selectbox(key="form:tsne:from").set_value("noise")
    app.number_input(key=f"{KEY}:1:learning_rate:adam").set_value(2.0).run()
    assert shown(app) == ["Digits", "Iterations", "Perplexity"]
    assert "Sigma" not in [field.label for field in app.number_input]
    assert "SGD, lr 10 · Adam, lr 2. Mapped: pure noise." in texts(app)


@pytest.mark.parametrize(
    ("field", "value"), [("seed", -1), ("exaggeration", 0.5), ("optimisers:0:momentum:sgd", 1.5)]
)
def test_what_is_wrong_in_a_fold_is_said_outside_of_it_until_reset(
    field: str, value: float, open_page: OpenPage
) -> None:
    app = open_page("tsne")
    app.number_input(key=f"form:tsne:{field}").set_value(value).run()
    assert len(app.error) == 1
    assert not [error for box in folds(app) for error in box.error]
    press(app, "Reset")
    assert not app.error
    assert not next(button for button in app.button if button.label == "Start").disabled


def test_what_was_typed_is_there_after_a_visit_elsewhere_until_reset(open_page: OpenPage) -> None:
    app = open_page("tsne")
    press(app, "Add an optimiser")
    app.number_input(key=f"{KEY}:1:learning_rate:adam").set_value(1.5)
    app.selectbox(key=f"{KEY}:2:optimizer").set_value("rmsprop").run()
    typed = {"0": ["sgd", 10.0, 0.0, False], "1": ["adam", 1.5], "2": ["rmsprop", 0.1, 0.0]}
    assert settings(app) == typed
    app.switch_page("app/pages/home.py").run()
    assert not app.selectbox
    app.switch_page("app/pages/tsne.py").run()
    assert settings(app) == typed
    press(app, "Reset")
    assert list(settings(app).values()) == [["sgd", 10.0, 0.0, False], ["adam", 0.1]]


def test_where_to_compute_is_asked_only_where_there_is_a_gpu(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    app = open_page("tsne")
    labels = [each.proto.label for each in app.get("button_group")]
    assert labels == ["Data"]

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    app.run()
    labels = [each.proto.label for each in app.get("button_group")]
    assert labels == ["Data", "Compute on"]
    field = app.button_group(key="form:tsne:device")
    assert field.value == "cpu"
    asked: list[object] = []

    def refuse(values: Mapping[str, object]) -> None:
        asked.append(values["device"])
        raise ValueError("This run would need a GPU.")

    monkeypatch.setattr(app_form, "start_tsne", refuse)
    field.set_value("cuda").run()
    press(app, "Start")
    assert asked == ["cuda"]
    assert unescaped(app.error[0].value) == "This run would need a GPU."


def test_a_run_for_a_gpu_that_is_not_here_says_so(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    open_page("home")
    values = TSNEConfig(digits=100, iterations=5, device="cuda").to_dict()
    record = store().create("tsne", {"config": values}, title="SGD and Adam")
    queue().submit(record)
    until(lambda: not record.is_active)
    app = open_page("tsne", run=record.id)
    assert unescaped(app.error[0].value) == (
        "device (=cuda) needs a GPU that PyTorch can use, and there is none here; use cpu."
    )


def test_a_map_can_have_settings_of_its_own(open_page: OpenPage) -> None:
    app = open_page("tsne")
    app.number_input(key=f"{KEY}:0:own:seed").set_value(7)
    app.selectbox(key=f"{KEY}:1:own:start").set_value("pca")
    app.number_input(key=f"{KEY}:1:own:exaggeration").set_value(4.0).run()
    assert started(app).request.settings["config"]["optimizers"] == [
        "sgd:seed=7",
        "adam:start=pca:exaggeration=4",
    ]
    app.number_input(key=f"{KEY}:0:own:exaggeration").set_value(0.5).run()
    said = [unescaped(error.value) for error in app.error]
    assert said == [
        "Optimiser 1: exaggeration (=0.5) must be at least 1, or 0 for that of the run."
    ]


def test_a_learning_rate_of_gains_that_is_empty_is_automatic(open_page: OpenPage) -> None:
    app = open_page("tsne")
    app.selectbox(key=f"{KEY}:0:optimizer").set_value("gains").run()
    assert settings(app)["0"] == ["gains", None]
    assert started(app).request.settings["config"]["optimizers"] == ["gains", "adam"]
    app.number_input(key=f"{KEY}:0:learning_rate:gains").set_value(100.0)
    assert started(app).request.settings["config"]["optimizers"] == ["gains:lr=100", "adam"]


def test_the_learning_rate_of_sgd_is_automatic_where_the_box_is_ticked(
    open_page: OpenPage,
) -> None:
    app = open_page("tsne")
    app.checkbox(key=f"{KEY}:0:auto:sgd").check().run()
    assert app.number_input(key=f"{KEY}:0:learning_rate:sgd").disabled
    assert "SGD, lr auto · Adam, lr 0.1" in texts(app)
    assert started(app).request.settings["config"]["optimizers"] == ["sgd:lr=auto", "adam"]
    app.checkbox(key=f"{KEY}:0:auto:sgd").uncheck().run()
    assert started(app).request.settings["config"]["optimizers"] == ["sgd", "adam"]
    assert not [box for box in app.checkbox if ":auto:adam" in str(box.key)]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_a_preset_fills_the_form(open_page: OpenPage, preset: Preset) -> None:
    app = open_page("tsne")
    app.button(key=f"preset:{preset.title}").click().run()
    assert not app.exception
    assert not app.error
    assert not next(button for button in app.button if button.label == "Start").disabled
    for name, value in preset.values.items():
        fields = [*app.number_input, *app.selectbox]
        assert any(field.label.lower() == LABELS[name] and field.value == value for field in fields)
    if preset.title == "All of MNIST":
        assert "reduced to 50 numbers by PCA" in texts(app)
        assert "a mesh carries the repulsion" in texts(app)
        return
    record = started(app, 500)
    assert record.request.settings["config"]["optimizers"] == list(preset.optimizers)
