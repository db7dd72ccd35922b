"""Streamlit's widgets whose values are in the address of the page, so that a link opens them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import streamlit as st

from app.links.address import ask, put
from app.links.values import one_of, whole

Value = TypeVar("Value")


def bring(name: str, key: str, read: Callable[[str], Value], default: Value) -> bool:
    """Set a widget to what an address asks for that has just come; return whether it is set.

    A widget that is set must not be given a default in the same run: Streamlit warns of that.
    """
    link = ask(name, key, read)
    if not link.is_news(key):
        return False
    if link.value is not None:
        st.session_state[key] = link.value
    elif link.is_whole:
        st.session_state[key] = default
    else:
        return False
    return True


def put_unless(name: str, value: object, default: object) -> None:
    """Write a parameter, unless its value is the one that it has at first."""
    put(name, None if value == default else str(value))


def linked_number(
    label: str, low: int, high: int, default: int, *, link: str, key: str, **look: Any
) -> int:
    """Draw a field for a whole number, and return the number; `link` is its parameter."""
    is_set = bring(link, key, whole(link, low, high), default)
    shown: dict[str, Any] = {} if is_set else {"value": default}
    value = int(st.number_input(label, low, high, key=key, **shown, **look))
    put_unless(link, value, default)
    return value


def linked_select(
    label: str, options: Sequence[Value], *, link: str, key: str, **look: Any
) -> Value:
    """Draw a list of options, and return the chosen one, at first the first."""
    bring(link, key, one_of(link, options), options[0])
    chosen = st.selectbox(label, options, key=key, **look)
    if chosen not in options:  # Streamlit passes on any text that the browser sends
        chosen = options[0]
    put_unless(link, chosen, options[0])
    return chosen


def linked_toggle(label: str, *, link: str, key: str, **look: Any) -> bool:
    """Draw a switch that is off at first, and return whether it is on."""
    bring(link, key, lambda text: bool(whole(link, 0, 1)(text)), False)
    value = bool(st.toggle(label, key=key, **look))
    put_unless(link, int(value), 0)
    return value
