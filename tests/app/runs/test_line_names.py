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
