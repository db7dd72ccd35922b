"""`python -m core lesson check`."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.__main__ import main

OURS = Path(__file__).resolve().parents[3] / "core" / "lessons" / "files"


def test_our_lessons_are_whole(capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(path) for path in sorted(OURS.glob("*.yaml"))]
    assert main(["lesson", "check", *files]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(files)
    assert lines[0].endswith("whole. Lesson compression, 6 steps, 19 minutes.")


def test_each_mistake_has_a_line_and_the_status_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("lesson: mine\norder: soon\n")
    whole = str(OURS / "01-compression.yaml")
    assert main(["lesson", "check", str(path), whole]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert f"{path}: Line 2, order: soon must be a whole number from 1 to 999." in lines
    assert lines[-1].startswith(whole)


def test_a_file_that_there_is_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lesson", "check", str(tmp_path / "none.yaml")]) == 1
    assert "none.yaml cannot be read (No such file or directory)" in capsys.readouterr().out
