"""Check what a step of a lesson file shows: where its run is looked at, and its figures."""

from __future__ import annotations

from typing import Any

from core.lessons.fields import Fields, Path
from core.lessons.lesson import Figure, Place
from core.lessons.mistakes import Mistakes
from core.lessons.places import MARKS, PAGES

_FIGURES = ("pictures", "bars", "lines")


def parse_place(value: Any, path: Path, mistakes: Mistakes) -> Place | None:
    """Return where a step looks at its run; None where it says nothing of it."""
    if value is None:
        return None
    fields = Fields(value, path, mistakes)
    page = fields.one_of("page", PAGES)
    views = PAGES.get(page, ("",))
    found = Place(
        page=page,
        view=fields.one_of("view", views, views[0]),
        text=fields.text("text", longest=300),
        mark=fields.one_of("mark", MARKS, ""),
    )
    fields.finish()
    return found


def parse_figure(
    entry: Any, path: Path, mistakes: Mistakes, series: set[str], pictures: set[str]
) -> Figure:
    """Return one figure; `series` and `pictures` are what the measures of its step give."""
    fields = Fields(entry, path, mistakes)
    kind = fields.one_of("kind", _FIGURES)
    allowed = pictures if kind == "pictures" else series
    names, words = fields.words("names", 1, 6), fields.words("words", 1, 6)
    for name in names:
        if name not in allowed:
            known = ", ".join(sorted(allowed)) or "none"
            fields.wrong("names", f"{name!r} is not measured in this step; there are {known}.")
    if len(words) != len(names):
        fields.wrong("words", f"needs {len(names)} entries, one for each of names.")
    labels: str | tuple[str, ...] = ()
    if isinstance(fields.raw("labels"), str):
        labels = fields.one_of("labels", series)
    elif fields.has("labels"):
        labels = fields.words("labels", 1, 40)
    lines = kind == "lines"
    found = Figure(
        kind=kind if kind in ("bars", "lines") else "pictures",
        title=fields.text("title", longest=120),
        names=names,
        words=words,
        x=fields.one_of("x", series) if lines else "",
        x_title=fields.text("x_title", None if lines else "", longest=80),
        y_title=fields.text("y_title", "" if kind == "pictures" else None, longest=80),
        labels=labels,
        log=fields.flag("log"),
    )
    fields.finish()
    return found
