"""Names at the ends of lines."""

from __future__ import annotations

from app.runs.line_names import LONGEST, line_names


def test_long_names_are_cut_and_stay_apart() -> None:
    long = "x" * 100
    names = line_names(["short", f"{long} · seed 1", f"{long} · seed 2", long, long + "x"])
    assert names[0] == "short"
    assert names[1].endswith(" · seed 1")
    assert len({*names}) == 5
    assert max(map(len, names)) <= LONGEST + 4


def test_a_title_that_looks_like_a_numbered_one_stays_apart() -> None:
    names = line_names(["a", "a", "a (1)", "a (2)"])
    assert len({*names}) == 4
    assert names[2:] == ["a (1)", "a (2)"]
