"""Name each run in one line of a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from app.runs.owners import whose_words
from app.runs.settings_text import flat, in_a_list, lower_first, value_in_words
from app.server.data import data_asked_for
from core.data.data_sets import DATA_SETS, MNIST
from core.recorder.reading import few_settings
from core.runs.record import RunError, RunRequest
from core.runs.state import OWN_WEIGHTS, RECORDED_MAP, RECORDED_MODEL
from core.runs.store import Summary
from core.sweeps.plan import sweepable_fields
from core.sweeps.sweep import Sweep
from core.training.record import model_name
from models import PIXELS, Hyperparameter

#: Characters of the widths of a network that a folder from elsewhere may bring.
_LONGEST_WIDTHS = 80
STATUS_WORDS = {
    "pending": "waiting",
    "running": "running",
    "paused": "paused",
    "done": "finished",
    "cancelled": "cancelled",
    "failed": "failed",
    "interrupted": "interrupted",
}


def labels_of(runs: Sequence[Summary], watched: str | None = None) -> dict[str, str]:
    """Return each run, by its id, in one line of a list; no two lines are alike.

    The line of the `watched` run leaves out its status, which the page shows below. The data set is
    named where the runs have different ones.
    """
    zone = zone_of_visitor()
    mixed = len({data_asked_for(run.request) for run in runs}) > 1
    lines = {
        run.id: _line(run, zone, with_status=run.id != watched, with_data=mixed) for run in runs
    }
    # Streamlit tells options apart by their labels: of two alike, only the last could be chosen.
    for ending in (slice(-4, None), slice(None)):  # a copied folder may end alike
        count = Counter(lines.values())
        lines = {
            run_id: line if count[line] == 1 else f"{line} · {run_id[ending]}"
            for run_id, line in lines.items()
        }
    return lines


def started_at(seconds: float) -> str:
    """Return a time, in seconds since 1970, by the visitor's clock: "28 Nov 14:05"."""
    return _in_words(seconds, zone_of_visitor())


def _in_words(seconds: float, zone: ZoneInfo | None) -> str:
    return f"{datetime.fromtimestamp(seconds, zone):%d %b %H:%M}"


def other_data(request: RunRequest) -> str:
    """Return the title of the data set of a run, for lists of all runs; empty for MNIST."""
    name = data_asked_for(request)
    return "" if name == MNIST or name not in DATA_SETS else DATA_SETS[name].title


def about_sweep(sweep: Sweep) -> str:
    """Return what a sweep varies, in words: "code size 2, 8, 32 · 3 seeds".

    The data set is named where it is not MNIST.
    """
    try:
        asked, rule = sweep.asked, rule_of(sweep)
    except RunError:
        return "of another version"
    seeds = len({one.training.seed for one in asked})
    parts: list[str] = []
    if rule is not None:
        values = [value_in_words(rule, value) for value in dict.fromkeys(x.value for x in asked)]
        parts = [f"{lower_first(rule.label)} {', '.join(values)}"]
    parts += [f"{seeds} seed{'' if seeds == 1 else 's'}", other_data(asked[0].record.request)]
    return " · ".join(filter(None, parts))


def rule_of(sweep: Sweep) -> Hyperparameter | None:
    """Return the rule of the setting that a sweep varies; None if it varies nothing but seeds.

    Raises:
        RunError: as for `Sweep.model`.
    """
    rule = sweepable_fields(sweep.model).get(sweep.field or "")
    return rule and rule.beside(sweep.asked[0].training.to_dict())


def zone_of_visitor() -> ZoneInfo | None:
    """Return the time zone of the visitor's clock; None, for the server's, if it is unknown."""
    try:
        return ZoneInfo(st.context.timezone or "")
    except (KeyError, ValueError, OSError):  # a client may send any name
        return None


def _line(run: Summary, zone: ZoneInfo | None, *, with_status: bool, with_data: bool) -> str:
    """Return a run's owner, title, settings, starting time in this time zone, and status."""
    if run.in_gallery:
        whose, when = "Gallery", ""
    else:
        whose = whose_words(run.request.visitor)
        when = f" · {_in_words(run.request.created_at, zone)}"
        when += "" if run.request.imported is None else " · imported"
    # By .get: a folder may come from another version, with other settings.
    about = _ABOUT[run.request.kind](run.request)
    if with_data:
        about = " · ".join(filter(None, (about, other_data(run.request))))
    line = f"{whose} · {run.request.title} · {about}{when}"
    status = "under way" if run.state.is_active else STATUS_WORDS[run.state.status]
    return f"{line} · {status}" if with_status else line


def _about_training(request: RunRequest) -> str:
    config, training = (request.settings.get(section) or {} for section in ("config", "training"))
    usual = [f"{training.get('epochs', '?')} epochs", f"seed {training.get('seed', '?')}"]
    return " · ".join(usual + in_a_list(model_name(request), flat(config, training)))


def _about_tsne(request: RunRequest) -> str:
    values = request.settings.get("config") or {}
    maps = values.get("optimizers") or ()

    def shown(name: str) -> str:
        value = values.get(name, "?")
        return f"{value:,g}" if isinstance(value, int | float) else str(value)

    data = DATA_SETS.get(data_asked_for(request), DATA_SETS[MNIST])
    parts = [f"{shown('digits')} {data.nouns}"]
    if not _all_have(maps, "perplexity"):
        by_sigma = values.get("affinity") == "sigma"
        parts.append(f"σ {shown('sigma')}" if by_sigma else f"perplexity {shown('perplexity')}")
    if values.get("start") == "pca":
        parts.append("start PCA")
    elif not _all_have(maps, "seed"):
        parts.append(f"seed {values.get('seed', '?')}")
    return " · ".join(parts)


def _about_recorded(request: RunRequest) -> str:
    return " · ".join(("own code", *few_settings(request)))


def _about_opened(request: RunRequest) -> str:
    config = request.settings.get("config") or {}
    halves = (config.get("encoder"), config.get("decoder"))
    widths = [str(width) for half in halves if isinstance(half, list) for width in half]
    return " · ".join(("own weights", "-".join([str(PIXELS), *widths])[:_LONGEST_WIDTHS]))


def _all_have(maps: Sequence[str], setting: str) -> bool:
    """Return whether all maps, in their text form, have a setting of their own."""
    return bool(maps) and all(f":{setting}=" in text for text in maps)


#: What tells the runs of a kind apart.
_ABOUT = {
    "train": _about_training,
    "tsne": _about_tsne,
    RECORDED_MODEL: _about_recorded,
    RECORDED_MAP: _about_recorded,
    OWN_WEIGHTS: _about_opened,
}
