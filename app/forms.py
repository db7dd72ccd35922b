"""A form from a config class: one widget per field, with its bounds, unit and help."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st

from app.plain import plain
from app.run_settings import label_of
from models import Config, Hyperparameter, hyperparameters

#: For a Start button that is off.
CANNOT_START = "A setting cannot be as it is; see what is said below it."


def config_form(
    config_class: type[Config],
    *,
    key: str,
    defaults: Mapping[str, Any],
    advanced: bool = False,
    without: Collection[str] = (),
) -> dict[str, Any] | None:
    """Draws the fields of a config that are (not) `advanced`; their checked values by name.

    A bad value is explained below its field. None where there is one. Fields `without` a use are
    left out.
    """
    values: dict[str, Any] = {}
    complete = True
    usual = {**defaults, **st.session_state.get(_filled(key), {})}
    for name, rule in hyperparameters(config_class).items():
        if not rule.shown or rule.advanced != advanced or name in without:
            continue
        default = usual.get(name, rule.default)
        typed = _widget(rule, f"{key}:{name}", default)
        try:
            values[name] = rule.parse(typed) if isinstance(typed, str) else rule.check(typed)
        except ValueError as error:
            draw_problem(error, rule)
            complete = False
    return values if complete else None


def draw_problem(error: Exception, rule: Hyperparameter | None = None) -> None:
    """What is wrong with a form; the field with this rule by the name that it has on the page."""
    text = str(error)
    if rule is not None and text.startswith(rule.name):
        text = rule.label + text.removeprefix(rule.name)
    st.error(plain(text))


def reset_form(config_class: type[Config], *, key: str) -> None:
    """Puts the fields of a form back to their defaults; for a button's `on_click`."""
    st.session_state.pop(_filled(key), None)
    for name in hyperparameters(config_class):
        st.session_state.pop(f"{key}:{name}", None)


def fill_form(config_class: type[Config], values: Mapping[str, Any], *, key: str) -> None:
    """Makes these values the ones that the fields of a form hold; for a button's `on_click`."""
    reset_form(config_class, key=key)
    # As their defaults: a field that has both a default and a value of its own is warned of.
    st.session_state[_filled(key)] = dict(values)


def _filled(key: str) -> str:
    return f"{key}:filled"


def _widget(rule: Hyperparameter, key: str, default: Any) -> Any:
    """One field; a text where the value has to be parsed."""
    label = label_of(rule)
    bounds = rule.range_text()
    about = f"{rule.help} Allowed: {bounds}." if bounds else rule.help
    kept: dict[str, Any] = {"key": key, "help": about, "persist_state": "session"}
    if rule.choices:
        return st.selectbox(label, rule.choices, rule.choices.index(default), **kept)
    if rule.sequence:
        return st.text_input(label, ", ".join(str(item) for item in default), **kept)
    if rule.kind is bool:
        return st.checkbox(label, default, **kept)
    # No bounds on the widget: it would refuse a value without a word. `check` says why.
    if rule.kind is int:
        return st.number_input(label, value=default, step=1, **kept)
    step = (default or rule.default or 1.0) / 10
    return st.number_input(label, value=default, step=step, format="%g", **kept)
