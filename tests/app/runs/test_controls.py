"""Whose place in the queue the buttons of a run take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.runs.store import RunStore
from tests.app.conftest import OpenPage, copied


def test_who_presses_resume_or_more_is_named_to_the_queue(
    open_page: OpenPage,
    runs: Path,
    monkeypatch: pytest.MonkeyPatch,
    as_visitor: Callable[[str], None],
) -> None:
    run_id = copied(runs, "compression", "20260701-120500-compression-a0", visitor="presser")
    asked: list[tuple[Any, ...]] = []
    queue = SimpleNamespace(
        resume=lambda _, *rest: asked.append(("resume", *rest)),
        extend=lambda _, *rest: asked.append(("extend", *rest)),
    )
    monkeypatch.setattr("app.runs.controls.queue", lambda: queue)
    as_visitor("presser")
    app = open_page("autoencoders", run=run_id)
    app.button(key=f"more:{run_id}").click().run()
    RunStore(runs).get(run_id).set_state(status="paused")
    app.run()
    app.button(key=f"Resume:{run_id}").click().run()
    assert not app.exception
    epochs = RunStore(runs).get(run_id).request.settings["training"]["epochs"] + 10
    assert asked == [("extend", "training", "epochs", epochs, "presser"), ("resume", "presser")]
