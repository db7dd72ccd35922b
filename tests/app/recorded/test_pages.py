"""Recorded runs on the pages, and beside all that knows only the lab's own models."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.navigation import PAGES, page_of, tab_title
from app.runs.kept_epochs import TRAIN
from app.runs.labels import labels_of
from app.server import shared
from core.recorder.reading import read_recorded
from core.runs.record import RunError, RunRecord
from tests.app.conftest import OpenPage, texts
from tests.app.test_pages import AUTOENCODER_VIEWS
from tests.support.message import unpack
from tests.support.recorded import record_map, record_model

HOSTILE = "# <script>alert(1)</script> [x](javascript:1) $\\alpha$ :red[x] | `y` **b**"


def buttons(app: AppTest) -> set[str]:
    return {str(button.label) for button in app.button}


def test_without_a_recorded_run_the_page_says_how_to_make_one(open_page: OpenPage) -> None:
    app = open_page("autoencoders")
    app.segmented_control(key="model:autoencoders").set_value("recorded-model").run()
    assert not app.exception
    assert "No run of your own code is here yet" in texts(app)
    assert any("from core.recorder import record" in code.value for code in app.code)


def test_a_recorded_training_is_shown(open_page: OpenPage, runs: Path) -> None:
    record = record_model(runs, settings={"lr": 0.01, "sizes": [784, 4], "tied": True})
    app = open_page("autoencoders", run=record.id)
    said = texts(app)
    assert "| lr | 0.01 |" in said
    assert "| sizes | [784, 4] |" in said
    assert "| tied | yes |" in said
    assert app.metric[0].label == "loss (validation)"
    assert app.metric[0].value == "0.125"
    names = {component.proto.component_name for component in app.get("bidi_component")}
    assert {"latent_lab_chart", "latent_lab_digit_tiles"} <= {name.split(".")[-1] for name in names}
    assert not {"Resume", "Pause", "Cancel", "10 more epochs"} & buttons(app)
    assert app.selectbox[0].value == record.id


@pytest.mark.parametrize("status", ["running", "interrupted", "failed", "cancelled", "paused"])
@pytest.mark.parametrize("what", ["model", "map"])
def test_the_lab_offers_nothing_that_it_cannot_do(
    open_page: OpenPage, runs: Path, status: Any, what: str
) -> None:
    record = record_model(runs, total=None) if what == "model" else record_map(runs)
    if status == "running":
        record.lease.acquire()
    record.set_state(status=status, progress=0.5)
    app = open_page("autoencoders" if what == "model" else "tsne", run=record.id)
    assert not {"Resume", "Pause", "Cancel", "Run again with another seed"} & buttons(app)
    assert not [button for button in buttons(app) if "more" in button]
    assert not app.error


@pytest.mark.parametrize("view", AUTOENCODER_VIEWS)
def test_a_view_of_the_network_says_why_it_shows_nothing(
    open_page: OpenPage, runs: Path, view: str
) -> None:
    record = record_model(runs)
    app = open_page("autoencoders", run=record.id, view=view)
    assert f"{view} needs the network itself" in texts(app).replace("**", "")
    assert f"Choose {TRAIN}" in texts(app).replace("**", "")


@pytest.mark.parametrize("images", [True, False])
def test_a_recorded_map_is_shown(open_page: OpenPage, runs: Path, images: bool) -> None:
    record = record_map(runs, images=images)
    app = open_page("tsne", run=record.id)
    (player,) = (
        component
        for component in app.get("bidi_component")
        if component.proto.component_name.endswith("player")
    )
    data = unpack(player.proto.bytes)
    assert data["names"] == ["my t-SNE"]
    assert data["frameIterations"].tolist() == [0, 10, 20, 30]
    expected = list(range(60)) if images else [-1 - place for place in range(60)]
    assert data["indices"].tolist() == expected
    assert len(app.get("download_button")) == 3


def test_a_map_moves_while_it_is_recorded(open_page: OpenPage, runs: Path) -> None:
    record = record_map(runs)
    record.lease.acquire()
    record.set_state(status="running", progress=0.5)
    app = open_page("tsne", run=record.id)
    (player,) = (
        component
        for component in app.get("bidi_component")
        if component.proto.component_name.endswith("player")
    )
    data = unpack(player.proto.bytes)
    assert data["kind"] == "live"
    assert data["iteration"] == 30
    assert data["klCurve"]["iterations"].tolist() == [0, 10, 20, 30]


def test_hostile_names_and_settings_are_only_text(open_page: OpenPage, runs: Path) -> None:
    settings = {"<b>|`x`": HOSTILE, "$y$": [HOSTILE], "line\nbreak": "a\nb", "": 1}
    del settings[""]
    record = record_model(runs, HOSTILE, settings=settings, terms={"<img> $x$ :red[y]": 1.0})
    mapped = record_map(runs, HOSTILE)
    for page, run in (("autoencoders", record), ("tsne", mapped)):
        app = open_page(page, run=run.id)
        for element in app.markdown:
            assert "<script>" not in element.value
            assert "](javascript" not in element.value
    app = open_page("autoencoders", run=record.id)
    assert app.metric[0].label.startswith(r"\<img\>")
    (table,) = (element.value for element in app.markdown if "Setting | Value" in element.value)
    assert len(table.splitlines()) == 2 + 3
    assert r"\<script\>" in table
    open_page("home")


def _edit(record: RunRecord, **changes: Any) -> None:
    path = record.folder / "run.json"
    request = json.loads(path.read_text())
    request["settings"]["recorded"] |= changes
    path.write_text(json.dumps(request))


def _add_row(record: RunRecord, row: Any) -> None:
    with (record.folder / "history.jsonl").open("a") as file:
        file.write(json.dumps(row) + "\n")


EPOCH = {"event": "epoch", "epoch": 4, "train": {}, "validation": {}, "preview": None}
FRAME = {"event": "frame", "frame": 4, "iteration": 40, "kl_divergence": {"map": 1}}


@pytest.mark.parametrize(
    "damage",
    [
        lambda record: _edit(record, settings=[1]),
        lambda record: _edit(record, settings={"x" * 50: 1}),
        lambda record: _edit(record, total=-1),
        lambda record: _add_row(record, EPOCH | {"epoch": "x"}),
        lambda record: _add_row(record, EPOCH | {"epoch": 1}),
        lambda record: _add_row(record, EPOCH | {"train": {"loss": "low"}}),
        lambda record: _add_row(record, EPOCH | {"train": [1]}),
        lambda record: _add_row(record, EPOCH | {"preview": 99}),
        lambda record: _add_row(record, EPOCH | {"preview": -1}),
        lambda record: _add_row(record, EPOCH | {"outputs": "x"}),
        lambda record: _add_row(record, EPOCH | {"outputs": [1]}),
        lambda record: _add_row(record, EPOCH | {"outputs": [2, 1]}),
        lambda record: _add_row(record, EPOCH | {"outputs": [0, True]}),
        lambda record: _add_row(record, {"event": "epoch"}),
    ],
)
def test_a_damaged_training_is_said_in_a_sentence(
    open_page: OpenPage, runs: Path, damage: Any
) -> None:
    record = record_model(runs)
    damage(record)
    app = open_page("autoencoders", run=record.id)
    said = " ".join(element.value for element in (*app.error, *app.warning, *app.info))
    assert record.id.replace("-", r"\-") in said or record.id in said


@pytest.mark.parametrize(
    "damage",
    [
        lambda record: _edit(record, total="many"),
        lambda record: _add_row(record, FRAME | {"kl_divergence": 3}),
        lambda record: _add_row(record, FRAME | {"iteration": "x"}),
        lambda record: _add_row(record, {"event": "frame"}),
        lambda record: (record.folder / "points.safetensors").unlink(),
        lambda record: (record.folder / "points.safetensors").write_bytes(b"x" * 20),
        lambda record: (record.folder / "frames.f16").write_bytes(b"x"),
    ],
)
@pytest.mark.parametrize("live", [True, False])
def test_a_damaged_map_is_said_in_a_sentence(
    open_page: OpenPage, runs: Path, damage: Any, live: bool
) -> None:
    record = record_map(runs)
    if live:
        record.lease.acquire()
        record.set_state(status="running")
    damage(record)
    app = open_page("tsne", run=record.id)
    assert [*app.error, *app.warning, *app.info]


def test_a_run_on_unknown_data_is_not_offered(open_page: OpenPage, runs: Path) -> None:
    record = record_model(runs)
    _edit(record, data="cats")
    app = open_page("autoencoders", run=record.id)
    assert "No run of your own code is here yet" in texts(app)
    with pytest.raises(RunError, match="data must be one of"):
        read_recorded(RunRecord(record.folder))


def test_recorded_runs_disturb_no_page(open_page: OpenPage, runs: Path) -> None:
    """Nothing that needs one of the lab's models offers them, or stumbles over them."""
    model, mapped = record_model(runs), record_map(runs)
    for page in PAGES:
        app = open_page(page.name)
        assert not app.error
    for page in ("vae", "tsne", "digit", "sweeps", "home"):
        open_page(page, run=model.id)
    for page in ("vae", "autoencoders", "digit", "sweeps", "home"):
        open_page(page, run=mapped.id)
    app = open_page("autoencoders", view="Compare", run="compression")
    offered = [option for box in (*app.selectbox, *app.multiselect) for option in box.options]
    assert offered
    assert not [option for option in offered if model.request.title in option]


def test_the_tables_know_recorded_runs(runs: Path) -> None:
    model, mapped = record_model(runs, settings={"lr": 0.5}), record_map(runs)
    for record, page in ((model, "autoencoders"), (mapped, "tsne")):
        found = page_of(record.request)
        assert found is not None
        assert found.name == page
        assert record.request.title in tab_title(page, record.id)
    lines = labels_of(shared.store().list())
    assert "my autoencoder · own code · lr 0.5" in lines[model.id]
    # A run that names one of the lab's models in its run.json is none all the same.
    path = model.folder / "run.json"
    request = json.loads(path.read_text())
    request["settings"]["model"] = "vae"
    path.write_text(json.dumps(request))
    found = page_of(RunRecord(model.folder).request)
    assert found is not None
    assert found.name == "autoencoders"
    shutil.rmtree(model.folder)
