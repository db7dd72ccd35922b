"""Names of runs that fit a chart, or a link."""

from __future__ import annotations

from collections.abc import Sequence

#: Characters of a name at the end of a line.
LONGEST = 36


def line_names(names: Sequence[str]) -> list[str]:
    """Return the names, long ones cut in their middle, where no two are alike.

    Their ends are kept, since there stand the settings that tell runs apart.
    """
    cut = [_cut(name) for name in names]
    found: list[str] = []
    for place, name in enumerate(cut):
        number = cut[: place + 1].count(name)
        one = name if cut.count(name) == 1 else f"{name} ({number})"
        while one in found or (one != name and one in cut):  # a title may look like a numbered one
            number += 1
            one = f"{name} ({number})"
        found.append(one)
    return found


def _cut(name: str) -> str:
    half = (LONGEST - 1) // 2
    return name if len(name) <= LONGEST else f"{name[:half]}…{name[-half:]}"
