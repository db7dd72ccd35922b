"""What the pages say when a run starts, and of a run that went on on another computer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.app.conftest import OpenPage, copied, texts
from tests.app.training.test_training_flow import button, fill


@pytest.mark.parametrize("elsewhere", [True, False])
def test_a_run_that_went_on_elsewhere_says_so_on_its_page(
    open_page: OpenPage, runs: Path, elsewhere: bool
) -> None:
    versions = {"python": "3.11.7", "torch": "2.14.1", "cpu": "AVX512"}
    run = copied(runs, "compression", "mine", versions=versions)
    if elsewhere:
        note = json.dumps([{**versions, "cpu": "AVX2"}])
        (runs / run / "continued.json").write_text(note)
    said = texts(open_page("autoencoders", run=run))
    sentence = (
        "This run started on processor type AVX512 and continued on processor type AVX2. "
        "The same settings computed in one go give other numbers."
    )
    assert (sentence in said) is elsewhere


def test_start_says_in_a_word_what_became_of_it(open_page: OpenPage) -> None:
    app = open_page("autoencoders")
    fill(app, epochs=200, digits=1000)
    button(app, "Start")
    assert [toast.value for toast in app.toast] == ["Training started."]
    button(app, "Start")
    assert "You are already running these settings." in [toast.value for toast in app.toast]
    button(app, "Cancel")
