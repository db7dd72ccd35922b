"""The form that starts a sweep: one setting with several values, each with several seeds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.navigation import page_named
from app.runs.controls import duration
from app.runs.settings_text import flat, in_words, sentence
from app.runs.start import start_sweep
from app.server.shared import store
from app.ui.forms import draw_problem, label_of
from app.ui.fragments import show_errors
from app.ui.markdown import escape_markdown
from core.runs.record import RunError
from core.sweeps.cost import estimate
from core.sweeps.plan import MAX_SEEDS, MAX_VALUES, SweepPlan, parse_values, sweepable_fields
from models import MODELS, Hyperparameter

#: What a new sweep takes of a number: these multiples of its value in the form.
_MULTIPLES = (0.25, 0.5, 1, 2, 4)
#: Seeds of each value at first: enough to see that luck has a size.
_SEEDS = 2
#: Whose form is open, in the session.
_OPEN = "form:sweep"


def open_sweep_form(model: str) -> None:
    """Let the form of a sweep of this model be on the page until a visitor closes it."""
    st.session_state[_OPEN] = model


def is_sweep_form_open(model: str) -> bool:
    """Return whether the form is on the page.

    It is drawn by every run of the page: the page is drawn anew when a run begins or ends, which
    would close it while somebody types.
    """
    return st.session_state.get(_OPEN) == model


def _close() -> None:
    st.session_state.pop(_OPEN, None)


@st.dialog("Try several values", width="medium", on_dismiss=_close)
def draw_sweep_form(model: str, config: Mapping[str, Any], training: Mapping[str, Any]) -> None:
    """Draw the form of a sweep; its Start begins the runs and opens the page that shows them.

    `config` and `training` are the values of the form on the page, for all other settings.
    """
    form = {**config, **training}
    fields = {
        name: rule.beside(form)
        for name, rule in sweepable_fields(model).items()
        if rule.has_effect(form)
    }
    st.markdown(
        "One setting takes several values, and each value is trained with several seeds. The runs "
        "are computed one after the other."
    )
    name = st.selectbox(
        "Setting",
        list(fields),
        format_func=lambda name: label_of(fields[name]),
        key=f"form:sweep:{model}:setting",
        help="The setting that differs between the runs.",
    )
    rule = fields[name]
    typed = _values_field(rule, form[name], key=f"form:sweep:{model}:{name}")
    seeds = st.segmented_control(
        "Seeds",
        range(1, MAX_SEEDS + 1),
        default=_SEEDS,
        required=True,
        key=f"form:sweep:{model}:seeds",
        help="How many random starts each value gets. The spread of their results shows how much "
        "of a difference can be luck.",
    )
    others = {key: value for key, value in form.items() if key not in (name, "seed")}
    first = int(form["seed"])
    try:
        values = parse_values(rule, typed) if isinstance(typed, str) else tuple(typed)
        plan = SweepPlan(
            model=model,
            field=name,
            values=values,
            seeds=tuple(range(first, first + int(seeds or 1))),
            others=others,
        )
    except ValueError as error:
        draw_problem(error, rule)
        st.button("Start", type="primary", icon=":material/play_arrow:", disabled=True)
        return
    unchanged = flat(config, training)
    for section in ("config", "training"):
        unchanged.pop(f"{section}.{name}", None)
    st.caption(
        f"All other settings are those of the form. {escape_markdown(sentence(model, unchanged))}"
    )
    with show_errors():
        st.caption(_cost_in_words(plan))
    if st.button(f"Start {len(plan)} runs", type="primary", icon=":material/play_arrow:"):
        try:
            sweep = start_sweep(plan)
        except (RunError, ValueError) as error:
            draw_problem(error)
        else:
            _close()
            page = page_named("sweeps")
            st.switch_page(page.path, query_params={"sweep": sweep.id})


def _values_field(rule: Hyperparameter, now: Any, *, key: str) -> str | list[Any]:
    """Draw the field for the values of a setting, and return what is in it."""
    bounds = f" Allowed: {rule.range_text()}." if rule.range_text() else ""
    if rule.choices or rule.kind is bool:
        choices = list(rule.choices) or [False, True]
        return st.multiselect(
            "Values",
            choices,
            choices[:MAX_VALUES],
            key=key,
            format_func=lambda value: in_words(rule, value),
            help=rule.help,
        )
    return st.text_input(
        "Values",
        ", ".join(f"{value:g}" for value in suggested(rule, now)),
        key=key,
        help=f"Up to {MAX_VALUES} numbers with commas between them. {rule.help}{bounds}",
    )


def suggested(rule: Hyperparameter, now: float) -> list[float]:
    """Return values of a number to begin with, around its value in the form, within its bounds."""
    around = now or rule.default or 1.0
    found: list[float] = []
    for multiple in _MULTIPLES:
        value = around * multiple
        value = float(round(value)) if rule.kind is int else float(f"{value:.2g}")
        low = rule.minimum if rule.minimum is not None else value
        high = rule.maximum if rule.maximum is not None else value
        value = min(max(value, low), high)
        if value not in found:
            found.append(value)
    return found


def _cost_in_words(plan: SweepPlan) -> str:
    """Return what the sweep will cost, as a sentence."""
    cost = estimate(plan, store())
    runs = f"{len(plan)} runs of {MODELS[plan.model].title} take"
    disk = f"{max(cost.bytes / 1e6, 0.1):,.1f} MB of the disk"
    if cost.seconds is None:
        return (
            f"{runs} {disk}. How long they take is not known: too few runs with such networks and "
            "batch sizes have ended here."
        )
    time = f"about **{duration(cost.seconds)}**, at the speed of the last runs here"
    return f"{runs} {time}, and {disk}."
