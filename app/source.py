"""What a view should be looked at for, and the formula and the code behind it."""

from __future__ import annotations

import inspect
import textwrap
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st


def look_for(text: str) -> None:
    """A short plain text on what to look for in a view."""
    st.markdown(f":material/visibility: **What to look for.** {text[0].upper()}{text[1:]}")


def formula_and_code(
    formula: str,
    code: Sequence[Callable[..., Any] | type],
    readable: Sequence[Callable[..., Any] | type] = (),
) -> None:
    """An expander with a formula and the very lines that compute it, read from the source.

    `readable` are slower lines that compute the same, where those that run are hard to read.
    """

    @st.fragment
    def behind() -> None:
        box = st.expander(
            "The formula and the code",
            icon=":material/function:",
            key=key_of(formula),
            on_change="rerun",
        )
        # Only when it is open: a browser takes a third of a second to colour the code.
        if not box.open:
            return
        with box:
            st.latex(formula)
            if readable:
                st.markdown("**As the exercise writes it.** A test holds both versions equal.")
                st.code(_lines(readable))
                st.markdown("**As it runs here**, many times faster:")
            st.code(_lines(code))
            st.caption("These are the lines that run here, read from the program's own source.")

    behind()


def key_of(formula: str) -> str:
    """The key of the expander with this formula; no view has two with the same one."""
    return f"formula:{zlib.crc32(formula.encode()):08x}"


def _lines(code: Sequence[Callable[..., Any] | type]) -> str:
    return "\n\n".join(textwrap.dedent(inspect.getsource(item)).strip() for item in code)
