"""The t-SNE page: its form, its runs, its exports, and what can go wrong."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from app.session import queue, store
from app.tsne_view import _Curves
from core.record import ACTIVE, RunRecord
from core.tsne_config import TSNEConfig
from tests.app.conftest import OpenPage, texts, unescaped
from tests.conftest import until


def small_run(**values: object) -> RunRecord:
    config = TSNEConfig.from_dict({"digits": 100, "iterations": 20, **values})
    record = store().create("tsne", {"values": config.to_dict()}, title="SGD and Adam")
    queue().submit(record)
    until(lambda: record.state.status not in ACTIVE)
    return record


def button(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


@pytest.mark.parametrize("run", ["tsne-exercise", "tsne-perplexity-30"])
def test_the_gallery_is_replayed(run: str, open_page: OpenPage) -> None:
    app = open_page("tsne", run=run)
    assert not app.error
    names = [element.proto.component_name for element in app.get("bidi_component")]
    assert any("player" in name or "replay" in name for name in names)
    assert "Done after 700 of 700 iterations" in str(app.get("progress")[0].proto)
    labels = [element.proto.label for element in app.get("download_button")]
    assert "GIF, all panels" in labels
    assert "Positions (CSV)" in labels


def test_the_bandwidth_of_the_exercise_is_explained(open_page: OpenPage) -> None:
    app = open_page("tsne")
    assert "These settings give a perplexity of **518**" in texts(app)
    assert "P is nearly flat" in texts(app)
    app.selectbox(key="form:tsne:affinity").set_value("perplexity").run()
    assert "These settings give" not in texts(app), "it would repeat what was asked for"
    assert "P is nearly flat" not in texts(app)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("perplexity", 400.0, "perplexity (=400) needs"),
        ("digits", 50, "Digits (=50) must be between 100 and 5,000 digits."),
        (
            "optimisers:0:learning_rate:sgd",
            -1.0,
            "learning rate (=-1) must be above 0 and at most 10,000.",
        ),
        ("optimisers:0:learning_rate:sgd", 0.0, "learning rate (=0) must be above 0"),
        ("optimisers:1:learning_rate:adam", 20_000.0, "learning rate (=20000) must be above 0"),
        ("optimisers:0:momentum:sgd", 1.5, "momentum (=1.5) must be between 0 and 0.99."),
    ],
)
def test_a_bad_setting_is_explained_and_start_is_off(
    field: str, value: float, sentence: str, open_page: OpenPage
) -> None:
    app = open_page("tsne")
    app.selectbox(key="form:tsne:affinity").set_value("perplexity").run()
    app.number_input(key=f"form:tsne:{field}").set_value(value).run()
    assert sentence in texts(app)
    assert next(b for b in app.button if b.label == "Start").disabled


def test_start_makes_a_run_that_can_go_on(open_page: OpenPage) -> None:
    app = open_page("tsne")
    app.number_input(key="form:tsne:digits").set_value(100)
    app.number_input(key="form:tsne:iterations").set_value(20)
    app.run()
    button(app, "Start")
    run_id = app.query_params["run"]
    record = store().get(run_id if isinstance(run_id, str) else run_id[0])
    until(lambda: record.state.status not in ACTIVE)
    assert record.state.status == "done"
    app.run()
    button(app, "200 more iterations")
    until(lambda: store().get(record.id).state.status not in ACTIVE)
    rows = store().get(record.id).history()
    assert [row["iteration"] for row in rows] == list(range(221))


def test_curves_grow_with_the_history_and_start_anew_where_it_was_cut() -> None:
    def row(iteration: int, kl: float | None) -> dict[str, object]:
        return {"iteration": iteration, "kl_divergence": {"sgd": kl, "adam": 1.0}}

    names = ("sgd", "adam")
    rows = [row(0, 3.0), row(1, None)]
    curves = _Curves()
    np.testing.assert_equal(curves.columns(rows, names), [[0, 3, 1], [1, np.nan, 1]])
    rows = [*rows, row(2, 2.0)]
    np.testing.assert_equal(curves.columns(rows, names), [[0, 3, 1], [1, np.nan, 1], [2, 2, 1]])
    assert curves.columns(rows, names) is curves.columns([*rows], names), "nothing is read twice"
    cut = [rows[0], row(1, 7.0), row(2, 6.0), row(3, 5.0)]
    assert curves.columns(cut, names)[:, 1].tolist() == [3, 7, 6, 5]
    assert curves.columns(cut[:2], names)[:, 1].tolist() == [3, 7]
    assert curves.columns([], names).shape == (0, 3)


def test_the_same_with_another_seed(open_page: OpenPage) -> None:
    open_page("home")
    record = small_run(seed=4)
    app = open_page("tsne", run=record.id)
    button(app, "Run again with another seed")
    other = app.query_params["run"]
    other = store().get(other if isinstance(other, str) else other[0])
    assert other.id != record.id
    assert other.request.settings["values"] == {**record.request.settings["values"], "seed": 5}
    until(lambda: other.state.status not in ACTIVE)


@pytest.mark.parametrize("source", ["compression", "vae", "noise"])
def test_codes_and_noise_can_be_mapped(source: str, open_page: OpenPage) -> None:
    open_page("home")
    record = small_run(source=source, affinity="perplexity", perplexity=10.0)
    assert record.state.status == "done"
    app = open_page("tsne", run=record.id)
    assert not app.error


def test_a_source_that_is_gone_is_said_to_be_gone(open_page: OpenPage) -> None:
    open_page("home")
    record = small_run(source="20260101-000000-gone")
    assert record.state.status == "failed"
    app = open_page("tsne", run=record.id)
    assert "There is no run 20260101-000000-gone here" in unescaped(app.error[0].value)


def test_a_learning_rate_changes_while_it_runs_and_is_recorded(open_page: OpenPage) -> None:
    open_page("home")
    config = TSNEConfig.from_dict({"digits": 300, "iterations": 10_000})
    record = store().create("tsne", {"values": config.to_dict()}, title="SGD and Adam")
    queue().submit(record)
    until(lambda: len(record.history()) > 5)
    record.wishes.ask_learning_rate("sgd", 50.0)
    until(lambda: record.history()[-1]["learning_rate"]["sgd"] == 50.0)
    assert record.history()[0]["learning_rate"] == {"sgd": 10.0, "adam": 0.1}
    queue().cancel(record)
    until(lambda: record.state.status == "cancelled")


def test_two_sgd_are_told_apart_and_their_fields_show_what_everyone_set(
    open_page: OpenPage,
) -> None:
    open_page("home")
    config = TSNEConfig.from_dict(
        {"digits": 100, "iterations": 10_000, "contestants": ["sgd", "sgd:momentum=0.9"]}
    )
    record = store().create("tsne", {"values": config.to_dict()}, title="SGD and SGD")
    queue().submit(record)
    until(lambda: len(record.history()) > 5)
    app = open_page("tsne", run=record.id)

    def rates() -> dict[str, float | None]:
        fields = app.number_input
        return {field.label: field.value for field in fields if "Learning rate of" in field.label}

    names = ["Learning rate of SGD, lr 10", "Learning rate of SGD, lr 10, momentum 0.9"]
    assert rates() == dict.fromkeys(names, 10.0)
    record.wishes.ask_learning_rate("sgd_2", 50.0)  # somebody else does
    until(lambda: record.history()[-1]["learning_rate"]["sgd_2"] == 50.0)
    app.run()
    assert rates() == dict(zip(names, (10.0, 50.0), strict=True))
    assert "Learning rate of SGD, lr 10, momentum 0.9 changed to 50 on the way." in texts(app)
    field = next(field for field in app.number_input if field.label == names[1])
    field.set_value(-1.0).run()
    assert "learning rate (=-1) must be above 0" in texts(app), "said where the buttons are"
    next(field for field in app.number_input if field.label == names[1]).set_value(10.0).run()
    until(lambda: record.history()[-1]["learning_rate"]["sgd_2"] == 10.0)
    app.run()
    assert rates() == dict.fromkeys(names, 10.0)
    queue().cancel(record)
    until(lambda: record.state.status == "cancelled")


def test_equal_optimisers_have_a_file_each(open_page: OpenPage) -> None:
    open_page("home")
    record = small_run(contestants=["sgd", "adam", "sgd"])
    app = open_page("tsne", run=record.id)
    labels = [element.proto.label for element in app.get("download_button")]
    assert labels[:4] == [
        "GIF, all panels",
        "GIF, SGD, lr 10 (no. 1)",
        "GIF, Adam, lr 0.1",
        "GIF, SGD, lr 10 (no. 2)",
    ]
