"""Whose runs a visitor can change on the pages, and what is refused if a press comes anyway."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.server import shared
from core.execution.lost_runs import note_end
from core.runs.names import Names
from core.runs.rights import local_user
from core.runs.store import RunStore
from tests.app.conftest import OpenPage, copied, texts

ADA, BOB = "a" * 32, "b" * 32
RUN = "20260701-120500-compression-a0"
AsVisitor = Callable[[str], None]


def content_of_folder(folder: Path) -> dict[str, bytes]:
    """All files of a run but its lease, whose time stamp alone changes."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "lease.json"}


@pytest.fixture
def of_ada(runs: Path) -> str:
    """A run of Ada's that is done."""
    Names(runs).set(ADA, "Ada *x*")
    return copied(runs, "compression", RUN, visitor=ADA)


def buttons(app: object) -> set[str]:
    return {button.label for button in app.button}  # type: ignore[attr-defined]


CHANGES = {"Resume", "Pause", "Cancel", "Delete this run", "10 more epochs"}


def test_a_stranger_reads_whose_a_run_is_and_finds_no_button_that_changes_it(
    open_page: OpenPage, of_ada: str, as_visitor: AsVisitor
) -> None:
    as_visitor(BOB)
    app = open_page("autoencoders", run=of_ada)
    assert "This run belongs to Ada *x*; " in texts(app), "its Markdown is escaped"
    assert not buttons(app) & CHANGES
    assert "By Ada *x* · Compression" in str(app.selectbox[0].options)
    as_visitor(ADA)
    app = open_page("autoencoders", run=of_ada)
    assert buttons(app) >= {"Delete this run", "10 more epochs"}
    assert "belongs to" not in texts(app)
    assert "Mine · Compression" in str(app.selectbox[0].options)


@pytest.mark.parametrize("status", ["done", "paused", "running"])
def test_a_press_that_nobody_has_hidden_changes_nothing(
    open_page: OpenPage,
    of_ada: str,
    as_visitor: AsVisitor,
    monkeypatch: pytest.MonkeyPatch,
    status: str,
) -> None:
    """As if a browser sent the press of a button that the page does not have."""
    as_visitor(BOB)
    monkeypatch.setattr("app.runs.controls.is_mine", lambda owner: True)
    record = RunStore().get(of_ada)
    if status == "running":
        record.lease.acquire()
    record.set_state(status=status)
    before = content_of_folder(record.folder)
    app = open_page("autoencoders", run=of_ada)
    pressed = sorted(buttons(app) & CHANGES)
    assert pressed
    for label in pressed:
        app = open_page("autoencoders", run=of_ada)
        next(button for button in app.button if button.label == label).click().run()
        assert not app.exception
        assert "belongs to somebody else, so it was not changed" in texts(app), label
        assert content_of_folder(record.folder) == before, label


def test_in_a_lab_for_one_every_run_is_the_user_s_and_no_owner_is_named(
    open_page: OpenPage, of_ada: str, runs: Path
) -> None:
    app = open_page("autoencoders", run=of_ada)
    assert buttons(app) >= {"Delete this run", "10 more epochs"}
    assert "Ada" not in str(app.selectbox[0].options)
    assert "Ada" not in texts(app)
    assert "Your name (optional)" not in [field.label for field in app.text_input]
    next(button for button in app.button if button.label == "Delete this run").click().run()
    assert not (runs / of_ada).exists()


@pytest.mark.parametrize("owner", ["", "0123456789abcdef"])
def test_an_old_run_is_read_by_all_and_changed_by_nobody_in_a_class(
    open_page: OpenPage, runs: Path, as_visitor: AsVisitor, owner: str
) -> None:
    """Older versions wrote no owner, or a short one that no browser can name any more."""
    run_id = copied(runs, "compression", RUN, visitor=owner)
    as_visitor(BOB)
    app = open_page("autoencoders", run=run_id)
    assert "This run belongs to somebody else; " in texts(app)
    assert not buttons(app) & CHANGES
    record = RunStore().get(run_id)
    record.control.check_change(local_user())  # whoever runs the lab may


def test_a_run_of_the_command_line_is_named_so(
    open_page: OpenPage, runs: Path, as_visitor: AsVisitor
) -> None:
    run_id = copied(runs, "compression", RUN, visitor=local_user())
    as_visitor(BOB)
    app = open_page("autoencoders", run=run_id)
    assert "This run belongs to the command line of the server; " in texts(app)
    assert "Command line · Compression" in str(app.selectbox[0].options)
    assert not buttons(app) & CHANGES


def test_a_name_is_typed_in_the_sidebar_and_shown_to_others(
    open_page: OpenPage, runs: Path, as_visitor: AsVisitor
) -> None:
    as_visitor(ADA)
    app = open_page("home")
    field = next(one for one in app.text_input if one.label == "Your name (optional)")
    field.set_value("  Ada \u202e Lovelace ").run()
    assert not app.exception
    assert shared.names().get(ADA) == "Ada Lovelace"
    as_visitor("session:" + "0" * 32)
    app = open_page("home")
    next(one for one in app.text_input if one.label == "Your name (optional)").set_value("X").run()
    assert "Your browser keeps no cookies for the lab" in texts(app)


def test_a_stranger_s_copy_is_a_run_of_their_own_and_the_other_stays(
    open_page: OpenPage, of_ada: str, as_visitor: AsVisitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_visitor(BOB)
    record = RunStore().get(of_ada)
    # The gallery keeps no checkpoints; of what is in this one nothing is read before the queue.
    (record.folder / "checkpoint.safetensors").write_bytes(b"saved")
    before = content_of_folder(record.folder)
    given: list[str] = []
    queue = SimpleNamespace(check_room=given.append, submit=lambda copy: given.append(copy.id))
    monkeypatch.setattr("app.runs.start.queue", lambda: queue)
    app = open_page("autoencoders", run=of_ada)
    assert "continue it as a copy to change it." in texts(app)
    app.button(key=f"copy:{of_ada}").click().run()
    assert not app.exception
    who, copy_id = given
    copy = RunStore().get(copy_id)
    assert (who, copy.request.visitor) == (BOB, BOB)
    assert copy.request.title == "Compression (copy)"
    epochs = record.request.settings["training"]["epochs"]
    assert copy.request.settings["training"]["epochs"] == epochs + 10
    assert app.query_params["run"] in (copy_id, [copy_id])
    assert content_of_folder(record.folder) == before
    note_end(copy, "cancelled")
