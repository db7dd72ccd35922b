"""The names of visitors: one line, bounded, kept by identity."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from core.runs import names as module
from core.runs.errors import RunError
from core.runs.folders import VISITORS
from core.runs.names import MAX_NAME, Names, clean_name
from core.runs.stars import STARS, Stars

ADA, BOB = "a" * 32, "b" * 32


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ada", "Ada"),
        ("  Ada \t\n Lovelace ", "Ada Lovelace"),
        ("Zoe\u0308", "Zo\xeb"),
        ("王小明", "王小明"),
        ("A\u202edrawkcab\u0000\u200b", "Adrawkcab"),
        ("a\u2028b", "a b"),
        ("\ud800x", "x"),
        ("x" * 100, "x" * MAX_NAME),
        ("x" * 39 + " yz", "x" * 39),
        ("<b>Ada</b> *x* $y$", "<b>Ada</b> *x* $y$"),
        ("", ""),
        (" \u200b ", ""),
        ("***", ""),
    ],
)
def test_a_name_is_one_line_of_characters_that_show(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept
    assert clean_name(kept) == kept


def test_a_name_is_kept_changed_and_removed(tmp_path: Path) -> None:
    names = Names(tmp_path)
    assert names.get(ADA) == ""
    names.set(ADA, "Ada")
    names.set(BOB, "Bob")
    assert (Names(tmp_path).get(ADA), names.get(BOB)) == ("Ada", "Bob")
    names.set(ADA, "Ada L.")
    assert names.get(ADA) == "Ada L."
    names.set(ADA, " ")
    assert (names.get(ADA), names.get(BOB)) == ("", "Bob")
    names.set(ADA, "")  # once more changes nothing


@pytest.mark.parametrize(
    "who", ["", "../../etc", "local:0", "session:" + "a" * 32, "A" * 32, "a" * 33]
)
def test_only_a_browser_can_have_a_name(tmp_path: Path, who: str) -> None:
    with pytest.raises(RunError, match="keeps no cookies"):
        Names(tmp_path).set(who, "Ada")
    assert Names(tmp_path).get(who) == ""
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "content", ["", "[", "[]", '"Ada"', '{"name": 7}', '{"name": null}', "[" * 100_000]
)
def test_a_damaged_file_is_no_name(tmp_path: Path, content: str) -> None:
    (tmp_path / VISITORS).mkdir()
    (tmp_path / VISITORS / f"{ADA}.json").write_text(content)
    assert Names(tmp_path).get(ADA) == ""


def test_what_a_file_says_is_cleaned_as_well(tmp_path: Path) -> None:
    (tmp_path / VISITORS).mkdir()
    (tmp_path / VISITORS / f"{ADA}.json").write_text(json.dumps({"name": "x\n\u202e" * 1000}))
    assert len(Names(tmp_path).get(ADA)) <= MAX_NAME
    assert "\u202e" not in Names(tmp_path).get(ADA)
    (tmp_path / VISITORS / f"{BOB}.json").symlink_to(tmp_path / VISITORS / f"{ADA}.json")
    assert Names(tmp_path).get(BOB) == ""


def test_names_have_an_end_but_can_still_be_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_NAMES", 1)
    names = Names(tmp_path)
    names.set(ADA, "Ada")
    names.set(BOB, "Bob")  # beside the secret, which counts as well
    with pytest.raises(RunError, match="which is the most"):
        names.set("c" * 32, "Eve")
    names.set(ADA, "Ada L.")
    assert names.get(ADA) == "Ada L."


def test_a_name_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / VISITORS).touch()
    with pytest.raises(RunError, match=r"^Your name could not be kept \(.*, then try again\.$"):
        Names(tmp_path).set(ADA, "Ada")


def test_a_link_in_the_place_of_their_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    runs = tmp_path / "runs"
    runs.mkdir()
    for name in (VISITORS, STARS):
        (runs / name).symlink_to(outside, target_is_directory=True)
    with pytest.raises(RunError, match="link"):
        Names(runs).set("0" * 32, "Ada")
    with pytest.raises(RunError, match="link"):
        Stars(runs).change("me", ["one"], starred=True, known=["one"])
    assert not [*outside.iterdir()]
