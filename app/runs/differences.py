"""The settings in which runs differ, and names that tell the runs apart by them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from app.runs.settings_text import asked_for, changed, fields, in_words, section_of
from app.ui.forms import label_of
from core.runs.record import RunRecord
from models import spec_of

#: What a name says of a run only where nothing else tells it from the others.
SAID_LAST = ("training.epochs", "training.seed")


def names_of(runs: Sequence[RunRecord]) -> list[str]:
    """Return a name for each run; no two names are equal.

    The name is the title of the run. Where several runs have the same title, it also has the
    settings that tell them apart, and no others.
    """
    names: dict[str, str] = {}
    for title in dict.fromkeys(run.request.title for run in runs):
        alike = [run for run in runs if run.request.title == title]
        names |= zip([run.id for run in alike], _told_apart(alike), strict=True)
    count = Counter(names.values())
    # Of the very same settings, and so the same weights, only the place is left to tell.
    return [
        name if count[name] == 1 else f"{name} · run {place}"
        for place, name in enumerate((names[run.id] for run in runs), 1)
    ]


def _told_apart(runs: Sequence[RunRecord]) -> list[str]:
    """Return a name for each run of one title; runs with equal settings have equal names."""
    asked = [asked_for(run) for run in runs]
    changes = [changed(*one) for one in asked]
    kinds = len({tuple(one.items()) for one in changes})
    # In the order of the form, not in that in which the runs come to differ.
    order = list(dict.fromkeys(name for _, values in asked for name in values))
    told = sorted(differing(changes), key=lambda name: (name in SAID_LAST, order.index(name)))
    names: list[str] = []
    for most in range(len(told) + 1):
        said = [[one[name] for name in told[:most] if name in one] for one in changes]
        names = [
            " · ".join([run.request.title, *words]) for run, words in zip(runs, said, strict=True)
        ]
        if len(set(names)) == kinds:
            break
    return names


def settings_of(run: RunRecord) -> dict[str, str]:
    """Return the settings of a run by their names and units in its form, its variant first.

    Raises:
        RunError: this version of the lab cannot do what it asks for.
    """
    model, values = asked_for(run)
    shown = {"Variant": spec_of(model).title}
    return shown | {
        label_of(rule): in_words(rule, values[name])
        for name, (rule, _) in fields(model, values).items()
        if rule.has_effect(section_of(name, values))
    }


def differing(settings: Sequence[Mapping[str, str]]) -> list[str]:
    """Return the keys whose values are not the same in all settings, in the settings' order."""
    keys = dict.fromkeys(key for one in settings for key in one)
    return [key for key in keys if len({one.get(key) for one in settings}) > 1]
