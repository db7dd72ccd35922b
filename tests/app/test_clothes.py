"""The pages of trained models with a run on clothes: they open, and speak of no digits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from streamlit.testing.v1 import AppTest

from app.server.shared import store
from app.training.curves import expected_values
from app.views.vae_interpolate import FOUR
from tests.app.conftest import OpenPage, texts
from tests.app.test_pages import AUTOENCODER_VIEWS, VAE_VIEWS
from tests.support.message import unpack

#: What is not read by anybody: names within the page, and a component's own code.
NOT_READ = {"id", "key", "elementId", "groupId", "formId", "htmlContent", "cssContent", "jsContent"}
#: What truly means handwritten digits.
TRUE_DIGITS = re.compile(
    r"^Digits$"  # the data set to choose
    r"|Digits are MNIST, as in the exercise"
    r"|[Hh]andwritten digits"
    r"|With the exercise's settings, on MNIST: .*"
    r"|Mine: digits that you kept on the page Your digit"
    r"|one of your own from the page Your digit"
)


def strings(value: Any) -> Iterator[str]:
    """All texts within a value of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            if key not in NOT_READ:
                yield from strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from strings(each)


def said(app: AppTest) -> Iterator[str]:
    """All texts of a page: of its elements, charts and components, without the sidebar."""
    nodes: list[Any] = [app.main]
    while nodes:
        node = nodes.pop()
        proto = getattr(node, "proto", None)
        nodes += getattr(node, "children", {}).values()
        if proto is None:
            continue
        match getattr(node, "type", ""):
            case "bidi_component":
                yield from strings(unpack(proto.bytes) if proto.bytes else json.loads(proto.json))
            case "plotly_chart":
                yield from strings(json.loads(proto.spec))
            case _:
                yield from strings(MessageToDict(proto))


def about_digits(app: AppTest) -> list[str]:
    """The texts of a page that speak of digits and do not mean handwritten ones."""
    found = re.compile(r"\bdigits?\b", re.IGNORECASE)
    return [text for text in said(app) if found.search(TRUE_DIGITS.sub("", text))]


@pytest.mark.parametrize(
    ("page", "run", "view"),
    [
        (page, run, view)
        for page, run, views in (
            ("autoencoders", "fashion-compression", AUTOENCODER_VIEWS),
            ("vae", "fashion-vae", VAE_VIEWS),
        )
        for view in ("", *views)
        # There it is digits that a model of clothes has never seen.
        if view != "What it has never seen"
    ],
)
def test_no_text_about_clothes_speaks_of_digits(
    page: str, run: str, view: str, open_page: OpenPage
) -> None:
    app = open_page(page, run=run, **({"view": view} if view else {}))
    assert not app.error
    assert app.segmented_control(key=f"data:{page}").value == "fashion"
    assert about_digits(app) == []


def test_losses_on_other_pictures_are_no_yardstick(open_page: OpenPage) -> None:
    open_page("home")
    assert expected_values(store().get("fashion-compression")) == {}
    assert expected_values(store().get("sparse-mild"))


def test_samples_of_clothes_are_judged_by_a_model_of_clothes(open_page: OpenPage) -> None:
    app = open_page("vae", run="fashion-vae", view="What was learned")
    app.session_state["learned-quality"] = True
    app.run()
    assert not app.exception
    assert "Samples that pass for clothes" in [metric.label for metric in app.metric]
    assert "**Compression of clothes** finds no more unusual" in texts(app)
    assert about_digits(app) == []


def test_texts_about_digits_are_found(open_page: OpenPage) -> None:
    app = open_page("autoencoders", run="compression", view="Reconstruct")
    assert "The hardest and the easiest of all 10,000 test digits" in about_digits(app)
    assert "reconstructed chosen digits" in about_digits(app), "what a component shows"


def test_classes_of_clothes_have_their_names(open_page: OpenPage) -> None:
    app = open_page("autoencoders", run="fashion-compression", view="Sparse code")
    assert any("Ankle boot" in text for text in said(app))
    app = open_page("autoencoders", run="fashion-compression", view="Time machine")
    assert any(text.startswith("Rows: T-shirt/top, Trouser, ") for text in said(app))


def test_a_square_of_clothes_has_pictures_at_its_corners(open_page: OpenPage) -> None:
    app = open_page("vae", run="fashion-vae", view="Interpolate")
    app.segmented_control(key="interpolate:mode").set_value(FOUR).run()
    assert not app.exception
    assert about_digits(app) == []
