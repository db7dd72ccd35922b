"""The indefinite article before what a picture shows: a 7, an 8, an ankle boot."""

from __future__ import annotations

from core.data.data_sets import DataSet


def a_class(data: DataSet, label: int) -> str:
    """Return a class of a data set, 0 to 9, with its article, such as "an ankle boot"."""
    if data.shows_digits:
        return a_digit(label)
    name = data.classes[label]
    if name[1:2] != "-":  # as in T-shirt
        name = name[:1].lower() + name[1:]
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def a_digit(label: int) -> str:
    """Return a digit from 0 to 9 with its article, such as "an 8"."""
    return f"{'an' if label == 8 else 'a'} {label}"
