"""The legend of a GIF: where each class is. Digits take one row, names as many as they need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

#: Pixels between the middles of two digits' dots, where there is room.
_STEP = 30.0
#: Pixels from the middle of a dot to its text.
TO_TEXT = 8
#: Pixels that a dot takes with the gap to its text, and pixels between two names.
_DOT, _GAP = 14, 14


class Entry(NamedTuple):
    """A class in the legend: the middle of its dot from the left, and the row, from 0 on."""

    left: float
    row: int
    label: int
    name: str


def legend(names: Mapping[int, str], room: int, width_of: Callable[[str], float]) -> list[Entry]:
    """Return the entries of these classes, by label.

    Args:
        names: The names by label; at least one.
        room: Pixels that a row has.
        width_of: Returns how many pixels a name takes.
    """
    if all(len(name) == 1 for name in names.values()):
        step = min(_STEP, room / len(names))
        return [
            Entry(step * place, 0, label, name) for place, (label, name) in enumerate(names.items())
        ]
    entries: list[Entry] = []
    left, row = 0.0, 0
    for label, name in names.items():
        wide = _DOT + width_of(name)
        if left and left + wide > room:
            left, row = 0.0, row + 1
        entries.append(Entry(left, row, label, name))
        left += wide + _GAP
    return entries
