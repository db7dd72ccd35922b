"""The panel of the step that is open, on every page: what to do, and the way back."""

from __future__ import annotations

import streamlit as st

from app.course.places import COURSE_PAGE, Spot, open_spot, opened
from core.lessons.shelf import shelf

#: Where the controls are that a lesson can mark, as Streamlit writes their keys into the page.
SELECTORS = {
    "view": ".st-key-view",
    "epoch": '[class*="st-key-epoch-"]',
    "pictures": ".st-key-preview",
    "curves": ".st-key-curves",
    "film": '[class*="st-key-film-"]',
    "noise": '[class*="st-key-denoise-strength"]',
}
_PANEL = "course-panel"
_STRIP = "course-strip"
#: Below this width the sidebar is closed at first, and a strip above the page takes its place.
_NARROW = 768
_STYLE = f"""<style>
.st-key-{_PANEL} {{
  padding: 0.5rem 0.75rem; border: 1px solid var(--lab-accent); border-radius: 0.375rem;
}}
@media (min-width: {_NARROW + 1}px) {{
  [data-testid="stLayoutWrapper"]:has(> .st-key-{_STRIP}), .st-key-{_STRIP} {{ display: none; }}
}}
</style>"""


def draw_panel(page: str) -> None:
    """Draw the panel of the step that is open into the sidebar; nothing without one.

    The page of the course itself needs none.
    """
    spot = _open_elsewhere(page)
    if spot is None:
        return
    st.html(_STYLE + _marked(spot, page))
    with st.container(key=_PANEL, gap="small"):
        _draw(spot, "panel")


def draw_strip(page: str) -> None:
    """Draw the same above the page, for screens on which the sidebar is closed."""
    spot = _open_elsewhere(page)
    if spot is not None:
        with st.container(key=_STRIP, gap="small"):
            _draw(spot, "strip")


def _open_elsewhere(page: str) -> Spot | None:
    return None if page in ("course", "notebook") else opened(shelf())


def _draw(spot: Spot, key: str) -> None:
    step = spot.step
    st.markdown(f"**{spot.lesson.title}: {step.title}**  \nStep {spot.number}")
    if step.place is not None:
        st.markdown(step.place.text)
    query = {"lesson": spot.name}
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            COURSE_PAGE,
            label="Back to the step",
            icon=":material/school:",
            query_params=query,
            width="content",
        )
        st.button("Close", key=f"{key}:close", on_click=open_spot, args=(None,), type="tertiary")


def _marked(spot: Spot, page: str) -> str:
    """Return a style that marks the control of which the step speaks, on the page that has it."""
    place = spot.step.place
    if place is None or not place.mark or place.page != page:
        return ""
    return (
        f"<style>{SELECTORS[place.mark]} {{ outline: 2px dashed var(--lab-accent); "
        "outline-offset: 4px; border-radius: 4px; }</style>"
    )
