"""The course as a visitor goes through it: nothing is shown before a prediction is kept."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.course import kept as keeping
from app.server.shared import store
from core.lessons import database
from core.lessons.answers import Answers
from core.lessons.shelf import shelf
from core.runs.record import RunRecord
from core.runs.rights import local_user
from tests.app.conftest import ROOT, OpenPage, texts
from tests.support.pressing import press

ADA, BEN = "a" * 32, "b" * 32
STEPS = [(lesson.id, step) for lesson in shelf().lessons for step in lesson.steps]
NOISE = "denoising.size-of-noise"


def predict_noise(app: AppTest, value: float | None) -> AppTest:
    if value is None:
        app.checkbox[0].check().run()
    else:
        app.number_input[0].set_value(value).run()
    return press(app, "Keep my prediction")


def own_run(runs: Path, run_id: str = "mine", seed: int = 0, visitor: str | None = None) -> Path:
    """The gallery's run among the visitor's, as one of five epochs."""
    folder = runs / run_id
    shutil.copytree(ROOT / "checkpoints" / "gallery" / "compression", folder)
    request = json.loads((folder / "run.json").read_text())
    request["settings"]["training"] |= {"epochs": 5, "seed": seed, "checkpoint_epochs": []}
    request["visitor"] = local_user() if visitor is None else visitor
    (folder / "run.json").write_text(json.dumps(request))
    for epoch in ("010", "020", "050"):
        (folder / f"epoch-{epoch}.safetensors").unlink()
    return folder


def test_all_lessons_are_listed_with_what_is_done(open_page: OpenPage, runs: Path) -> None:
    app = open_page("course")
    said = texts(app)
    for lesson in shelf().lessons:
        assert lesson.title in said
        assert f"{len(lesson.steps)} steps · {lesson.minutes} minutes · 0 done" in said


@pytest.mark.parametrize(("lesson", "step"), STEPS, ids=[f"{le}-{s.id}" for le, s in STEPS])
def test_before_the_prediction_a_step_shows_only_its_questions(
    lesson: str, step: object, open_page: OpenPage
) -> None:
    app = open_page("course", lesson=f"{lesson}.{step.id}")  # pyright: ignore[reportAttributeAccessIssue]
    assert not app.error
    assert [button.label for button in app.button] == ["Keep my prediction"]
    assert not app.get("plotly_chart")
    assert "What came out" not in texts(app)
    names = [element.proto.component_name for element in app.get("bidi_component")]
    assert not [name for name in names if name.endswith("digit_tiles")]


def test_predict_reveal_and_explain_survive_a_restart(open_page: OpenPage, runs: Path) -> None:
    app = open_page("course", lesson=NOISE)
    predict_noise(app, 0.2)
    assert "Your prediction: **0.200 mean squared error per pixel**" in texts(app)
    press(app, "Change it")
    predict_noise(app, 0.021)
    press(app, "Reveal")
    assert "Yes: 0.0212." in app.success[0].value
    assert "81 %" in app.success[0].value
    assert not [button for button in app.button if button.label in ("Change it", "Another seed")]
    app.text_area[0].set_value("Noise upwards *stays*.").run()
    press(app, "Keep my explanation")

    store.cache_clear()
    again = open_page("course", lesson=NOISE)
    assert "Yes: 0.0212." in again.success[0].value
    assert again.text_area[0].value == "Noise upwards *stays*."
    assert "Task 1.2 · 6 steps · 20 minutes · 1 done" in texts(open_page("course"))


def test_not_knowing_is_an_answer(open_page: OpenPage, runs: Path) -> None:
    app = open_page("course", lesson=NOISE)
    predict_noise(app, None)
    press(app, "Reveal")
    assert "Not as predicted" in app.info[0].value
    assert "It is 0.0212." in app.info[0].value


def test_a_number_that_is_out_of_range_cannot_be_kept(open_page: OpenPage, runs: Path) -> None:
    app = open_page("course", lesson=NOISE)
    app.session_state[f"predict:{NOISE}:0"] = 7.0
    app.run()
    # Streamlit refuses it or takes it; in neither case is it kept.
    assert not Answers(runs).of(local_user())


def test_a_run_of_the_visitor_is_found_and_others_are_not(
    open_page: OpenPage, runs: Path, as_visitor: Callable[[str], None]
) -> None:
    own_run(runs, visitor=BEN)
    as_visitor(ADA)
    app = open_page("course", lesson="compression.untrained")
    app.radio[0].set_value(1).run()
    press(app, "Keep my prediction")
    assert "Start the run" in [button.label for button in app.button]
    as_visitor(BEN)
    app = open_page("course", lesson="compression.untrained")
    app.radio[0].set_value(0).run()
    press(app, "Keep my prediction")
    assert "Reveal" in [button.label for button in app.button]
    press(app, "Reveal")
    assert "Not as predicted" in app.info[0].value
    assert "The thought behind it: random weights give a random output." in texts(app)
    assert "Measured on: Compression, seed 0." in texts(app)
    assert "Another seed" in [button.label for button in app.button]


def test_a_run_that_is_deleted_before_the_reveal_is_asked_for_again(
    open_page: OpenPage, runs: Path
) -> None:
    folder = own_run(runs)
    app = open_page("course", lesson="compression.untrained")
    app.radio[0].set_value(1).run()
    press(app, "Keep my prediction")
    shutil.rmtree(folder)
    press(app, "Reveal")
    assert not app.exception
    app.run()
    assert "Start the run" in [button.label for button in app.button]


def test_a_result_stays_when_its_run_is_deleted(open_page: OpenPage, runs: Path) -> None:
    folder = own_run(runs)
    app = open_page("course", lesson="compression.untrained")
    app.radio[0].set_value(1).run()
    press(press(app, "Keep my prediction"), "Reveal")
    shutil.rmtree(folder)
    said = texts(open_page("course", lesson="compression.untrained"))
    assert "deleted by now; its result is kept" in said


def test_start_makes_a_run_with_just_these_settings(
    open_page: OpenPage, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted: list[RunRecord] = []
    app = open_page("course", lesson="compression.untrained")
    app.radio[0].set_value(1).run()
    press(app, "Keep my prediction")
    monkeypatch.setattr("core.execution.RunQueue.submit", lambda _, run: submitted.append(run))
    press(app, "Start the run")
    (run,) = submitted
    settings = run.request.settings
    assert settings["model"] == "compression"
    assert settings["training"]["epochs"] == 5
    assert settings["config"]["latent_dim"] == 32


def test_guesses_of_others_are_shown_from_three_on_and_without_names(
    open_page: OpenPage, runs: Path
) -> None:
    answers = Answers(runs)
    for visitor, guess in (("c", 0.04), ("d", 0.2)):
        answers.predict(visitor * 32, "denoising", "size-of-noise", [guess])
    app = press(predict_noise(open_page("course", lesson=NOISE), 0.02), "Reveal")
    before = len(app.get("plotly_chart"))
    answers.predict("e" * 32, "denoising", "size-of-noise", [0.04])
    app.run()
    assert len(app.get("plotly_chart")) == before + 1
    assert "c" * 32 not in str(app)


def test_a_locked_database_keeps_answers_for_the_visit_and_then_for_good(
    open_page: OpenPage, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    Answers(runs).predict(BEN, "denoising", "size-of-noise", [0.1])
    other = sqlite3.connect(Answers(runs).database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    app = open_page("course", lesson=NOISE)
    predict_noise(app, 0.021)
    press(app, "Reveal")
    assert "Yes: 0.0212." in app.success[0].value
    assert "somebody else is writing" in app.warning[0].value
    assert "kept for this visit" in app.warning[0].value
    other.execute("ROLLBACK")
    other.close()
    app.run()
    assert not app.warning
    (kept,) = Answers(runs).of(local_user()).values()
    assert kept.predictions == {0: 0.021}
    assert kept.reveal is not None


def test_two_tabs_reveal_one_prediction(open_page: OpenPage, runs: Path) -> None:
    first = predict_noise(open_page("course", lesson=NOISE), 0.021)
    second = open_page("course", lesson=NOISE)
    press(second, "Change it")
    press(first, "Reveal")
    second.number_input[0].set_value(0.3)
    second.run()
    assert "Yes: 0.0212." in second.success[0].value, "the second tab sees the reveal"
    keeping.answers().predict(local_user(), "denoising", "size-of-noise", [0.3])
    assert Answers(runs).of(local_user())["denoising", "size-of-noise"].predictions == {0: 0.021}


def test_a_step_that_there_is_not_is_told(open_page: OpenPage, runs: Path) -> None:
    said = texts(open_page("course", lesson="<b>x</b>.y"))
    assert re.search(r"There is no step '<b>x</b>\.y'", said)
    assert "Compression" in said


def test_a_broken_lesson_of_a_teacher_is_told_and_the_rest_goes_on(
    open_page: OpenPage, runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.yaml").write_text("lesson: Mine!\n")
    monkeypatch.setenv("LATENT_LAB_LESSONS", str(tmp_path))
    said = texts(open_page("course"))
    assert "mine.yaml is left out. Line 1, lesson: 'Mine!' is no name" in said
    assert "Compression" in said


def test_the_notebook_has_what_was_kept(open_page: OpenPage, runs: Path) -> None:
    assert "Begin with the course" in texts(open_page("notebook"))
    press(predict_noise(open_page("course", lesson=NOISE), 0.021), "Reveal")
    app = open_page("notebook")
    assert "1 of 12 steps are done" in texts(app)
    assert [expander.label for expander in app.expander if "noise" in expander.label]


def test_the_panel_goes_along_until_it_is_closed(open_page: OpenPage, runs: Path) -> None:
    app = open_page("course", lesson="compression.untrained")
    app.switch_page("app/pages/autoencoders.py").run()
    assert "Compression: Before it has learned anything" in texts(app)
    assert ".st-key-preview { outline" in str([h.proto.body for h in app.get("html")])
    press(app, "Close")
    assert "Compression: Before it has learned anything" not in texts(app)
