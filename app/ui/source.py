"""The hint on what to look for in a view, and the formula and the code behind it."""

from __future__ import annotations

import inspect
import textwrap
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st


def hint(text: str) -> None:
    """Write what to look for in a view: at most two sentences, or a question."""
    st.markdown(f":material/visibility: **What to look for.** {text[0].upper()}{text[1:]}")


def formula_and_code(
    formula: str,
    code: Sequence[Callable[..., Any] | type],
    readable: Sequence[Callable[..., Any] | type] = (),
    *,
    note: str = "",
) -> None:
    """Draw an expander with a formula and the lines that compute it, read from the source.

    Args:
        formula: The formula in LaTeX.
        code: The functions and classes that run.
        readable: Slower ones that compute the same, where those that run are hard to read.
        note: What the formula leaves open, in Markdown.
    """

    @st.fragment
    def behind() -> None:
        box = st.expander(
            "The formula and the code",
            icon=":material/function:",
            key=key_of(formula),
            on_change="rerun",
        )
        # Only while it is open: a browser takes a third of a second to colour the code.
        if not box.open:
            return
        with box:
            st.latex(formula)
            if note:
                st.markdown(note)
            if readable:
                st.markdown("**Written for reading.** A test checks that both versions agree.")
                st.code(_lines(readable))
                st.markdown("**The faster version that runs here:**")
            st.code(_lines(code))
            st.caption("These lines run here; they are read from the program's source.")

    behind()


def key_of(formula: str) -> str:
    """Return the key of the expander with this formula; no view has the same formula twice."""
    return f"formula:{zlib.crc32(formula.encode()):08x}"


def _lines(code: Sequence[Callable[..., Any] | type]) -> str:
    return "\n\n".join(textwrap.dedent(inspect.getsource(item)).strip() for item in code)
