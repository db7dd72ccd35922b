"""A part of a page that redraws by itself and shows its errors as sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

import streamlit as st

from app.links.address import Part, part_of_address
from app.ui.markdown import escape_markdown
from core.data.digits import DigitsError
from core.runs.record import RunError


@contextmanager
def show_errors() -> Iterator[None]:
    """Show an error of a run or of the digits as a sentence, in place of what failed."""
    try:
        yield
    except (DigitsError, RunError) as error:
        st.error(escape_markdown(str(error)))


def fragment(draw: Callable[[], None]) -> Callable[[], None]:
    """Make a function without arguments a `st.fragment` that shows its errors in its own place.

    Streamlit keeps the exceptions of fragments from the page around them: if somebody deleted a
    run while it is looked at, the page would show a message that does not say so.
    """

    part = Part()

    @wraps(draw)
    def telling() -> None:
        with part_of_address(part), show_errors():
            draw()

    return st.fragment(telling)
