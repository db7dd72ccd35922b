"""What a browser's visit leaves behind for its next one, since a reload begins a new session.

It stays in the memory of the server, under the signed name of the browser (`identity.py`), which
alone gets it back. It is not kept in the browser: a page would have to be drawn before it could be
asked, and what it sends would have to be checked anew. And not on the disk: half-filled forms and
drawings are nobody's business once the lab has ended.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.server import visitor

#: How the keys of a session begin that a visit leaves behind: the fields of forms.
_FORMS = "form:"
#: Fields of one browser: all forms of the lab have fewer than 200.
MAX_FIELDS = 400
#: Characters of a text in a field.
MAX_TEXT = 2000
#: Browsers that are remembered, those that came last: with 100 digits each 24 MB.
MAX_BROWSERS = 300
#: How deep values may be nested.
_MAX_DEPTH = 4
_IS_BACK = "visit-is-back"

_visits: OrderedDict[str, dict[str, Any]] = OrderedDict()


def remembered(name: str) -> Any:
    """Return what the visitor's browser has left under this name; None if nothing."""
    browser = _browser()
    if browser not in _visits:
        return None
    _visits.move_to_end(browser)
    return _visits[browser].get(name)


def remember(name: str, value: Any) -> None:
    """Keep a value, which must not change, for this browser; nothing without cookies."""
    if browser := _browser():
        _visits[browser] = {**_visits.get(browser, {}), name: value}
        _visits.move_to_end(browser)
        while len(_visits) > MAX_BROWSERS:
            _visits.popitem(last=False)


def bring_forms_back() -> bool:
    """Put the fields of forms as they were left into a new session; return whether there are any.

    The script has to run anew then, before it draws anything: Streamlit warns of fields that are
    set and have a default in one run.
    """
    if st.session_state.get(_IS_BACK):
        return False
    st.session_state[_IS_BACK] = True
    fields: Mapping[str, Any] = remembered(_FORMS) or {}
    for key, value in fields.items():
        st.session_state[key] = value
    return bool(fields)


def leave_forms() -> None:
    """Remember the fields of forms as they are now."""
    fields = {
        str(key): value
        for key, value in st.session_state.items()
        if str(key).startswith(_FORMS) and _is_plain(value)
    }
    if len(fields) <= MAX_FIELDS and fields != (remembered(_FORMS) or {}):
        remember(_FORMS, fields)


def forget_visits() -> None:
    """Forget what all browsers have left."""
    _visits.clear()


def _browser() -> str:
    return visitor.browser_of(st.context.cookies)


def _is_plain(value: object, depth: int = 0) -> bool:
    """Return whether a value is made of numbers and short texts alone."""
    if isinstance(value, str):
        return len(value) <= MAX_TEXT
    if value is None or isinstance(value, bool | int | float):
        return True
    if depth == _MAX_DEPTH:
        return False
    if isinstance(value, list | tuple):
        return len(value) <= MAX_FIELDS and all(_is_plain(each, depth + 1) for each in value)
    if isinstance(value, dict):
        return len(value) <= MAX_FIELDS and all(
            _is_plain(part, depth + 1) for pair in value.items() for part in pair
        )
    return False
