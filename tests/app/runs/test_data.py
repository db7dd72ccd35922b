"""The data set of a page: which one an address opens, and what is said of one that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.server.shared import store
from core.data.data_sets import DATA_FOLDER
from core.training.config import training_settings
from tests.app.conftest import OpenPage, copied, texts, unescaped

NONSENSE = "data (='nonsense') must be one of: mnist, fashion, kmnist, emnist, qmnist. "
MISSING = "The files of Kuzushiji-MNIST are not here (train-images-idx3-ubyte is missing), so "
INSTEAD = "MNIST is shown instead."


def chosen(app: AppTest, page: str = "autoencoders") -> str:
    return str(app.segmented_control(key=f"data:{page}").value)


def warnings(app: AppTest) -> list[str]:
    return [unescaped(warning.value) for warning in app.warning]


@pytest.mark.parametrize(("name", "why"), [("nonsense", NONSENSE), ("kmnist", MISSING)])
def test_a_bad_address_is_a_sentence_that_stays(name: str, why: str, open_page: OpenPage) -> None:
    if name == "kmnist" and (DATA_FOLDER / "KMNIST").exists():
        pytest.skip("its files are here")
    app = open_page("autoencoders", data=name)
    assert warnings(app) == [why + INSTEAD]
    assert chosen(app) == "mnist"
    assert "data" not in app.query_params, "the address is that of what is shown"
    app.run().run()
    assert warnings(app) == [why + INSTEAD], "the next rerun may come at once"
    app.segmented_control(key="data:autoencoders").set_value("fashion").run()
    assert not warnings(app)
    app.segmented_control(key="data:autoencoders").set_value("mnist").run()
    assert not warnings(app)


def test_the_sentence_goes_with_the_run(open_page: OpenPage, runs: Path) -> None:
    copied(runs, "compression", "mine")
    app = open_page("autoencoders", data="nonsense").run()
    assert warnings(app)
    app.selectbox[0].select(app.selectbox[0].options[1]).run()
    assert not app.exception
    assert not warnings(app)


@pytest.mark.parametrize("page", ["autoencoders", "vae", "tsne"])
def test_what_a_browser_sends_for_the_choice_may_be_anything(
    page: str, open_page: OpenPage
) -> None:
    app = open_page(page)
    app.segmented_control(key=f"data:{page}").set_value("nonsense")
    app.run()
    assert not app.exception
    assert chosen(app, page) == "mnist"
    assert not warnings(app)


def test_the_run_of_an_address_wins(open_page: OpenPage) -> None:
    app = open_page("vae", run="vae", data="fashion")
    assert chosen(app, "vae") == "mnist"
    assert "data" not in app.query_params
    app = open_page("vae", run="fashion-vae", data="mnist")
    assert chosen(app, "vae") == "fashion"
    assert app.query_params["data"] in ("fashion", ["fashion"])


@pytest.mark.parametrize("name", ["digit", "home", "sweeps", "glossary"])
def test_pages_without_a_choice_take_no_notice(name: str, open_page: OpenPage) -> None:
    app = open_page(name, run="fashion-compression", data="fashion")
    assert not app.error
    assert not app.warning


def test_your_digit_lists_models_of_digits_alone(open_page: OpenPage) -> None:
    app = open_page("digit", run="fashion-compression")
    assert "Only models of MNIST are listed" in texts(app)
    boxes = {box.label: box.options for box in app.selectbox}
    assert boxes["Compression"]
    assert not any("clothes" in option for options in boxes.values() for option in options)


def test_lists_name_the_data_set_where_runs_have_different_ones(open_page: OpenPage) -> None:
    app = open_page("autoencoders", data="fashion")
    assert app.selectbox[0].options
    assert not any("Fashion" in option for option in app.selectbox[0].options)
    for name in ("mnist", "fashion"):
        store().create(
            "train", training_settings("compression", {}, {"data": name}), title=f"On {name}"
        )
    said = unescaped(texts(open_page("home")))
    page = open_page("home")
    links = [unescaped(link.proto.label) for link in page.get("page_link")]
    assert "On fashion · Fashion-MNIST · waiting" in links, said
    assert "On mnist · waiting" in links
