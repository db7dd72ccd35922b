"""The t-SNE page with clothes: it speaks of pictures, and calls their classes by names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.runs.labels import labels_of, other_data
from app.server.shared import queue, store
from app.tsne import view
from core.data.data_sets import DATA_SETS, FASHION, MNIST
from core.files import replace_json
from core.runs.record import RunRecord
from core.tsne.config import TSNEConfig
from tests.app.conftest import OpenPage, texts, unescaped
from tests.conftest import until
from tests.support.message import unpack
from tests.support.recorded_run import DIGITS, record_run

CLOTHES = DATA_SETS[FASHION]


def mapped(**values: object) -> RunRecord:
    """A run that has been computed to its end."""
    config = TSNEConfig.from_dict({"digits": 250, "iterations": 20, **values})
    record = store().create("tsne", {"config": config.to_dict()}, title="SGD and Adam")
    queue().submit(record)
    until(lambda: not record.is_active)
    assert record.state.status == "done"
    return record


def sent_to_player(app: AppTest) -> dict[str, Any]:
    (player,) = (
        element.proto
        for element in app.get("bidi_component")
        if element.proto.component_name == "latent_lab_player"
    )
    return unpack(player.bytes)


def said(app: AppTest) -> str:
    """All that the page says, what is asked for beside fields and buttons included."""
    widgets = [*app.selectbox, *app.number_input, *app.text_input, *app.button, *app.toggle]
    words = [f"{each.label} {each.help}" for each in widgets]
    # Formula and code are the same for all data, and so is what leads to other pages.
    return "\n".join((*words, texts(app)))


def test_a_run_of_clothes_is_started_and_shown_in_its_own_words(open_page: OpenPage) -> None:
    app = open_page("tsne", data="fashion")
    assert "t-SNE places pictures on a plane" in texts(app)
    app.number_input(key="form:tsne:digits").set_value(250)
    app.number_input(key="form:tsne:iterations").set_value(120)
    app.run()
    next(each for each in app.button if each.label == "Start").click().run()
    run_id = app.query_params["run"]
    record = store().get(run_id if isinstance(run_id, str) else run_id[0])
    until(lambda: not record.is_active)
    app.run()
    assert not app.exception
    assert not app.error
    assert TSNEConfig.from_dict(record.request.settings["config"]).data == FASHION

    assert "250 pictures, 784 pixels each" in texts(app)
    assert "How soon pictures with the same label become neighbours" in texts(app)
    assert "Of a picture's 5 nearest neighbours on the last map" in texts(app)
    lines = [line for line in said(app).splitlines() if "digit" in line.lower()]
    # The data set that is not shown, and a page of the lab.
    assert [line for line in lines if "Your digit" not in line and "MNIST" not in line] == []

    data = sent_to_player(app)
    assert data["kind"] == "replay"
    assert data["dataSet"] == CLOTHES.words
    assert data["dataSet"]["classes"][9] == "Ankle boot"
    assert "digit" not in data["description"]


def test_a_live_run_of_clothes_sends_its_classes(open_page: OpenPage, runs: Path) -> None:
    record_run(runs / "live", until=12, data=FASHION)
    app = open_page("tsne", run="live")
    (pace,) = (each for each in app.select_slider if each.label == "Watch at")
    assert "Many pictures take longer" in (pace.help or "")
    data = sent_to_player(app)
    assert data["kind"] == "live"
    assert data["dataSet"] == CLOTHES.words
    assert data["description"].startswith("The maps of all optimisers as they are now, pictures")


def test_large_maps_of_clothes_go_with_their_classes(
    open_page: OpenPage, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their positions are fetched by the browser; the words are in the page's own message."""
    monkeypatch.setattr(view, "LARGE", 100)
    record_run(runs / "live", until=12, data=FASHION)
    record_run(runs / "done", data=FASHION)
    for run, kind in (("live", "live"), ("done", "replay")):
        data = sent_to_player(open_page("tsne", run=run))
        assert (data["kind"], data["count"]) == (kind, DIGITS)
        assert data["dataSet"] == CLOTHES.words


def test_a_run_without_a_data_set_is_of_digits(open_page: OpenPage) -> None:
    open_page("home")  # so that the store is that of the test
    record = mapped()
    content = record.folder / "run.json"
    request = {"format": 1, **record.request.__dict__}
    request["settings"] = {"config": dict(record.request.settings["config"])}
    del request["settings"]["config"]["data"]
    replace_json(content, request)
    app = open_page("tsne", run=record.id)
    assert "t-SNE places digits on a plane" in texts(app)
    assert "250 digits, 784 pixels each" in texts(app)
    assert sent_to_player(app)["dataSet"] == DATA_SETS[MNIST].words


def test_the_form_says_which_number_is_which_class(open_page: OpenPage) -> None:
    app = open_page("tsne", data="fashion")
    field = app.text_input(key="form:tsne:classes")
    about = unescaped(field.help or "")
    assert "0 is T-shirt/top, 1 is Trouser" in about
    assert about.startswith("Only pictures of these classes, 0 to 9, are mapped")
    digits = open_page("tsne").text_input(key="form:tsne:classes")
    assert " is " not in (digits.help or "")


def test_the_presets_are_titled_by_the_data_set(open_page: OpenPage) -> None:
    button = open_page("tsne", data="fashion").button(key="preset:All of MNIST")
    assert button.label == "All of Fashion-MNIST"
    assert button.help == "All 70,000 pictures from a start by PCA."
    assert open_page("tsne").button(key="preset:All of MNIST").label == "All of MNIST"


def test_a_bad_setting_is_explained_without_digits(open_page: OpenPage) -> None:
    app = open_page("tsne", data="fashion")
    app.number_input(key="form:tsne:digits").set_value(1).run()
    assert "Pictures (=1) must be between 2 and 70,000 pictures." in texts(app)


def test_the_perplexity_of_a_bandwidth_is_that_of_the_chosen_data(open_page: OpenPage) -> None:
    """With the same settings, sigma 10, digits have a perplexity of 518."""
    app = open_page("tsne", data="fashion")
    sentence = next(each.value for each in app.caption if "These settings give" in each.value)
    assert "**518**" not in sentence
    assert "effective number of neighbours of a picture" in sentence


def test_lists_of_all_runs_name_another_data_set(open_page: OpenPage) -> None:
    open_page("home")
    clothes, digits = (mapped(data=name).request for name in (FASHION, MNIST))
    assert other_data(clothes) == "Fashion-MNIST"
    assert other_data(digits) == ""
    lines = labels_of(store().list("tsne")).values()
    assert sum("250 pictures" in line for line in lines) == 1
    assert sum("250 digits" in line for line in lines) == 1


def test_a_run_of_clothes_that_is_computed_is_listed_with_its_data_set(
    open_page: OpenPage, runs: Path
) -> None:
    app = open_page("home")
    for name in (FASHION, MNIST):
        record_run(runs / name, until=2, data=name)
    app.run()
    links = {str(each.proto.label) for each in app.get("page_link")}
    assert {unescaped(link) for link in links if "running" in link} == {
        "SGD and Adam hion · Fashion-MNIST · running",
        "SGD and Adam nist · running",
    }
