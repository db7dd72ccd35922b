"""Starting, following and finding runs, and everything a visitor can get wrong on the way."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.session import queue, store
from core.record import ACTIVE, RunRecord
from core.settings import training_settings
from tests.app.conftest import OpenPage, texts
from tests.conftest import until

QUICK = {"epochs": 1, "digits": 1000}


def fill(app: AppTest, **values: float | str) -> None:
    """Types values into the form of the compression autoencoder."""
    for name, value in values.items():
        key = f"form:compression:{name}"
        if isinstance(value, str):
            app.text_input(key=key).set_value(value)
        else:
            app.number_input(key=key).set_value(value)
    app.run()


def button(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


def ended(record: RunRecord) -> None:
    until(lambda: record.state.status not in ACTIVE)


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
    assert any(metric.label == "Test · Mean squared error" for metric in app.metric)


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
        ({"epochs": 1_000_000_000}, "epochs (=1000000000) must be between 1 and 500 epochs."),
        ({"learning_rate": 0.0}, "learning_rate (=0.0) must be between 1e-06 and 1."),
        ({"hidden_dims": "128, many"}, "hidden_dims (='many') must be a whole number."),
        ({"hidden_dims": "5000"}, "hidden_dims (=5000) must be between 1 and 1,024 units."),
        ({"seed": -1}, "seed (=-1) must be between 0 and 2,147,483,647."),
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
    assert sentence in app.warning[0].value
    assert app.query_params["run"] in ("compression", ["compression"]), "the page shows another run"


def _stored_run(values: dict[str, int]) -> RunRecord:
    settings = training_settings("compression", values)
    return store().create("train", settings, title="Compression", owner="somebody")


def test_a_run_of_somebody_else_opens_from_its_address(open_page: OpenPage) -> None:
    open_page("home")
    record = _stored_run(QUICK)
    queue().submit(record)
    ended(record)
    app = open_page("autoencoders", run=record.id)
    assert not app.warning
    assert "Everyone's · Compression · 1 epochs" in str(app.selectbox[0].options)


def test_a_deleted_run_is_said_to_be_gone(open_page: OpenPage) -> None:
    open_page("home")
    record = _stored_run(QUICK)
    app = open_page("autoencoders", run=record.id)
    shutil.rmtree(record.folder)
    app.run()
    assert not app.exception
    assert "There is no run" in texts(app)


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
    assert f"epoch-001.safetensors of run {record.id} is damaged" in app.error[0].value


def test_a_full_disk_is_told_where_start_was_pressed(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page("autoencoders")

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.files.replace_bytes", full)
    button(app, "Start")
    assert "The run could not be written (No space left on device)" in texts(app)
