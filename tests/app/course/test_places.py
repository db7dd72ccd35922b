"""The pages, views and controls that lesson files name are those of the lab."""

from __future__ import annotations

import pytest

from app.course.panel import SELECTORS
from app.navigation import PAGES as ALL_PAGES
from app.runs.kept_epochs import TRAIN
from core.lessons.places import MARKS, PAGES
from tests.app.conftest import OpenPage
from tests.app.test_pages import AUTOENCODER_VIEWS, VAE_VIEWS


def test_pages_and_views() -> None:
    assert PAGES.keys() <= {page.name for page in ALL_PAGES}
    assert set(PAGES["autoencoders"]) == {TRAIN, *AUTOENCODER_VIEWS}
    assert set(PAGES["vae"]) == {TRAIN, *VAE_VIEWS}


def test_each_mark_has_a_selector() -> None:
    assert set(MARKS) == SELECTORS.keys()


@pytest.mark.parametrize(
    ("view", "key"),
    [
        ("Train and watch", "preview"),
        ("Train and watch", "curves"),
        ("Denoise", "denoise:strength"),
    ],
)
def test_the_marked_controls_are_on_the_page(view: str, key: str, open_page: OpenPage) -> None:
    app = open_page("autoencoders", run="compression", view=view)
    ids = [element.proto.id for element in app.get("bidi_component")]
    assert any(key in each for each in ids), ids
