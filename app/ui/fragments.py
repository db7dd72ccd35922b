"""A part of a page that redraws by itself, and says in a sentence what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

import streamlit as st

from app.ui.markdown import escape_markdown
from core.data.digits import DigitsError
from core.runs.record import RunError


@contextmanager
def show_errors() -> Iterator[None]:
    """Says in a sentence, where it is shown, what is wrong with a run or the digits."""
    try:
        yield
    except (DigitsError, RunError) as error:
        st.error(escape_markdown(str(error)))


def fragment(draw: Callable[[], None]) -> Callable[[], None]:
    """`st.fragment` for a part without arguments, with its errors shown where it stands.

    Streamlit keeps the exceptions of fragments from the page around them: a run that somebody
    deletes while it is looked at would end in a message without a word about it.
    """

    @wraps(draw)
    def telling() -> None:
        with show_errors():
            draw()

    return st.fragment(telling)
