"""The stars that visitors give to runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.runs import stars as module
from core.runs.record import RunError
from core.runs.stars import MAX_STARS, Stars


def test_stars_are_kept_for_each_visitor(tmp_path: Path) -> None:
    known = ["a", "b", "c"]
    Stars(tmp_path).change("me", ["a", "b"], starred=True, known=known)
    Stars(tmp_path).change("you", ["c"], starred=True, known=known)
    after_a_restart = Stars(tmp_path)
    assert after_a_restart.of("me") == {"a", "b"}
    after_a_restart.change("me", ["a"], starred=False, known=known)
    assert after_a_restart.of("me") == {"b"}
    assert after_a_restart.of("you") == {"c"}
    assert after_a_restart.of("nobody") == set()


def test_a_visitors_name_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    Stars(tmp_path / "runs").change("../../x\0", ["a"], starred=True, known=["a"])
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]
    assert len(list((tmp_path / "runs" / ".stars").iterdir())) == 1


def test_only_runs_that_are_there_have_stars(tmp_path: Path) -> None:
    stars = Stars(tmp_path)
    stars.change("me", ["a", "gone", "../b"], starred=True, known=["a", "../b"])
    assert stars.of("me") == {"a"}
    stars.change("me", ["b"], starred=True, known=["b"])
    assert stars.of("me") == {"b"}, "the star of a run that is gone makes room"


def test_stars_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stars = Stars(tmp_path)
    ids = [f"run-{number}" for number in range(MAX_STARS + 1)]
    stars.change("me", ids[:-1], starred=True, known=ids)
    with pytest.raises(RunError, match="would be 101 starred runs, and a visitor may have 100"):
        stars.change("me", ids[-1:], starred=True, known=ids)
    assert stars.of("me") == {*ids[:-1]}
    monkeypatch.setattr(module, "MAX_VISITORS", 3)
    for visitor in "abcde":
        stars.change(visitor, ids[:1], starred=True, known=ids)
    assert len(list(stars.folder.iterdir())) == 3
    assert stars.of("e") == {"run-0"}


@pytest.mark.parametrize("content", ["", "{}", '{"a": 1}', "[[[", '["a", 1, null]', '"a"'])
def test_a_damaged_file_is_none(tmp_path: Path, content: str) -> None:
    stars = Stars(tmp_path)
    stars.change("me", ["a"], starred=True, known=["a"])
    (path,) = stars.folder.iterdir()
    path.write_text(content)
    assert stars.of("me") <= {"a"}
    stars.change("me", ["b"], starred=True, known=["b"])
    assert stars.of("me") == {"b"}
