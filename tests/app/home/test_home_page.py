"""Home: what it offers to who comes for the first time, comes back, or has done everything."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.home import maps
from app.server.shared import queue, store
from tests.app.conftest import ROOT, OpenPage, copied, texts
from tests.support.message import unpack

FIRST = "Train your first model (10 epochs)"
ALL = ("compression", "denoising", "sparse", "vae", "tsne-exercise")


def steps(app: AppTest) -> dict[str, str]:
    """The buttons of the first step: label and type."""
    names = ("first-model", "continue")
    return {each.label: each.proto.type for each in app.button if each.key in names}


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception, app.exception
    return app


def of_the_page(app: AppTest, name: str) -> bool:
    return name in [title.value for title in app.title]


def test_a_new_visitor_has_one_button_that_trains_and_shows_a_model(
    open_page: OpenPage, runs: Path
) -> None:
    app = open_page("home")
    assert steps(app) == {FIRST: "primary"}
    page = press(app, "first-model")
    (run,) = store().active()
    try:
        assert of_the_page(page, "Autoencoders")
        assert page.query_params["run"] in (run.id, [run.id])
        assert page.segmented_control(key="model:autoencoders").value == "compression"
        settings = run.request.settings
        assert settings["model"] == "compression"
        assert settings["training"]["epochs"] == 10
        usual = json.loads((ROOT / "checkpoints/gallery/compression/run.json").read_text())
        for name in ("learning_rate", "batch_size", "digits", "seed"):
            assert settings["training"][name] == usual["settings"]["training"][name]
    finally:
        queue().cancel(store().get(run.id), run.request.visitor)


def test_who_has_been_here_goes_on_with_the_next_task(open_page: OpenPage, runs: Path) -> None:
    copied(runs, "compression", "mine")
    app = open_page("home")
    assert steps(app) == {
        "Continue: task 1.2": "primary",
        "Train compression again (10 epochs)": "secondary",
    }
    page = press(app, "continue")
    assert of_the_page(page, "Autoencoders")
    assert page.segmented_control(key="model:autoencoders").value == "denoising"
    assert [each.label for each in page.button].count("Start") == 1
    assert "Train a model" in [each.value for each in page.subheader]


@pytest.mark.parametrize(("number", "title"), [(3, "Variational autoencoder"), (4, "t-SNE")])
def test_each_task_is_on_its_page(open_page: OpenPage, runs: Path, number: int, title: str) -> None:
    for run in ALL[:number]:
        copied(runs, run, f"mine-{run}")
    assert of_the_page(press(open_page("home"), "continue"), title)


def test_who_has_other_runs_only_begins_with_the_first_task(
    open_page: OpenPage, runs: Path
) -> None:
    copied(runs, "vae", "mine")
    assert steps(open_page("home")) == {"Continue: task 1.1": "primary", FIRST: "secondary"}


def test_who_has_done_everything_is_led_to_the_runs(open_page: OpenPage, runs: Path) -> None:
    for run in ALL:
        copied(runs, run, f"mine-{run}")
    app = open_page("home")
    assert list(steps(app).values()) == ["secondary"]
    assert "You have a run of every task of the exercise." in texts(app)
    (link,) = [each for each in app.get("page_link") if each.proto.label == "Open all runs"]
    assert link.proto.page == "runs"


def test_the_runs_of_others_are_not_this_visitor_s(
    open_page: OpenPage, runs: Path, as_visitor: Callable[[str], None]
) -> None:
    as_visitor("ada")
    copied(runs, "compression", "hers", visitor="ada")
    copied(runs, "denoising", "his", visitor="bob")
    assert "Continue: task 1.2" in steps(open_page("home"))
    as_visitor("eve")
    assert steps(open_page("home")) == {FIRST: "primary"}


def test_a_full_queue_is_answered_with_its_sentence(
    open_page: OpenPage, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page("home")
    monkeypatch.setattr("core.execution.queue_room.MAX_WAITING", 0)
    app = press(app, "first-model")
    assert of_the_page(app, "Latent Lab")
    assert "0 runs are waiting already, which is the most the lab takes" in texts(app)
    assert "The exercise, task by task" in texts(app), "the rest of the page is still there"
    assert store().active() == []
    assert not list(runs.glob("*/run.json"))


def test_a_full_disk_is_answered_with_its_sentence(
    open_page: OpenPage, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied(runs, "compression", "mine")
    state = runs / "mine" / "state.json"
    state.write_text(json.dumps(json.loads(state.read_text()) | {"status": "paused"}))
    app = open_page("home")
    monkeypatch.setattr(store(), "quota", 1000)
    said = texts(press(app, "first-model"))
    assert "Paused and interrupted runs take" in said
    assert "The exercise, task by task" in said, "the rest of the page is still there"


def test_the_maps_are_those_of_the_gallery_and_a_press_leads_to_them(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page("home")
    (maps_sent,) = (
        each.proto
        for each in app.get("bidi_component")
        if each.proto.component_name.endswith("unfolding")
    )
    data = unpack(maps_sent.bytes)
    assert data["names"] == ["SGD", "Adam"]
    assert len(data["labels"]) == 1000
    assert (data["iterations"][0], data["iterations"][-1]) == (0, 700)
    assert len(maps_sent.bytes) < 200_000
    monkeypatch.setattr("app.home.maps.unfolding", lambda data, key: True)
    app.run()
    assert not app.exception
    assert of_the_page(app, "t-SNE")
    assert app.query_params["run"] in (maps.RUN, [maps.RUN])


def test_home_opens_without_its_maps(
    open_page: OpenPage, nothing_kept: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery = tmp_path / "gallery"
    shutil.copytree(ROOT / "checkpoints" / "gallery" / "compression", gallery / "compression")
    monkeypatch.setattr("core.runs.store.GALLERY", gallery)
    app = open_page("home")
    assert "The maps of SGD and Adam are missing from the gallery." in texts(app)
    assert list(steps(app)) == [FIRST]
