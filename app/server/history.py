"""The browser's history, of which Streamlit tells its own widgets only."""

from __future__ import annotations

from streamlit.runtime.scriptrunner import get_script_run_ctx


def came_back() -> bool:
    """Return whether this run of the script answers the browser's Back or Forward."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation
