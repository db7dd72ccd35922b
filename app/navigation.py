"""The pages of the lab, in one table, and which page shows which run."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app.server.shared import store
from core.runs.record import RunError, RunRequest
from core.runs.state import RECORDED_MAP, RECORDED_MODEL
from core.training.record import model_name
from models import MODELS, OPENED


@dataclass(frozen=True, kw_only=True)
class PageEntry:
    """One page: its script under `app/pages`, and how the navigation shows it.

    `shows` names the families of models whose runs the page can open (`ModelSpec.family`), or
    kinds of runs.
    """

    name: str
    title: str
    icon: str
    section: str = ""
    shows: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The script, relative to `lab.py`."""
        return f"app/pages/{self.name}.py"


PAGES: tuple[PageEntry, ...] = (
    PageEntry(name="home", title="Home", icon=":material/home:"),
    PageEntry(name="course", title="Course", icon=":material/school:", section="Course"),
    PageEntry(name="notebook", title="My notebook", icon=":material/book_2:", section="Course"),
    PageEntry(
        name="autoencoders",
        title="Autoencoders",
        icon=":material/compress:",
        section="Learn",
        shows=("autoencoder", RECORDED_MODEL),
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
        shows=("tsne", RECORDED_MAP),
    ),
    PageEntry(name="runs", title="Runs", icon=":material/table_rows:", section="Try"),
    PageEntry(name="sweeps", title="Sweeps", icon=":material/stacked_line_chart:", section="Try"),
    PageEntry(name="digit", title="Your digit", icon=":material/draw:", section="Try"),
    PageEntry(name="glossary", title="Glossary", icon=":material/dictionary:", section="Help"),
)


def pages() -> dict[str, list[StreamlitPage]]:
    """Return the table in the form that `st.navigation` takes; the first page is the default."""
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


def page_named(name: str) -> PageEntry:
    """Return the page of the table with this name, which there is."""
    return next(page for page in PAGES if page.name == name)


def page_of(request: RunRequest) -> PageEntry | None:
    """Return the page that opens runs of this kind, if there is one."""
    known = OPENED if request.is_opened else MODELS
    spec = None if request.is_recorded else known.get(model_name(request))
    family = spec.family if spec else request.kind
    return next((page for page in PAGES if family in page.shows), None)


def tab_title(name: str, run_id: str | None = None) -> str:
    """Return the title of the browser's tab: the run if the page shows one, the page, the lab.

    Args:
        name: The page's name in `PAGES`; empty for the first page, as in its address.
        run_id: The run in the page's address. It is ignored if the page shows no such run.
    """
    page = next((page for page in PAGES[1:] if page.name == name), None)
    if page is None:
        return "Latent Lab"
    parts = [page.title, "Latent Lab"]
    with contextlib.suppress(RunError):
        record = store().get(run_id) if run_id else None
        if record is not None and page_of(record.request) == page:
            # Two runs of a visitor may have one title.
            mark = "" if record.folder.parent == store().gallery else f" {record.id[-4:]}"
            parts.insert(0, record.request.title + mark)
    return " · ".join(parts)
