"""Pressing buttons by their names."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def press(app: AppTest, label: str) -> AppTest:
    """Press the first button with this label; the page must raise nothing."""
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception, app.exception
    return app
