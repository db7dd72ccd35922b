"""A form from a config class: one widget per field, with its bounds, unit and help."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import nullcontext
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.ui.markdown import escape_markdown
from models import Config, Hyperparameter, hyperparameters

#: For a Start button that is off.
CANNOT_START = "These settings cannot be used; see the message in the form."


def config_form(
    config_class: type[Config],
    *,
    key: str,
    defaults: Mapping[str, Any],
    only: Collection[str] | None = None,
    without: Collection[str] = (),
    problems: DeltaGenerator | None = None,
    beside: Mapping[str, Any] | None = None,
    reword: Callable[[str], str] = str,
    notes: Mapping[str, str] | None = None,
) -> dict[str, Any] | None:
    """Draw the fields of a config and return their checked values by name.

    A bad value is explained, and the result is None then. A field that has no effect beside the
    others is left out.

    Args:
        config_class: The config.
        key: The form's name in the session.
        defaults: What the fields hold at first, where it is not the default of their rule.
        only: Draw no other fields than these; None draws all.
        without: Fields to leave out.
        problems: Where bad values are explained; below their fields if None. Fields that are folded
            away need a place outside the fold, or nobody would see why Start is off.
        beside: Values of fields of the config that are chosen elsewhere, and so are not drawn.
        reword: Turns a text about digits into one about other pictures.
        notes: What the help of a field says besides, by the field's name.
    """
    values: dict[str, Any] = {}
    complete = True
    beside = beside or {}
    usual = {**defaults, **st.session_state.get(_filled(key), {})}
    found = hyperparameters(config_class).items()
    rules = {name: rule.beside(beside) for name, rule in found}
    for name, rule in rules.items():
        if not rule.shown or name in without or (only is not None and name not in only):
            continue
        if name in beside or not rule.has_effect(values):
            continue
        default = usual.get(name, rule.default)
        about = " ".join(filter(None, (reword(_help_of(rule)), (notes or {}).get(name))))
        typed = _widget(rule, field_key(key, name), default, reword(label_of(rule)), about)
        try:
            values[name] = rule.parse(typed) if isinstance(typed, str) else rule.check(typed)
        except ValueError as error:
            with problems or nullcontext():
                draw_problem(error, rule, reword=reword)
            complete = False
    return values if complete else None


def field_key(form: str, name: str) -> str:
    """Return the session's key of a field of a form; it changes with each reset of the form."""
    count = st.session_state.get(_resets(form), 0)
    return f"{form}:{name}:{count}" if count else f"{form}:{name}"


def draw_problem(
    error: Exception,
    rule: Hyperparameter | None = None,
    *,
    reword: Callable[[str], str] = str,
) -> None:
    """Show what is wrong with a form; a field with this rule is called by its label.

    `reword` turns a text about digits into one about other pictures.
    """
    text = str(error)
    if rule is not None and text.startswith(rule.name):
        text = rule.label + text.removeprefix(rule.name)
    st.error(escape_markdown(reword(text)))


def reset_form(*, key: str) -> None:
    """Put the fields of a form back to their defaults; for a button's `on_click`.

    Every reset gives the fields new keys. A browser keeps the value of a field that is persisted
    and has the same key, whatever Python removes from the session.
    """
    st.session_state.pop(_filled(key), None)
    st.session_state[_resets(key)] = st.session_state.get(_resets(key), 0) + 1


def fill_form(values: Mapping[str, Any], *, key: str) -> None:
    """Make these values the ones that the fields of a form hold; for a button's `on_click`."""
    reset_form(key=key)
    # As their defaults: a field that has both a default and a value of its own is warned of.
    st.session_state[_filled(key)] = dict(values)


def filled_value(form: str, name: str, default: Any) -> Any:
    """Return what `fill_form` has put into a field of a form; `default` if nothing."""
    return st.session_state.get(_filled(form), {}).get(name, default)


def _filled(key: str) -> str:
    return f"{key}:filled"


def _resets(key: str) -> str:
    return f"{key}:resets"


def label_of(rule: Hyperparameter) -> str:
    """Return what a form calls a field, with its unit."""
    told = not rule.unit or rule.unit in rule.label.lower()
    return rule.label if told else f"{rule.label} ({rule.unit})"


def _help_of(rule: Hyperparameter) -> str:
    bounds = rule.range_text()
    return f"{rule.help} Allowed: {bounds}." if bounds else rule.help


def _widget(rule: Hyperparameter, key: str, default: Any, label: str, about: str) -> Any:
    """Draw one field and return its value, which is a text where it has to be parsed."""
    kept: dict[str, Any] = {"key": key, "help": about, "persist_state": "session"}
    if rule.choices:
        place = rule.choices.index(default)
        return st.selectbox(label, rule.choices, place, format_func=rule.choice_name, **kept)
    if rule.sequence:
        return st.text_input(label, ", ".join(str(item) for item in default), **kept)
    if rule.kind is bool:
        return st.checkbox(label, default, **kept)
    # No bounds on the widget: it would refuse a value without a word. `check` says why.
    if rule.kind is int:
        return st.number_input(label, value=default, step=1, **kept)
    step = (default or rule.default or 1.0) / 10
    return st.number_input(label, value=default, step=step, format="%g", **kept)
