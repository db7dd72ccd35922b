"""Addresses that nobody would type by accident: each page says a sentence and goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.formparsers import MultiPartParser
from streamlit import net_util
from streamlit.config import get_option
from streamlit.testing.v1 import AppTest

from app.navigation import PAGES
from app.server.visitor_limit import max_visitors
from core.runs.store import RunStore
from tests.app.conftest import OpenPage, copied, texts, unescaped

IDS = (
    "../gallery/vae",
    "../../../../etc/passwd",
    "..",
    ".",
    ".vae.deleted",
    "vae/../vae",
    "vae\\..\\vae",
    "vae\0",
    "vae\n",
    " vae",
    "%2e%2e%2fvae",
    "/etc",
    "C:\\Windows",
    "vаe",  # the second letter is Cyrillic
    "٣",
    "a" * 100_000,
    "$(id)",
    "{{7*7}}",
    "';DROP TABLE runs;--",
    "![](http://evil.example/x.png)",
    "[here](http://evil.example)",
    ":red[red]",
)
EVIL = "![](http://evil.example/x.png) [here](http://evil.example) **bold** `"
PAGES_OF_RUNS = [page.name for page in PAGES if page.shows]


@pytest.mark.parametrize("name", PAGES_OF_RUNS)
def test_odd_names_of_runs_are_refused_with_a_sentence(
    name: str, open_page: OpenPage, runs: Path
) -> None:
    app = open_page(name)
    for run_id in IDS:
        app.query_params["run"] = run_id
        app.run()
        assert not app.exception, (run_id[:40], app.exception)
        said = [warning.value for warning in app.warning]
        assert len(said) == 1, (run_id[:40], said)
        shown = unescaped(said[0])
        assert "is not the name of a run; choose one from the list" in shown, run_id[:40]
        assert not foreign_markdown(said[0]), run_id[:40]
        assert len(said[0]) < 300, "it repeats what was typed only in part"
    assert not runs.exists(), "nothing was written"


def foreign_markdown(text: str) -> bool:
    """Whether an image or a link of somebody else would be drawn, or asked for."""
    return "](http" in text or "**bold**" in text


@pytest.mark.parametrize(
    ("page", "run", "view"),
    [
        ("autoencoders", "compression", "Train and watch"),
        ("autoencoders", "compression", "Reconstruct"),
        ("autoencoders", "compression", "Compare"),
        ("autoencoders", "denoising", "Denoise"),
        ("autoencoders", "sparse", "Sparse code"),
        ("vae", "vae", "Generate"),
        ("vae", "vae", "What was learned"),
        ("tsne", "tsne-exercise", ""),
    ],
)
def test_the_title_of_a_copied_run_is_no_markdown(
    page: str, run: str, view: str, open_page: OpenPage, runs: Path
) -> None:
    copied(runs, run, "copied", title=EVIL)
    app = open_page(page, run="copied", **({"view": view} if view else {}))
    assert app.query_params["run"] in ("copied", ["copied"])
    app.session_state["problem:copied"] = f"{EVIL} is already going, so there is nothing to resume."
    app.run()
    assert_no_foreign_markdown(app)


def test_the_models_beside_another_are_no_markdown_either(open_page: OpenPage, runs: Path) -> None:
    copied(runs, "compression", "copied", title=EVIL)
    app = open_page("vae", run="vae", view="Generate")
    app.selectbox(key="companion:generate:compression:mnist").set_value("copied").run()
    assert EVIL in texts(app)
    assert_no_foreign_markdown(app)


def test_what_went_wrong_with_a_copied_run_is_no_markdown(open_page: OpenPage, runs: Path) -> None:
    copied(runs, "compression", "copied", values={"epochs": EVIL})
    app = open_page("autoencoders", run="copied")
    assert "asks for cannot be" in unescaped(app.error[0].value)
    assert_no_foreign_markdown(app)
    RunStore(runs).get("copied").set_state(status="failed", error=EVIL)
    copied(runs, "tsne-exercise", "map", values={"source": EVIL})
    RunStore(runs).get("map").set_state(status="failed", error=EVIL)
    app = open_page("tsne", run="map")
    assert [error.value for error in app.error]
    assert_no_foreign_markdown(app)


def assert_no_foreign_markdown(app: AppTest) -> None:
    assert not app.exception
    for kind in ("markdown", "caption", "info", "warning", "error", "subheader", "header"):
        for element in app.get(kind):
            assert not foreign_markdown(str(getattr(element, "value", ""))), (kind, element)


@pytest.mark.parametrize("name", [page.name for page in PAGES])
def test_odd_parameters_do_not_break_a_page(name: str, open_page: OpenPage) -> None:
    for value in ("<script>", "../..", "\0", "9" * 5000, "NaN", "Reconstruct,Denoise"):
        app = open_page(name, view=value, epoch=value, model=value, page=value)
        assert app.title, value[:40]
        told = [warning.value for warning in app.warning]
        assert not any(map(foreign_markdown, told)), value[:40]
        assert texts(app).count("<script>") == sum(unescaped(t).count("<script>") for t in told)


@pytest.mark.parametrize("text", ["0", "-1", "many", "1e9", "100001", "٣"])
def test_a_bound_on_visitors_that_is_none(
    text: str, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_LAB_VISITORS", text)
    with pytest.raises(ValueError, match="must be a whole number from 1 to 100000"):
        max_visitors()
    app = open_page("home")
    assert f"The lab is not set up: LATENT_LAB_VISITORS (={text})" in app.error[0].value


def test_the_server_asks_nobody_for_its_address_and_spools_no_upload(open_page: OpenPage) -> None:
    open_page("home")
    assert net_util.get_external_ip() is None
    assert MultiPartParser.spool_max_size > 1e6 * get_option("server.maxUploadSize")
