"""Folders that the list of runs leaves out: the pages say so below the list."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import OpenPage, copied, texts
from tests.app.test_attacks import EVIL, assert_no_foreign_markdown


def note(app: AppTest) -> list[str]:
    """The labels of the notes on folders that are left out."""
    return [box.label for box in app.expander if "not listed" in box.label]


@pytest.mark.parametrize("page", ["autoencoders", "vae", "tsne"])
def test_a_page_says_which_folders_are_not_listed(
    page: str, open_page: OpenPage, runs: Path
) -> None:
    copied(runs, "compression", "mine")
    assert note(open_page(page)) == []
    shutil.copytree(runs / "mine", runs / "my run copied")
    assert note(open_page(page)) == ["1 folder is not listed"]
    shutil.copytree(runs / "mine", runs / ".mine.deleted")
    shutil.copytree(runs / "mine", runs / EVIL.replace("/", ":"))
    (runs / "half").mkdir()
    app = open_page(page)
    assert note(app) == ["3 folders are not listed"]
    said = texts(app)
    assert "Rename it, for example to my-run-copied." in said
    assert "Run half has no readable run.json" in said
    assert_no_foreign_markdown(app)
    for box in app.selectbox:
        assert not any("copied" in option for option in box.options)


@pytest.mark.parametrize("page", ["home", "digit", "autoencoders", "vae", "tsne"])
def test_such_folders_are_harmless_on_every_page(
    page: str, open_page: OpenPage, runs: Path
) -> None:
    copied(runs, "vae", "数字 (1)")
    (runs / "half").mkdir()
    app = open_page(page)
    assert not app.error
    app = open_page(page, run="数字 (1)")
    assert ("is not the name of a run" in texts(app)) == (page not in ("home", "digit"))


def test_a_folder_that_breaks_a_rule_can_be_deleted_and_others_cannot(
    open_page: OpenPage, runs: Path
) -> None:
    copied(runs, "compression", "mine")
    for name in ("linked", "half"):
        (runs / name).mkdir()
    (runs / "linked" / "run.json").symlink_to(runs / "mine" / "run.json")
    app = open_page("autoencoders")
    assert note(app) == ["2 folders are not listed"]
    (button,) = [each for each in app.button if (each.key or "").startswith("delete-left-out")]
    button.click().run()
    assert note(app) == ["1 folder is not listed"]
    assert {path.name for path in runs.iterdir()} == {"mine", "half"}
    assert (runs / "mine" / "run.json").exists()
