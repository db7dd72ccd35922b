"""Starting, following and finding runs, and everything a visitor can get wrong on the way."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.runs.watch import watch
from app.server.shared import queue, store
from app.server.visitor import visitor
from app.theme import BASELINE_COLOR, MODEL_COLORS
from app.training.curves import expected_values
from core.runs.record import RunError, RunRecord
from core.training.config import TrainConfig, training_settings
from core.training.record import read_configs
from models import hyperparameters
from tests.app.conftest import OpenPage, copied, texts, unescaped
from tests.app.test_pages import VAE_VIEWS
from tests.conftest import until
from tests.support.message import unpack

QUICK = {"epochs": 1, "digits": 1000}


def fill(app: AppTest, **values: float | str) -> None:
    """Types values into the form of the compression autoencoder."""
    for name, value in values.items():
        section = "training" if name in hyperparameters(TrainConfig) else "config"
        key = f"form:compression:{section}:{name}"
        if isinstance(value, str):
            app.text_input(key=key).set_value(value)
        else:
            app.number_input(key=key).set_value(value)
    app.run()


def button(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


def labelled(elements: Iterable[Any], label: str) -> Any:
    """Return the only element with this label."""
    (found,) = [element for element in elements if element.label == label]
    return found


def ended(record: RunRecord) -> None:
    until(lambda: not record.is_active)


def finished(app: AppTest) -> RunRecord:
    """The run that the page shows, once the queue is done with it."""
    run_id = app.query_params["run"]
    record = store().get(run_id if isinstance(run_id, str) else run_id[0])
    ended(record)
    return record


def test_start_trains_and_the_page_shows_it(open_page: OpenPage, runs: Path) -> None:
    app = open_page("autoencoders")
    fill(app, **QUICK)
    button(app, "Start")
    record = finished(app)
    assert record.folder.parent == runs
    assert record.state.status == "done"
    app.run()
    assert not app.exception
    assert "Mine · Compression · 1 epochs · seed 0" in str(app.selectbox[0].options)
    assert [metric.label for metric in app.metric] == ["Test mean squared error (per pixel)"]


def test_start_pressed_twice_gives_one_run(open_page: OpenPage, runs: Path) -> None:
    app = open_page("autoencoders")
    fill(app, epochs=200, digits=1000)
    button(app, "Start")
    first = app.query_params["run"]
    button(app, "Start")
    assert app.query_params["run"] == first
    assert len([path for path in runs.iterdir() if not path.name.startswith(".")]) == 1
    button(app, "Cancel")
    assert finished(app).state.status == "cancelled"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"epochs": 1_000_000_000}, "Epochs (=1000000000) must be between 1 and 500 epochs."),
        ({"learning_rate": 0.0}, "Learning rate (=0.0) must be between 0.000001 and 100."),
        (
            {"hidden_dims": "128, many"},
            "Hidden layers (='many') must be a whole number or several",
        ),
        ({"hidden_dims": "5000"}, "Hidden layers (=5000) must be between 1 and 1,024 units."),
        ({"seed": -1}, "Seed (=-1) must be between 0 and 2,147,483,647."),
    ],
)
def test_a_bad_value_is_explained_and_start_is_off(
    values: dict[str, float | str], sentence: str, open_page: OpenPage
) -> None:
    app = open_page("autoencoders")
    fill(app, **values)
    assert sentence in texts(app)
    assert next(b for b in app.button if b.label == "Start").disabled
    button(app, "Reset")
    assert sentence not in texts(app)
    assert not next(b for b in app.button if b.label == "Start").disabled


@pytest.mark.parametrize(
    ("run", "sentence"),
    [
        (
            "20260101-000000-compression-dead",
            "There is no run 20260101-000000-compression-dead here",
        ),
        ("../../etc/passwd", "'../../etc/passwd' is not the name of a run"),
        ("<script>alert(1)</script>", "is not the name of a run"),
    ],
)
def test_an_unknown_run_in_the_address(run: str, sentence: str, open_page: OpenPage) -> None:
    app = open_page("autoencoders", run=run)
    assert sentence in unescaped(app.warning[0].value)
    assert app.query_params["run"] in ("compression", ["compression"]), "the page shows another run"


def _stored_run(values: dict[str, int]) -> RunRecord:
    settings = training_settings("compression", {}, values)
    return store().create("train", settings, title="Compression", visitor="somebody")


def test_a_run_of_somebody_else_opens_from_its_address(
    open_page: OpenPage, as_visitor: Callable[[str], None]
) -> None:
    as_visitor("me")
    open_page("home")
    record = _stored_run(QUICK)
    queue().submit(record)
    ended(record)
    app = open_page("autoencoders", run=record.id)
    assert not app.warning
    assert "Someone else's · Compression · 1 epochs" in str(app.selectbox[0].options)


def test_a_deleted_run_is_said_to_be_gone(open_page: OpenPage) -> None:
    open_page("home")
    record = _stored_run(QUICK)
    app = open_page("autoencoders", run=record.id)
    shutil.rmtree(record.folder)
    app.run()
    assert not app.exception
    assert "There is no run" in texts(app)


def test_a_run_that_is_deleted_here_is_gone(open_page: OpenPage) -> None:
    app = open_page("autoencoders")
    fill(app, **QUICK)
    button(app, "Start")
    record = finished(app)
    app.run()
    button(app, "Delete this run")
    assert not app.exception
    assert [run.id for run in store().trash.list()] == [record.id], "for a day"
    assert f"There is no run {record.id} here: it was deleted" in texts(app)
    assert "Choose one from the list, or start a new one." in texts(app)
    assert "Mine" not in str(app.selectbox[0].options)
    app.run()
    assert "it was deleted" in texts(app), "the next rerun may come at once"
    del app.query_params["run"]  # as a link of the navigation does
    app.run()
    assert not app.warning


class _RerunError(Exception):
    """In place of the exception by which Streamlit starts a page anew."""


@pytest.fixture
def followed(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> tuple[RunRecord, Callable]:
    """A run that is being computed, and the fragment that follows it; it cannot be drawn."""
    open_page("home")
    record = _stored_run(QUICK)
    fragments: list[Callable[[], None]] = []

    def fragment(run_every: float | None) -> Callable[[Callable[[], None]], Callable[[], None]]:
        assert run_every == 2.0
        return lambda function: fragments.append(function) or function

    def rerun() -> None:
        raise _RerunError

    def draw(record: RunRecord) -> None:
        raise RunError("The curve is damaged.")

    monkeypatch.setattr(st, "fragment", fragment)
    monkeypatch.setattr(st, "rerun", rerun)
    watch(record, draw)
    (follow,) = fragments
    follow()
    return record, follow


def test_a_run_that_ended_and_cannot_be_drawn_keeps_no_timer(
    followed: tuple[RunRecord, Callable],
) -> None:
    record, follow = followed
    record.set_state(status="failed")
    with pytest.raises(_RerunError):
        follow()


def test_a_run_that_is_gone_is_not_drawn_as_a_failed_one(
    followed: tuple[RunRecord, Callable],
) -> None:
    record, follow = followed
    shutil.rmtree(record.folder)
    with pytest.raises(_RerunError):
        follow()


MORNING = datetime(2026, 7, 1, 12, 5, tzinfo=UTC)


def test_runs_of_one_minute_are_told_apart(open_page: OpenPage, runs: Path) -> None:
    alike = [
        copied(runs, "compression", f"20260701-12050{n}-compression-a{n}", created_at=when)
        for n, when in enumerate((MORNING.timestamp(), MORNING.timestamp() + 1))
    ]
    for run_id in alike:
        app = open_page("autoencoders", run=run_id)
        labels = app.selectbox[0].options
        assert len(set(labels)) == len(labels)
        assert labels[0] == "Gallery · Compression · 50 epochs · seed 0 · finished"
        app.run()
        assert app.query_params["run"] in (run_id, [run_id])
    app = open_page("autoencoders", run="denoising", view="Compare")
    for run_id in alike:
        box = app.selectbox(key="companion:compare:autoencoder:1")
        box.set_value(run_id).run()
        app.run()
        assert app.selectbox(key="companion:compare:autoencoder:1").value == run_id


def test_a_start_that_is_refused_leaves_everything_as_it_was(
    open_page: OpenPage, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied(runs, "compression", "mine")
    monkeypatch.setattr("core.execution.queue_room.MAX_WAITING", 0)
    monkeypatch.setenv("LATENT_LAB_QUOTA_MB", "0")
    app = open_page("autoencoders")
    next(button for button in app.button if button.label == "Start").click().run()
    assert "0 runs are waiting already" in texts(app)
    assert [folder.name for folder in runs.iterdir()] == ["mine"]


def test_a_run_is_told_by_what_is_special_about_it(open_page: OpenPage, runs: Path) -> None:
    values = {"latent_dim": 2, "hidden_dims": [64], "learning_rate": 0.5}
    copied(runs, "compression", "mine", values=values)
    app = open_page("autoencoders", run="mine")
    special = "code size 2, hidden layers 64, learning rate 0.5"
    said = (
        "Exercise task 1.1, changed: code size 2 (was 32), hidden layers 64 (was 128), "
        "learning rate 0.5 (was 0.01)."
    )
    assert said in texts(app)
    assert "50 epochs · seed 0 · " + special.replace(", ", " · ") in app.selectbox[0].options[1]
    assert "Exercise task 1.1, unchanged." in texts(app), "those of the form"
    button(app, "Use these settings")
    assert labelled(app.number_input, "Code size (numbers)").value == 2
    assert labelled(app.text_input, "Hidden layers (units)").value == "64"
    assert texts(app).count(said) == 2
    button(app, "Reset")
    assert labelled(app.number_input, "Code size (numbers)").value == 32
    assert texts(app).count(said) == 1


def test_what_waits_for_its_visitor_is_at_hand_on_every_page(
    open_page: OpenPage, as_visitor: Callable[[str], None]
) -> None:
    as_visitor("me")
    open_page("home")
    settings = training_settings("compression", {}, QUICK)
    for name in (visitor(), "somebody else"):
        record = store().create("train", settings, title=f"Of {name}", visitor=name)
        record.set_state(status="paused", progress=0.5)
    app = open_page("vae")
    links = [link.proto.label for link in app.sidebar.get("page_link")]
    assert [unescaped(label) for label in links] == [f"Of {visitor()} · paused"]
    assert "Paused" in texts(app)


def test_a_finished_training_goes_on_and_is_made_again(open_page: OpenPage) -> None:
    app = open_page("autoencoders")
    assert "10 more epochs" not in [b.label for b in app.button], "the gallery is only read"
    fill(app, **QUICK)
    button(app, "Start")
    record = finished(app)
    app.run()
    button(app, "10 more epochs")
    ended(record)
    assert record.history()[-1]["epoch"] == 11
    app = open_page("autoencoders", run=record.id)
    assert "Done after 11 of 11 epochs" in str(app.get("progress")[0].proto)
    button(app, "Run again with another seed")
    again = finished(app)
    assert again.id != record.id
    assert read_configs(again)[2].seed == 1
    assert read_configs(again)[2].epochs == 11


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Europe/Oslo", ["01 Jul 14:05", "10 Jan 13:05"]),  # each by the clock of its own season
        ("America/New_York", ["01 Jul 08:05", "10 Jan 07:05"]),
        ("Asia/Kathmandu", ["01 Jul 17:50", "10 Jan 17:50"]),
        ("UTC", ["01 Jul 12:05", "10 Jan 12:05"]),
    ],
)
def test_a_run_has_the_time_of_the_visitor_s_clock(
    zone: str, shown: list[str], open_page: OpenPage, runs: Path
) -> None:
    copied(runs, "compression", "summer", created_at=MORNING.timestamp())
    winter = MORNING.replace(month=1, day=10)
    copied(runs, "compression", "winter", created_at=winter.timestamp())
    app = open_page("autoencoders")
    app.context["timezone"] = zone
    app.run()
    for time, option in zip(shown, app.selectbox[0].options[1:], strict=True):
        assert time in option


@pytest.mark.parametrize("zone", ["Nowhere/City", "../../etc/passwd", "Europe", "a" * 5000, None])
def test_a_clock_that_cannot_be_gives_the_server_s_time(
    zone: str | None, open_page: OpenPage, runs: Path
) -> None:
    copied(runs, "compression", "mine", created_at=MORNING.timestamp())
    app = open_page("autoencoders")
    app.context["timezone"] = zone
    app.run()
    assert not app.exception
    assert f"{MORNING.astimezone():%d %b %H:%M}" in app.selectbox[0].options[1]


@pytest.mark.parametrize("view", ["Train and watch", "Reconstruct"])
def test_a_half_written_run_does_not_break_the_page(view: str, open_page: OpenPage) -> None:
    open_page("home")
    record = _stored_run(QUICK)
    (record.folder / "state.json").write_text('{"status": "do')
    app = open_page("autoencoders", run=record.id, view=view)
    assert "state.json is missing or damaged" in texts(app) or "not saved any weights" in texts(app)
    (record.folder / "run.json").write_text("{")
    app = open_page("autoencoders", run=record.id, view=view)
    assert "has no readable run.json" in texts(app)


def test_a_damaged_checkpoint_is_said_to_be_damaged(open_page: OpenPage) -> None:
    open_page("home")
    record = _stored_run(QUICK)
    queue().submit(record)
    ended(record)
    (record.folder / "epoch-001.safetensors").write_bytes(b"\x80\x04not weights")
    app = open_page("autoencoders", run=record.id, view="Reconstruct")
    assert f"epoch-001.safetensors of run {record.id} is damaged" in unescaped(app.error[0].value)


def test_a_full_disk_is_told_where_start_was_pressed(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page("autoencoders")

    def full(path: Path, content: bytes, *, durable: bool = True) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.files.replace_bytes", full)
    button(app, "Start")
    assert "The run could not be written (No space left on device)" in texts(app)


@pytest.mark.parametrize(
    ("page", "run", "shown"),
    [
        ("autoencoders", "compression", ["Code size (numbers)", "Epochs", "Learning rate"]),
        (
            "autoencoders",
            "denoising",
            ["Code size (numbers)", "Noise (standard deviation)", "Epochs"],
        ),
        ("autoencoders", "sparse", ["Code size (numbers)", "Weight of the penalty", "Epochs"]),
        ("vae", "vae", ["Latent space (dimensions)", "Weight of the KL term", "Epochs"]),
    ],
)
def test_a_form_shows_three_settings_and_folds_the_others(
    page: str, run: str, shown: list[str], open_page: OpenPage
) -> None:
    app = open_page(page, run=run)
    (folded,) = [box for box in app.expander if box.label == "More settings"]
    inside = [field.label for field in (*folded.number_input, *folded.text_input)]
    every = [field.label for field in (*app.number_input, *app.text_input)]
    assert [label for label in every if label not in inside] == shown
    assert {"Batch size (digits)", "Seed"} <= set(inside)


def test_what_is_wrong_in_the_fold_is_said_outside_of_it(open_page: OpenPage) -> None:
    app = open_page("autoencoders")
    fill(app, batch_size=0)
    app.run()
    (folded,) = [box for box in app.expander if box.label == "More settings"]
    assert not folded.error
    assert "Batch size (=0) must be" in texts(app)


def test_the_form_folds_while_a_run_goes_on(open_page: OpenPage) -> None:
    app = open_page("autoencoders")
    assert "Train another model" not in [box.label for box in app.expander]
    fill(app, epochs=300)
    button(app, "Start")
    (folded,) = [box for box in app.expander if box.label == "Train another model"]
    assert not folded.proto.expanded
    assert [b.label for b in folded.button] == ["Start", "Try several values", "Reset"]
    button(app, "Cancel")
    finished(app)
    app.run()
    assert "Train another model" not in [box.label for box in app.expander]
    assert "Train a model" in texts(app)


def lines_of(app: AppTest, key: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what the browser gets for the chart with this key, and its lines."""
    charts = [
        unpack(element.proto.bytes)
        for element in app.get("bidi_component")
        if element.proto.component_name == "latent_lab_chart"
    ]
    (chart,) = [chart for chart in charts if chart["key"] == key]
    return chart, chart["lines"]


def test_the_curves_span_the_epochs_asked_for_in_the_model_s_colour(open_page: OpenPage) -> None:
    open_page("home")
    settings = training_settings("vae", {}, {"epochs": 7, "digits": 1000})
    record = store().create("train", settings, title="VAE", visitor="somebody")
    app = open_page("vae", run=record.id)
    chart, lines = lines_of(app, "curves")
    assert chart["xEnd"] == 7
    assert chart["linearPanels"] == [1]
    assert chart["yTitles"] == [
        "Loss (cross-entropy + weight × KL)",
        "KL to the prior (nats per image)",
    ]
    training, test = (
        next(line for line in lines if line["name"] == name) for name in ("training", "test")
    )
    assert training["color"] == test["color"] == MODEL_COLORS["vae"]
    assert (training["pale"], test["pale"]) == (True, False)
    exercise = [line for line in lines if line["name"] == "exercise"]
    assert [line["panel"] for line in exercise] == [0, 1]
    assert all(line["dashed"] and line["color"] == BASELINE_COLOR for line in exercise)
    gallery = store().get("vae").history()[-1]["validation"]
    assert expected_values(record) == gallery
    assert expected_values(store().get("vae")) == {}, "it is the exercise's run itself"


def test_the_other_numbers_of_a_vae_come_on_demand(open_page: OpenPage) -> None:
    app = open_page("vae", run="vae")
    assert [metric.label for metric in app.metric] == [
        "Test loss (cross-entropy + weight × KL)",
        "Test KL to the prior (nats per image)",
    ]
    latest = store().get("vae").history()[-1]["validation"]
    assert [metric.value for metric in app.metric] == [
        f"{latest['loss']:.3g}",
        f"{latest['kl_to_prior']:.3g}",
    ]
    app.session_state["training-more"] = True
    app.run()
    chart, _ = lines_of(app, "more-curves")
    assert chart["yTitles"] == [
        "Cross-entropy (nats per pixel)",
        "Evidence lower bound (nats per image)",
    ]


def test_a_finished_run_leads_to_its_views(open_page: OpenPage) -> None:
    app = open_page("vae", run="vae")
    links = {link.proto.label: link.proto for link in app.main.get("page_link")}
    assert list(links) == VAE_VIEWS
    assert "run=vae" in links["Map"].query_string
    assert "view=Map" in links["Map"].query_string
