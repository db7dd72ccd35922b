"""The title of the browser's tab: it names the page and the run that the page shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.navigation import tab_title
from tests.app.conftest import copied


@pytest.mark.parametrize(
    ("page", "run", "title"),
    [
        ("", None, "Latent Lab"),
        ("digit", None, "Your digit · Latent Lab"),
        ("autoencoders", "sparse", "Sparse · Autoencoders · Latent Lab"),
        ("autoencoders", "vae", "Autoencoders · Latent Lab"),
        ("vae", "there-is-none", "Variational autoencoder · Latent Lab"),
        ("digit", "sparse", "Your digit · Latent Lab"),
    ],
)
def test_a_tab_names_page_and_run(page: str, run: str | None, title: str, runs: Path) -> None:
    assert tab_title(page, run) == title


def test_two_runs_of_one_title_have_different_tabs(runs: Path) -> None:
    titles = {
        tab_title(
            "autoencoders", copied(runs, "compression", f"20261127-10000{number}-abc{number}")
        )
        for number in (1, 2)
    }
    assert titles == {
        "Compression abc1 · Autoencoders · Latent Lab",
        "Compression abc2 · Autoencoders · Latent Lab",
    }
