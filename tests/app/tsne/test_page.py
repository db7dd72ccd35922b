"""The t-SNE page: its form, its runs, its exports, and what can go wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from app.home.maps import RUN as MAPS_OF_HOME
from app.server.shared import queue, store
from app.tsne.view import _Curves
from core.runs.record import RunRecord
from core.runs.rights import local_user
from core.tsne.config import TSNEConfig
from core.tsne.frames_file import FramesFile
from core.tsne.learning_rates import request_learning_rate
from tests.app.conftest import OpenPage, texts, unescaped
from tests.conftest import until
from tests.support.message import unpack


def small_run(**values: object) -> RunRecord:
    config = TSNEConfig.from_dict({"digits": 100, "iterations": 20, **values})
    record = store().create("tsne", {"config": config.to_dict()}, title="SGD and Adam")
    queue().submit(record)
    until(lambda: not record.is_active)
    return record


def folded(app: AppTest) -> bool:
    """Whether the form is behind the button "New run"."""
    return any("New run" in str(block.proto) for block in app.get("popover"))


def button_named(app: AppTest, label: str) -> Button:
    return next(button for button in app.button if button.label == label)


def button(app: AppTest, label: str) -> None:
    button_named(app, label).click().run()


@pytest.mark.parametrize(
    "run",
    [
        "tsne-exercise",
        "tsne-perplexity-30",
        "tsne-four-seeds",
        "tsne-five-perplexities",
        "tsne-whole-mnist",
    ],
)
def test_the_gallery_is_replayed(run: str, open_page: OpenPage) -> None:
    app = open_page("tsne", run=run)
    assert not app.error
    names = [element.proto.component_name for element in app.get("bidi_component")]
    assert names.count("latent_lab_player") == 1
    total = 750 if run == "tsne-whole-mnist" else 700
    assert f"Done after {total} of {total} iterations" in str(app.get("progress")[0].proto)
    labels = [element.proto.label for element in app.get("download_button")]
    assert "GIF, all maps" in labels
    assert "Positions (CSV)" in labels
    assert "Curves (CSV)" in labels


def test_the_gallery_is_listed_by_what_its_maps_share(open_page: OpenPage) -> None:
    app = open_page("tsne")
    options = next(box for box in app.selectbox if box.label == "Run").options
    assert options == [
        "Gallery · SGD and Adam, the exercise · 1,000 digits · σ 10 · seed 1 · finished",
        "Gallery · Five perplexities · 1,000 digits · start PCA · finished",
        "Gallery · Four seeds · 1,000 digits · perplexity 30 · finished",
        "Gallery · SGD and Adam at their best, perplexity 30 · 1,000 digits · perplexity 30 · "
        "seed 1 · finished",
        "Gallery · All of MNIST · 70,000 digits · perplexity 30 · start PCA · finished",
    ]


def test_a_visit_reads_no_maps_but_those_that_it_shows(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A larger gallery must not make the first visit slower."""
    read: set[str] = set()
    files, history = FramesFile.__init__, RunRecord.history

    def opened(self: FramesFile, record: RunRecord, shape: tuple[int, int, int]) -> None:
        read.add(record.id)
        files(self, record, shape)

    def told(self: RunRecord) -> Any:
        read.add(self.id)
        return history(self)

    monkeypatch.setattr(FramesFile, "__init__", opened)
    monkeypatch.setattr(RunRecord, "history", told)
    open_page("tsne")
    assert read == {"tsne-exercise"}
    open_page("home")
    assert {run for run in read if run.startswith("tsne")} == {"tsne-exercise", MAPS_OF_HOME}


def test_the_bandwidth_of_the_exercise_is_explained(open_page: OpenPage) -> None:
    app = open_page("tsne")
    assert "These settings give a [perplexity](glossary#perplexity) of **518**" in texts(app)
    assert "Very wide neighbourhoods" in texts(app)
    app.selectbox(key="form:tsne:affinity").set_value("perplexity").run()
    assert "These settings give" not in texts(app), "it would repeat what was asked for"
    assert "Very wide neighbourhoods" not in texts(app)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("perplexity", 400.0, "perplexity (=400) needs"),
        ("digits", 1, "Digits (=1) must be between 2 and 70,000 digits."),
        (
            "optimisers:0:learning_rate:sgd",
            -1.0,
            "learning rate (=-1) must be above 0 and at most 100,000.",
        ),
        ("optimisers:0:learning_rate:sgd", 0.0, "learning rate (=0) must be above 0"),
        ("optimisers:1:learning_rate:adam", 200_000.0, "learning rate (=200000) must be above 0"),
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
    until(lambda: not record.is_active)
    assert record.state.status == "done"
    app.run()
    button(app, "200 more iterations")
    until(lambda: not store().get(record.id).is_active)
    rows = store().get(record.id).history()
    assert [row["iteration"] for row in rows] == list(range(221))


def test_curves_grow_with_the_history_and_start_anew_where_it_was_cut() -> None:
    def row(iteration: int, kl: float | None) -> dict[str, Any]:
        measured = {"agreement": {"sgd": 0.1, "adam": 0.2}} if iteration % 2 == 0 else {}
        return {"iteration": iteration, "kl_divergence": {"sgd": kl, "adam": 1.0}, **measured}

    names = ("sgd", "adam")
    rows = [row(0, 3.0), row(1, None)]
    curves = _Curves()
    first = curves.of(rows, names)
    np.testing.assert_equal(first.iterations, [0, 1])
    np.testing.assert_equal(first.kl, [[3, 1], [np.nan, 1]])
    np.testing.assert_equal(first.agreement, [[0.1, 0.2], [np.nan, np.nan]])
    rows = [*rows, row(2, 2.0)]
    np.testing.assert_equal(curves.of(rows, names).kl, [[3, 1], [np.nan, 1], [2, 1]])
    once, again = (curves.of([*rows], names).kl.base for _ in range(2))
    assert once is again, "nothing is read twice"
    cut = [rows[0], row(1, 7.0), row(2, 6.0), row(3, 5.0)]
    assert curves.of(cut, names).kl[:, 0].tolist() == [3, 7, 6, 5]
    assert curves.of(cut[:2], names).kl[:, 0].tolist() == [3, 7]
    assert curves.of([], names).kl.shape == (0, 2)


def test_the_same_with_another_seed(open_page: OpenPage) -> None:
    open_page("home")
    record = small_run(seed=4)
    app = open_page("tsne", run=record.id)
    button(app, "Run again with another seed")
    other = app.query_params["run"]
    other = store().get(other if isinstance(other, str) else other[0])
    assert other.id != record.id
    assert other.request.settings["config"] == {**record.request.settings["config"], "seed": 5}
    until(lambda: not other.state.is_active)


def test_another_seed_changes_the_seeds_of_single_maps_too(open_page: OpenPage) -> None:
    open_page("home")
    record = small_run(optimizers=["gains:seed=0", "gains:seed=1"])
    app = open_page("tsne", run=record.id)
    button(app, "Run again with another seed")
    other = app.query_params["run"]
    other = store().get(other if isinstance(other, str) else other[0])
    assert other.request.settings["config"]["optimizers"] == ["gains:seed=2", "gains:seed=3"]
    until(lambda: not other.state.is_active)


def test_another_seed_is_not_offered_where_nothing_is_random(open_page: OpenPage) -> None:
    open_page("home")
    record = small_run(start="pca")
    app = open_page("tsne", run=record.id)
    labels = [each.label for each in app.button]
    assert "200 more iterations" in labels
    assert "Run again with another seed" not in labels


@pytest.mark.parametrize(
    ("source", "numbers"),
    [
        ("pixels", "784 pixels each"),
        ("compression@50", "as codes of run compression, 32 numbers each"),
        ("vae", "as codes of run vae, 10 numbers each"),
        ("noise", "replaced by noise, 784 numbers each"),
    ],
)
def test_what_is_mapped_is_told_with_its_dimensions(
    source: str, numbers: str, open_page: OpenPage
) -> None:
    open_page("home")
    record = small_run(source=source, affinity="perplexity", perplexity=10.0)
    assert record.state.status == "done"
    app = open_page("tsne", run=record.id)
    assert not app.error
    assert f"100 digits, {numbers}. [Perplexity](glossary#perplexity) 10." in texts(app)
    assert ("784" in texts(app)) == (source in ("pixels", "noise"))
    assert ("pure noise: the labels mean nothing" in texts(app)) == (source == "noise")


def test_a_source_that_is_gone_is_said_to_be_gone(open_page: OpenPage) -> None:
    open_page("home")
    record = small_run(source="20260101-000000-gone")
    assert record.state.status == "failed"
    app = open_page("tsne", run=record.id)
    assert "There is no run 20260101-000000-gone here" in unescaped(app.error[0].value)


def test_a_learning_rate_changes_while_it_runs_and_is_recorded(open_page: OpenPage) -> None:
    open_page("home")
    config = TSNEConfig.from_dict({"digits": 300, "iterations": 10_000})
    record = store().create("tsne", {"config": config.to_dict()}, title="SGD and Adam")
    queue().submit(record)
    until(lambda: len(record.history()) > 5)
    request_learning_rate(record.control, "sgd", 50.0, local_user())
    until(lambda: record.history()[-1]["learning_rate"]["sgd"] == 50.0)
    assert record.history()[0]["learning_rate"] == {"sgd": 10.0, "adam": 0.1}
    queue().cancel(record, local_user())
    until(lambda: record.state.status == "cancelled")


def test_two_sgd_are_told_apart_and_their_fields_show_what_everyone_set(
    open_page: OpenPage,
) -> None:
    open_page("home")
    config = TSNEConfig.from_dict(
        {"digits": 100, "iterations": 10_000, "optimizers": ["sgd", "sgd:momentum=0.9"]}
    )
    record = store().create("tsne", {"config": config.to_dict()}, title="SGD and SGD")
    queue().submit(record)
    until(lambda: len(record.history()) > 5)
    app = open_page("tsne", run=record.id)

    def rates() -> dict[str, float | None]:
        fields = app.number_input
        return {field.label: field.value for field in fields if "Learning rate of" in field.label}

    names = ["Learning rate of SGD, lr 10", "Learning rate of SGD, lr 10, momentum 0.9"]
    assert rates() == dict.fromkeys(names, 10.0)
    request_learning_rate(record.control, "sgd_2", 50.0, local_user())  # somebody else does
    until(lambda: record.history()[-1]["learning_rate"]["sgd_2"] == 50.0)
    app.run()
    assert rates() == dict(zip(names, (10.0, 50.0), strict=True))
    changed = "The learning rate of SGD, lr 10, momentum 0.9 was changed to 50 during the run."
    assert changed in texts(app)
    field = next(field for field in app.number_input if field.label == names[1])
    field.set_value(-1.0).run()
    assert "learning rate (=-1) must be above 0" in texts(app), "said where the buttons are"
    next(field for field in app.number_input if field.label == names[1]).set_value(10.0).run()
    until(lambda: record.history()[-1]["learning_rate"]["sgd_2"] == 10.0)
    app.run()
    assert rates() == dict.fromkeys(names, 10.0)
    queue().cancel(record, local_user())
    until(lambda: record.state.status == "cancelled")


def test_equal_optimisers_have_a_file_each(open_page: OpenPage) -> None:
    open_page("home")
    record = small_run(optimizers=["sgd", "adam", "sgd"])
    app = open_page("tsne", run=record.id)
    labels = [element.proto.label for element in app.get("download_button")]
    assert labels[:4] == [
        "GIF, all maps",
        "GIF, SGD, lr 10 (no. 1)",
        "GIF, Adam, lr 0.1",
        "GIF, SGD, lr 10 (no. 2)",
    ]


def test_the_form_folds_for_a_run_that_is_watched_until_another_run_is_chosen(
    open_page: OpenPage,
) -> None:
    open_page("home")
    config = TSNEConfig.from_dict({"digits": 100, "iterations": 10_000})
    record = store().create("tsne", {"config": config.to_dict()}, title="SGD and Adam")
    queue().submit(record)
    until(lambda: len(record.history()) > 1)
    app = open_page("tsne", run=record.id)
    assert folded(app)
    queue().cancel(record, local_user())
    until(lambda: record.state.status == "cancelled")
    app.run()
    assert folded(app), "its maps would jump"
    app.query_params["run"] = "tsne-exercise"
    app.run()
    assert not folded(app)
    assert button_named(app, "Start")


def _sent(app: AppTest) -> dict[str, Any]:
    """Return what the player gets."""
    players = [
        element.proto
        for element in app.get("bidi_component")
        if element.proto.component_name == "latent_lab_player"
    ]
    return unpack(players[0].bytes)


def test_pca_can_stand_beside_the_maps(open_page: OpenPage) -> None:
    app = open_page("tsne", run="tsne-perplexity-30")
    alone = _sent(app)
    app.toggle(key="tsne:beside-pca").set_value(True).run()
    beside = _sent(app)
    assert not app.error
    assert beside["names"] == [*alone["names"], "PCA"]
    assert beside["fixed"] == [False] * len(alone["names"]) + [True]
    assert beside["worth"] == alone["worth"] + "-pca"
    assert np.isnan(beside["kl"][-1]).all()


def test_pca_of_what_is_gone_is_explained_and_the_maps_stay(open_page: OpenPage) -> None:
    record = small_run()
    settings = record.folder / "run.json"
    settings.write_text(
        settings.read_text().replace('"pixels"', '"20260101-000000-vae-gone"'), encoding="utf-8"
    )
    app = open_page("tsne", run=record.id)
    names = _sent(app)["names"]
    app.toggle(key="tsne:beside-pca").set_value(True).run()
    assert "cannot be mapped" in app.error[0].value
    assert _sent(app)["names"] == names
