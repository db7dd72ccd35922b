"""The whole app under Streamlit's AppTest, on runs of its own."""

from __future__ import annotations

import functools
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from app.navigation import PAGES
from app.server import shared
from app.server.visits import forget_visits
from tests.support.settings import change

ROOT = Path(__file__).resolve().parents[2]

OpenPage = Callable[..., AppTest]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Leave pages out of the coverage of `core` and `models`, which have tests of their own.

    Tracing them takes half as much time again on Python 3.11.
    """
    item.add_marker("no_cover")


@pytest.fixture(scope="session", autouse=True)
def _packages_are_searched_once() -> Iterator[None]:
    """Keep which installed packages bring components of Streamlit's.

    AppTest reads the metadata of all packages for each app: half of what opening a page takes.
    """
    search = functools.cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", search)
        yield


def forget() -> None:
    """Empty all that the server process keeps."""
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def nothing_kept() -> Iterator[None]:
    """Empty what the process keeps, before and after a test that changes the gallery or a model."""
    forget()
    yield
    forget()


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder that the app keeps its runs in, empty at first.

    What was computed of the gallery's runs is kept for the next test: it takes seconds.
    """
    folder = tmp_path / "runs"
    monkeypatch.setenv("LATENT_LAB_RUNS", str(folder))
    store, queue = shared.store, shared.queue  # a test may put others in their places
    store.cache_clear()
    queue.cache_clear()
    yield folder
    store.cache_clear()
    queue.cache_clear()
    if folder.exists():  # a run of another test may bear the same id
        forget()


@pytest.fixture(autouse=True)
def _for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the pages belong to a lab for one, where all runs may be changed."""
    monkeypatch.setattr("app.server.visitor.is_alone", lambda: True)
    monkeypatch.setattr("app.server.visitor.is_from_here", lambda headers: True)
    forget_visits()


@pytest.fixture
def as_visitor(monkeypatch: pytest.MonkeyPatch, _for_one: None) -> Callable[[str], None]:
    """`as_visitor("ada")`: from now on the pages are those of a class, opened by this visitor."""

    def be(who: str) -> None:
        monkeypatch.setattr("app.server.visitor.is_alone", lambda: False)
        monkeypatch.setattr("app.server.visitor.browser_of", lambda cookies: who)

    return be


@pytest.fixture
def open_page(runs: Path) -> OpenPage:
    """`open_page("vae", view="Map")`: the app at a page, with a query; it must raise nothing."""

    def opened(name: str, **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "lab.py"), default_timeout=60)
        page = next(page for page in PAGES if page.name == name)
        app.switch_page(page.path)
        for parameter, value in query.items():
            app.query_params[parameter] = value
        app.run()
        assert not app.exception, app.exception
        return app

    return opened


def copied(
    runs: Path, run: str, run_id: str, *, values: Mapping[str, Any] = {}, **changes: Any
) -> str:
    """A run of the gallery once more among the visitors' runs, with `changes` of its request and
    other `values` of its settings; its id."""
    folder = runs / run_id
    shutil.copytree(ROOT / "checkpoints" / "gallery" / run, folder)
    request = json.loads((folder / "run.json").read_text())
    change(request["settings"], values)
    (folder / "run.json").write_text(json.dumps(request | changes))
    return run_id


def unescaped(text: str) -> str:
    """A text that went through `escape_markdown`, as Markdown shows it."""
    return re.sub(r"\\(.)", r"\1", text).replace("\u2060", "")


def texts(app: AppTest) -> str:
    """All that a page says, in one text."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error")
    return "\n".join(
        unescaped(str(getattr(element, "value", ""))) for kind in kinds for element in app.get(kind)
    )
