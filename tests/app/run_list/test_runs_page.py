"""The page Runs: the table, and what can be done with runs in it."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from app.server.shared import store
from core.runs.notes import read_note, write_note
from core.runs.rights import local_user
from core.runs.stars import MAX_STARS
from core.runs.trash import KEPT_SECONDS
from tests.app.conftest import OpenPage, texts
from tests.app.run_list.conftest import ME, Listed, select, table
from tests.app.test_attacks import EVIL


def press(app: AppTest, key: str) -> None:
    app.button(key=key).click().run()
    assert not app.exception, app.exception


def all_runs() -> set[str]:
    return {run.id for run in store().list() if not run.in_gallery}


def test_without_any_run_the_page_says_how_to_make_one(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, nothing_kept: None
) -> None:
    monkeypatch.setattr("core.runs.store.GALLERY", tmp_path / "without-a-gallery")
    app = open_page("runs")
    assert "All runs of this lab will be listed here" in texts(app)
    assert not app.dataframe


def test_runs_of_all_kinds_stand_in_the_table(open_page: OpenPage, listed: Listed) -> None:
    listed("compression", "mine", title="Mine", created_at=2e9)
    listed("vae", "theirs", title="Theirs", visitor="you", created_at=1.9e9)
    rows = table(open_page("runs"))
    assert rows["Run"][:2] == ["Mine", "Theirs"]
    assert rows["Whose"][:2] == ["Mine", "Someone else's"]
    assert len(rows["Run"]) == 2 + len([run for run in store().list() if run.in_gallery])
    assert {*rows["Model"]} == {"Compression", "Denoising", "Sparse", "VAE", "t-SNE"}
    assert {*rows["Data"]} == {"MNIST", "Fashion-MNIST"}
    of = dict(zip(rows["Run"], range(len(rows["Run"])), strict=True))
    assert rows["Differs from the exercise"][of["Compression"]] == "as in the exercise"
    # What the guide states of these runs, found by reading their last rows.
    assert rows["Mean squared error (per pixel)"][of["Mine"]] == pytest.approx(0.0069, abs=2e-4)
    assert rows["KL to the prior (nats per image)"][of["Theirs"]] == pytest.approx(18.4, abs=0.5)
    exercise = of["SGD and Adam, the exercise"]
    assert rows["Lowest KL divergence (nats)"][exercise] == pytest.approx(0.3226, abs=1e-4)
    assert rows["Result"][exercise] == "0.323 lowest KL divergence (nats)"
    assert rows["Progress"][of["Mine"]] == 1.0


def test_search_filters_and_order(open_page: OpenPage, listed: Listed) -> None:
    listed("compression", "a", title="Alpha two", created_at=2e9)
    listed("vae", "b", title="beta", created_at=1.9e9, visitor="you")
    app = open_page("runs")
    app.text_input[0].set_value("ALPHA  compression").run()
    assert table(app)["Run"] == ["Alpha two"]
    assert "1 of " in texts(app)
    app.text_input[0].set_value("nothing like this").run()
    assert not app.dataframe
    assert "No run matches" in texts(app)
    next(button for button in app.button if button.label == "Show all runs").click().run()
    assert len(table(app)["Run"]) > 10
    assert app.text_input[0].value == ""

    def box(label: str) -> Selectbox[Any]:
        return next(each for each in app.selectbox if each.label == label)

    box("Whose").set_value("Mine").run()
    assert table(app)["Run"] == ["Alpha two"]
    box("Whose").set_value("Someone else's").run()
    assert table(app)["Run"] == ["beta"]
    box("Whose").set_value("Any").run()
    box("Model").set_value("t-SNE").run()
    assert {*table(app)["Model"]} == {"t-SNE"}
    box("Order").set_value("Lowest result").run()
    numbers = table(app)["Lowest KL divergence (nats)"]
    assert numbers == sorted(numbers)
    box("Model").set_value("Any").run()
    box("Order").set_value("Name").run()
    names = table(app)["Run"]
    assert names == sorted(names, key=str.casefold)
    assert not app.exception


def test_a_search_that_no_field_lets_through(open_page: OpenPage) -> None:
    app = open_page("runs")
    for search in ("(", "[a-", "\\", "%", "x" * 5000, "\0", "🙂"):
        app.text_input[0].set_value(search).run()
        assert not app.exception, search


def test_a_run_is_renamed_and_gets_a_note(open_page: OpenPage, listed: Listed) -> None:
    listed("compression", "mine", title="Mine", created_at=2e9)
    app = open_page("runs")
    select(app, "Mine")
    app.text_input(key="runs:name:mine").set_value("  Two   numbers ").run()
    press(app, "runs:name:mine:save")
    assert store().get("mine").request.title == "Two numbers"
    assert table(app)["Run"][0] == "Two numbers"
    app.text_area(key="runs:note:mine").set_value("It **fell**.").run()
    press(app, "runs:note:mine:save")
    assert read_note(store().get("mine")) == "It **fell**."
    assert "It **fell**." in texts(app)
    app.text_input(key="runs:name:mine").set_value("a\u202eb").run()
    press(app, "runs:name:mine:save")
    assert "has the character U+202E" in texts(app)
    assert store().get("mine").request.title == "Two numbers"


def test_two_tabs_do_not_lose_a_note_unseen(open_page: OpenPage, listed: Listed) -> None:
    listed("compression", "mine", title="Mine", created_at=2e9)
    app = open_page("runs")
    select(app, "Mine")
    write_note(store().get("mine"), "from the other tab", local_user())
    app.text_area(key="runs:note:mine").set_value("from this tab").run()
    press(app, "runs:note:mine:save")
    assert "was changed in another tab meanwhile" in texts(app)
    assert read_note(store().get("mine")) == "from the other tab"
    assert app.text_area(key="runs:note:mine").value == "from this tab"
    press(app, "runs:note:mine:save")
    assert read_note(store().get("mine")) == "from this tab"


def test_runs_are_deleted_and_brought_back(open_page: OpenPage, listed: Listed) -> None:
    for name in ("a", "b", "c"):
        listed("compression", name, title=f"Run {name}", created_at=2e9)
    app = open_page("runs")
    select(app, "Run a", "Run c")
    press(app, "runs:delete")
    assert all_runs() == {"b"}
    assert "2 runs deleted." in texts(app)
    assert "No run selected" in texts(app)
    press(app, "runs:undo")
    assert all_runs() == {"a", "b", "c"}
    assert "runs deleted." not in texts(app)


def test_deleted_runs_are_listed_for_a_day(
    open_page: OpenPage, listed: Listed, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, whose in (("a", ME), ("b", "you"), ("c", ME)):
        listed("compression", name, title=f"Run {name}", visitor=whose)
        store().discard(name, local_user())
    old = store().trash.get("c").folder
    old.rename(old.with_name(f"c@{int((time.time() - KEPT_SECONDS - 9) * 1000)}"))
    app = open_page("runs")
    app.session_state["runs:trash"] = True
    app.run()
    said = texts(app)
    assert "Run a · " in said
    assert "Run b" not in said, "somebody else's"
    assert "Run c" not in said, "a day is over"
    undo = next(button for button in app.button if (button.key or "").endswith(":undo"))
    undo.click().run()
    assert not app.exception
    assert all_runs() == {"a"}


def test_what_is_not_mine_is_refused_where_it_is_done(
    open_page: OpenPage, listed: Listed, runs: Path
) -> None:
    listed("compression", "mine", title="Mine", created_at=2e9)
    app = open_page("runs")
    select(app, "Mine")
    # It becomes somebody else's between the drawing of the buttons and the press.
    request = json.loads((runs / "mine" / "run.json").read_text())
    (runs / "mine" / "run.json").write_text(json.dumps({**request, "visitor": "you"}))
    for key in ("runs:delete", "runs:name:mine:save", "runs:note:mine:save"):
        app.session_state["runs:note:mine"] = "mine now"
        app.session_state["runs:name:mine"] = "mine now"
        app.button(key=key).click()
    app.run()
    assert not app.exception
    assert "belongs to somebody else, so it was not changed" in texts(app)
    assert all_runs() == {"mine"}
    assert store().get("mine").request.title == "Mine"
    assert read_note(store().get("mine")) == ""


def test_others_runs_and_the_gallery_have_no_buttons_to_change_them(
    open_page: OpenPage, listed: Listed
) -> None:
    listed("compression", "theirs", title="Theirs", visitor="you", created_at=2e9)
    write_note(store().get("theirs"), "their note", local_user())
    app = open_page("runs")
    for title in ("Theirs", "Compression"):
        select(app, title)
        assert app.button(key="runs:delete").disabled
        assert not app.button(key="runs:star").disabled
        assert not [box for box in app.text_input if (box.key or "").startswith("runs:name:")]
        assert not app.text_area
    select(app, "Theirs")
    assert "their note" in texts(app)


def test_a_run_that_is_computed_is_not_deleted(open_page: OpenPage, listed: Listed) -> None:
    listed("compression", "mine", title="Mine", created_at=2e9)
    record = store().get("mine")
    record.set_state(status="running", progress=0.5)
    record.lease.acquire()
    app = open_page("runs")
    select(app, "Mine")
    press(app, "runs:delete")
    assert "mine is being computed; cancel it first, then delete it." in texts(app)
    assert all_runs() == {"mine"}


def test_stars_are_kept_and_bounded(open_page: OpenPage, listed: Listed) -> None:
    listed("compression", "mine", title="Mine", created_at=2e9)
    app = open_page("runs")
    select(app, "Mine", "Compression")
    press(app, "runs:star")
    assert store().stars.of(ME) == {"mine", "compression"}
    assert table(app)["Star"].count("★") == 2
    assert "2 selected" in texts(app), "the selection stays"
    another_visit = open_page("runs")
    assert table(another_visit)["Star"].count("★") == 2
    next(box for box in another_visit.selectbox if box.label == "Whose").set_value("Starred").run()
    assert {*table(another_visit)["Run"]} == {"Mine", "Compression"}
    ids = [f"run-{number}" for number in range(MAX_STARS)]
    for run_id in ids:
        listed("compression", run_id, title=run_id)
    known = [run.id for run in store().list()]
    store().stars.change(ME, ids[:-2], starred=True, known=known)
    app = open_page("runs")
    select(app, ids[-1])
    press(app, "runs:star")
    assert "would be 101 starred runs" in texts(app)


def test_the_selection_goes_along_with_the_runs(open_page: OpenPage, listed: Listed) -> None:
    """A run that comes above the selected one must not be taken for it."""
    listed("compression", "mine", title="Mine", created_at=2e9)
    app = open_page("runs")
    select(app, "Mine")
    listed("compression", "newer", title="Newer", created_at=3e9)
    app.run()
    assert table(app)["Run"][:2] == ["Newer", "Mine"]
    assert "1 selected" in texts(app)
    press(app, "runs:delete")
    assert all_runs() == {"newer"}


def test_a_run_that_vanishes_between_two_reruns(open_page: OpenPage, listed: Listed) -> None:
    for name in ("a", "b"):
        listed("compression", name, title=f"Run {name}", created_at=2e9)
    app = open_page("runs")
    select(app, "Run a", "Run b")
    store().delete("a", local_user())
    press(app, "runs:delete")
    assert "There is no run a here" in texts(app)
    assert all_runs() == set()
    select(app, "Compression")
    app.run()
    assert "1 selected" in texts(app)


def test_hostile_folders_do_no_harm(open_page: OpenPage, listed: Listed, runs: Path) -> None:
    """Names, settings and numbers of any kind are shown as texts, or left out."""
    listed("compression", "evil", title=EVIL, created_at=2e9)
    listed("compression", "long", title="手" * 200, created_at=2e9 - 1)
    huge = {"config": {"latent_dim": "x" * 100_000}, "training": {"data": "y" * 100_000}}
    listed("compression", "huge", settings={"model": "compression", **huge}, title="huge")
    listed("compression", "other", settings={"model": "my-net", "config": {}}, title="other net")
    listed("compression", "kind", kind="dream", title="dream")
    listed("compression", "late", title="late", created_at=1e11)
    listed("tsne-exercise", "maps", settings={"config": {"optimizers": 7}}, title="maps")
    row = {"event": "epoch", "epoch": 1, "validation": {f"{EVIL}{i}": i for i in range(50)}}
    for value in (10**400, None, "x", [1], True, 1e308):
        row["validation"][f"odd {value!r:.9}"] = value
    (runs / "other" / "history.jsonl").write_text(json.dumps(row) + "\n")
    (runs / "evil" / "note.md").write_text(f"<script>x</script> {EVIL} [j](javascript:alert(1))")
    os.mkfifo(runs / "long" / "note.md")
    app = open_page("runs")
    rows = table(app)
    assert EVIL in rows["Run"]
    assert max(len(str(value)) for column in rows.values() for value in column) < 400
    assert len(rows) < 25
    of = rows["Run"].index("other net")
    assert rows["Model"][of] == "my-net"
    for title in (EVIL, "huge", "other net", "dream", "late", "maps"):
        select(app, title)
    select(app, EVIL)
    for element in app.markdown:
        assert not re.search(r"(?<!\\)\]\((http:|javascript)", element.value)
        assert not re.search(r"(?<!\\)!\[", element.value)
    assert "long" not in [run.id for run in store().list()], "a pipe breaks a rule"
    assert "1 folder is not listed" in [box.label for box in app.expander]


def test_a_thousand_runs(open_page: OpenPage, listed: Listed, runs: Path) -> None:
    sources = ("compression", "denoising", "vae", "tsne-exercise")
    for number in range(1000):
        listed(
            sources[number % 4], f"run-{number:04d}", title=f"Run {number}", created_at=2e9 + number
        )
    app = open_page("runs")
    assert len(table(app)["Run"]) > 1000
    assert "1,0" in texts(app)
    app.text_input[0].set_value("run 99").run()
    assert table(app)["Run"][:2] == ["Run 999", "Run 998"]
    assert len(table(app)["Run"]) == 19, "by name and by id"
    select(app, "Run 996", "Run 992")
    assert not app.button(key="runs:compare").disabled


def test_a_phone_gets_few_columns(open_page: OpenPage, listed: Listed) -> None:
    listed("compression", "mine", title="Mine", created_at=2e9)
    app = open_page("runs")
    assert len(table(app)) > 10
    app.toggle(key="runs:columns").set_value(False).run()
    assert [*table(app)] == ["Run", "State", "Result", "Open"]
    assert not app.exception
