"""Runs of several visitors and kinds for the page Runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import ROOT

ME = "me"
#: What a list of runs reads; weights and maps are left out.
LISTED = ("run.json", "state.json", "history.jsonl")


@pytest.fixture(autouse=True)
def me(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page here is opened by one visitor."""
    for place in ("run_list.actions", "run_list.details", "run_list.deleted", "run_list.view"):
        monkeypatch.setattr(f"app.{place}.visitor", lambda: ME)
    monkeypatch.setattr("app.runs.owners.visitor", lambda: ME)


Listed = Callable[..., str]


@pytest.fixture
def listed(runs: Path) -> Listed:
    """`listed("vae", "my-run", title="Mine", visitor="me")`: a run as a list sees it; its id."""

    def make(source: str, run_id: str, *, visitor: str = ME, **changes: Any) -> str:
        folder = runs / run_id
        folder.mkdir(parents=True)
        for name in LISTED:
            shutil.copy(ROOT / "checkpoints" / "gallery" / source / name, folder / name)
        request = json.loads((folder / "run.json").read_text())
        content = {**request, "visitor": visitor, **changes}
        (folder / "run.json").write_text(json.dumps(content))
        return run_id

    return make


def table(app: AppTest) -> dict[str, list[Any]]:
    """The columns of the table; none where there is no table."""
    return app.dataframe[0].value.to_dict("list") if app.dataframe else {}


def select(app: AppTest, *titles: str) -> None:
    """Select the rows with these titles, as a browser does, and run the page."""
    places = [table(app)["Run"].index(title) for title in titles]
    key = app.dataframe[0].proto.id.split("-", 2)[-1]  # $$ID-<hash>-<key>
    app.session_state[key] = {"selection": {"rows": places, "columns": [], "cells": []}}
    app.run()
    assert not app.exception, app.exception
