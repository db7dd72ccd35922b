"""The pages of the lab, in one table, and which page shows which run."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from core.record import RunRequest
from models import MODELS


@dataclass(frozen=True, kw_only=True)
class PageEntry:
    """One page: its script under `app/pages`, and how the navigation shows it.

    `shows` names the families of models whose runs the page can open (`ModelSpec.family`).
    """

    name: str
    title: str
    icon: str
    section: str = ""
    shows: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The script, relative to `streamlit_app.py`."""
        return f"app/pages/{self.name}.py"


PAGES: tuple[PageEntry, ...] = (
    PageEntry(name="home", title="Home", icon=":material/home:"),
    PageEntry(
        name="autoencoders",
        title="Autoencoders",
        icon=":material/compress:",
        section="Learn",
        shows=("autoencoder",),
    ),
    PageEntry(
        name="vae",
        title="Variational autoencoder",
        icon=":material/blur_on:",
        section="Learn",
        shows=("vae",),
    ),
    PageEntry(
        name="tsne",
        title="t-SNE",
        icon=":material/scatter_plot:",
        section="Learn",
        shows=("tsne",),
    ),
    PageEntry(name="digit", title="Your digit", icon=":material/draw:", section="Try"),
)


def pages() -> dict[str, list[StreamlitPage]]:
    """The table in the form that `st.navigation` takes; the first page is the default."""
    sections: dict[str, list[StreamlitPage]] = {}
    for position, page in enumerate(PAGES):
        sections.setdefault(page.section, []).append(
            st.Page(
                page.path,
                title=page.title,
                icon=page.icon,
                url_path=page.name,
                default=position == 0,
            )
        )
    return sections


def page_of(request: RunRequest) -> PageEntry | None:
    """The page that opens runs of this kind, if there is one."""
    spec = MODELS.get(request.settings.get("model", ""))
    family = spec.family if spec else request.kind
    return next((page for page in PAGES if family in page.shows), None)
