"""Weights that were trained elsewhere: opened on a page, and shown by every view."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.navigation import page_of
from app.runs.labels import labels_of
from app.server import shared
from core.own_weights import open_weights, propose, read_weights
from core.runs.record import RunRecord
from tests.app.conftest import OpenPage, texts
from tests.app.test_pages import AUTOENCODER_VIEWS, VAE_VIEWS
from tests.support.own_weights import Variational, saved, sequential


def buttons(app: AppTest) -> set[str]:
    return {str(button.label) for button in app.button}


def opened(kind: str = "autoencoder", title: str = "mine") -> RunRecord:
    net = sequential() if kind == "autoencoder" else Variational()
    tensors = read_weights(saved(net.state_dict()))
    match = propose(tensors).match
    return open_weights(match, tensors, shared.store(), title=title, file="mine.pt")


def with_form(open_page: OpenPage, page: str) -> AppTest:
    app = open_page(page)
    app.segmented_control(key=f"model:{page}").set_value("recorded-model").run()
    assert not app.exception
    return app


def upload(app: AppTest, content: bytes, name: str = "my_net.pt") -> AppTest:
    app.file_uploader[0].upload(name, content, "application/octet-stream").run()
    assert not app.exception, app.exception
    return app


def test_a_file_is_matched_edited_tried_and_opened(open_page: OpenPage) -> None:
    app = upload(with_form(open_page, "autoencoders"), saved(sequential().state_dict()))
    said = texts(app)
    assert "An autoencoder: 784 → 128 → 32 → 128 → 784" in said
    assert "2 · code" in said.replace("**", "")
    functions = [box for box in app.selectbox if str(box.label).startswith("Function after")]
    assert [box.value for box in functions] == ["sigmoid"] * 4
    assert "no better than the mean picture" not in said
    functions[0].set_value("identity")
    functions[1].set_value("identity").run()
    assert "no better than the mean picture" in texts(app)
    functions = [box for box in app.selectbox if str(box.label).startswith("Function after")]
    functions[0].set_value("sigmoid")
    functions[1].set_value("sigmoid").run()
    assert "no better than the mean picture" not in texts(app)
    app.text_input[0].set_value("net of Ada")
    next(button for button in app.button if button.label == "Open as a run").click().run()
    assert not app.exception, app.exception
    (run,) = shared.store().list("own-weights")
    assert run.request.title == "net of Ada"
    assert run.state.status == "done"
    assert app.query_params["run"] in (run.id, [run.id])
    assert ", trained outside the lab" in texts(app)
    metric = app.metric[0]
    assert str(metric.label).startswith("Test mean squared error")
    assert float(metric.value) == pytest.approx(0.0067, abs=1e-4)  # of the gallery's run
    assert not {"Resume", "Pause", "Cancel", "Run again with another seed"} & buttons(app)
    assert not [button for button in buttons(app) if "more" in button]


def test_functions_and_pixels_that_do_not_fit_are_told(open_page: OpenPage) -> None:
    app = upload(with_form(open_page, "autoencoders"), saved(sequential().state_dict()))
    scale = next(box for box in app.selectbox if box.label == "Pixels in the training")
    scale.set_value("standard").run()
    assert not app.exception
    assert "standardised ones none" in texts(app)
    assert "Open as a run" not in buttons(app)


def test_a_vae_leads_to_its_page(open_page: OpenPage) -> None:
    app = upload(with_form(open_page, "vae"), saved(Variational().state_dict()))
    assert "A variational autoencoder" in texts(app)
    mean = next(box for box in app.selectbox if box.label == "Mean")
    assert mean.options == ["fc_mu.weight", "fc_logvar.weight"]
    mean.set_value(True).run()
    assert not app.exception
    assert any(box.label == "Other head: fc_mu.weight" for box in app.selectbox)
    next(box for box in app.selectbox if box.label == "Mean").set_value(False).run()
    next(button for button in app.button if button.label == "Open as a run").click().run()
    assert not app.exception, app.exception
    (run,) = shared.store().list("own-weights")
    page = page_of(run.request)
    assert page is not None
    assert page.name == "vae"


@pytest.mark.parametrize("name", ["net.pt", "# <b>[x](javascript:1)</b> $y$.pt"])
def test_a_wrong_file_gets_one_sentence(open_page: OpenPage, name: str) -> None:
    app = upload(with_form(open_page, "autoencoders"), b"no weights", name)
    (warning,) = app.warning
    assert "was not opened" in str(warning.value)
    assert "<b>" not in str(warning.value)
    assert shared.store().list("own-weights") == []


@pytest.mark.parametrize("view", AUTOENCODER_VIEWS)
def test_every_view_of_autoencoders_shows_opened_weights(open_page: OpenPage, view: str) -> None:
    record = opened()
    app = open_page("autoencoders", run=record.id, view=view)
    assert not app.error, [error.value for error in app.error]
    assert app.segmented_control(key="model:autoencoders").value == "recorded-model"
    if view == "Time machine":
        assert "Opened weights are those of one moment" in texts(app)
    if view == "Compare":
        assert "as it was opened" in texts(app)
        assert not [label for label in buttons(app) if "with seed" in label]


@pytest.mark.parametrize("view", VAE_VIEWS)
def test_every_view_of_vaes_shows_opened_weights(open_page: OpenPage, view: str) -> None:
    record = opened("vae")
    app = open_page("vae", run=record.id, view=view)
    assert not app.error, [error.value for error in app.error]
    assert app.segmented_control(key="model:vae").value == "recorded-model"


def test_other_pages_know_opened_weights(open_page: OpenPage, runs: Path) -> None:
    record = opened(title="mine *and* <b>")
    (summary,) = shared.store().list("own-weights")
    assert labels_of([summary])[record.id].endswith("784-128-32-128-784 · finished") or (
        "own weights · 784-128-32-128-784" in labels_of([summary])[record.id]
    )
    app = open_page("runs")
    assert not app.error
    app = open_page("tsne")
    source = next(box for box in app.selectbox if box.label == "What is mapped")
    assert f"Codes of {record.request.title} ({record.id})" in source.options
    app = open_page("autoencoders", run="compression", view="Compare")
    others = next(box for box in app.selectbox if box.label == "Compare with")
    assert any("own weights" in option for option in others.options)
    open_page("digit")
    open_page("home")
    app = open_page("runs", compare=f"{record.id},compression")
    assert not app.error
    assert not app.warning


def test_a_damaged_run_is_a_sentence(open_page: OpenPage) -> None:
    record = opened()
    path = record.folder / "run.json"
    path.write_text(path.read_text().replace('"file": "mine.pt"', '"file": 7'))
    app = open_page("autoencoders", run=record.id)
    assert "the name of its file is no short text" in " ".join(str(e.value) for e in app.error)
