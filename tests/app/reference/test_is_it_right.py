"""Is it right?, on the pages of recorded runs and for opened weights."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest
from torch import nn

from app.server import shared
from core.own_weights import propose
from core.own_weights.opened import open_weights
from core.runs.folders import GALLERY
from core.runs.record import RunRecord
from core.runs.rights import local_user
from core.training.record import read_weights
from tests.app.conftest import OpenPage, texts
from tests.support import programs
from tests.support.message import unpack
from tests.support.recorded import record_map, record_model


def successes(app: AppTest) -> str:
    return " ".join(element.value for element in app.success)


def test_a_recorded_training_is_beside_the_reference(open_page: OpenPage, runs: Path) -> None:
    record = record_model(
        runs, epochs=1, pictures=False, terms={"loss": 0.0535}, settings={"lr": 0.01}
    )
    app = open_page("autoencoders", run=record.id)
    assert "**Right.**" in successes(app)
    assert "loss is inside the band of" in texts(app) + successes(app)
    charts = [
        unpack(component.proto.bytes)
        for component in app.get("bidi_component")
        if component.proto.component_name.endswith("latent_lab_chart")
    ]
    (beside,) = (
        chart
        for chart in charts
        if len(chart["lines"]) == 2 and chart["lines"][0].get("low") is not None
    )
    assert [line["name"] for line in beside["lines"]][1] == "yours"
    assert beside["yTitles"] == ["Mean squared error (per pixel)"]


def test_another_task_and_another_number_can_be_chosen(open_page: OpenPage, runs: Path) -> None:
    record = record_model(runs, epochs=1, pictures=False, terms={"loss": 900.0, "mine": 0.0535})
    app = open_page("autoencoders", run=record.id)
    assert "**Not right yet.**" in texts(app)
    key = f"is-it-right:{record.id}:1.1:loss"
    app.selectbox(key=key).set_value(2).run()
    assert not app.exception
    assert "mine is inside the band" in successes(app)
    app.selectbox(key=f"is-it-right:task:{record.id}").set_value("2").run()
    assert not app.exception
    labels = [box.label for box in app.selectbox]
    assert "KL to the prior (nats per image)" in labels


def test_a_mistake_is_named_with_its_numbers(open_page: OpenPage, runs: Path) -> None:
    record = programs.autoencoder(runs, digits=3_000, end=nn.Identity, epochs=1)
    said = texts(open_page("autoencoders", run=record.id))
    assert "No sigmoid at the end?" in said
    assert "The outputs go from −" in said


def test_without_an_epoch_the_page_says_what_will_be_there(open_page: OpenPage, runs: Path) -> None:
    record = record_model(runs, epochs=0)
    assert "appears here with the first epoch" in texts(open_page("autoencoders", run=record.id))


def test_a_map_is_checked_at_its_end(open_page: OpenPage, runs: Path) -> None:
    record = record_map(runs)
    said = texts(open_page("tsne", run=record.id))
    assert "Is it right?" in said
    assert "The band is that of 1,000 digits" in said
    record.lease.acquire()
    record.set_state(status="running")
    assert "The check is made when the program has ended" in texts(open_page("tsne", run=record.id))


def test_names_of_a_program_are_no_markdown(open_page: OpenPage, runs: Path) -> None:
    record = record_model(runs, epochs=1, pictures=False, terms={"**loss** <b>": 0.9})
    app = open_page("autoencoders", run=record.id)
    assert any(r"\*\*loss\*\* \<b\>" in element.value for element in app.warning)


def test_opened_weights_are_held_against_the_last_epoch(runs: Path) -> None:
    weights = read_weights(RunRecord(GALLERY / "compression"), 50)
    record = open_weights(
        propose(weights).match,
        weights,
        shared.store(),
        title="mine",
        file="mine.pt",
        visitor=local_user(),
    )

    def page(run_id: str) -> None:
        from app.reference.opened import draw_is_it_right_opened
        from app.server.shared import store

        draw_is_it_right_opened(store().get(run_id))

    app = AppTest.from_function(page, kwargs={"run_id": record.id}, default_timeout=120).run()
    assert not app.exception
    assert "**Right.**" in successes(app)
    assert "after epoch 50" in successes(app)
