"""Compare: any runs of a page side by side, what differs in their settings, and their curves."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import plotly.io
import pytest
from streamlit.testing.v1 import AppTest

from app.runs.differences import names_of, settings_of
from app.theme import MODEL_COLORS, YARDSTICK_COLOR
from app.ui.source import key_of
from app.views.compare import formula_of
from app.views.compare_curves import _who_lies_below
from app.views.compare_settings import is_twin
from core.runs.record import RunRecord
from models import MODELS, build
from tests.app.conftest import ROOT, OpenPage, copied, texts, unescaped
from tests.app.test_attacks import EVIL
from tests.support.message import unpack


def boxes(app: AppTest) -> list[Any]:
    """The boxes in which the other runs are chosen."""
    return [box for box in app.selectbox if (box.key or "").startswith("companion:compare:")]


def chosen(app: AppTest) -> list[str]:
    return [box.value for box in boxes(app)]


def table(app: AppTest) -> dict[str, list[str]]:
    """The table of settings: what each run has, by the setting's label."""
    frame = app.table[0].value
    return {unescaped(row[0]): [unescaped(value) for value in row[1:]] for row in frame.values}


def curves(app: AppTest) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The layout and the lines of the chart of the errors over the epochs, the first one."""
    figure = plotly.io.from_json(app.get("plotly_chart")[0].proto.spec).to_dict()
    return figure["layout"], figure["data"]


def sizes(app: AppTest) -> list[dict[str, Any]]:
    """The line and the points of the chart of the errors against the size of the code."""
    _, chart = app.get("plotly_chart")
    return plotly.io.from_json(chart.proto.spec).to_dict()["data"]


def rows(app: AppTest) -> list[str]:
    """The titles of the rows of digits."""
    (tiles,) = (
        element.proto.bytes
        for element in app.get("bidi_component")
        if element.proto.component_name.endswith("digit_tiles")
    )
    head = unpack(tiles)
    assert head["count"] == 10
    return [row["title"] for row in head["rows"]]


@pytest.mark.parametrize(
    ("page", "run", "beside"),
    [
        ("autoencoders", "compression", ["denoising", "sparse"]),
        ("autoencoders", "denoising", ["compression", "sparse"]),
        ("autoencoders", "sparse-mild", ["compression", "denoising"]),
        ("vae", "vae", ["vae-2d", "vae-strong-kl"]),
        ("vae", "vae-2d", ["vae", "vae-strong-kl"]),
    ],
)
def test_other_runs_of_the_gallery_stand_beside_a_run_at_first(
    page: str, run: str, beside: list[str], open_page: OpenPage
) -> None:
    app = open_page(page, run=run, view="Compare")
    assert chosen(app) == beside
    assert not app.error


def test_any_other_run_of_the_page_can_stand_beside_and_none_does_twice(
    open_page: OpenPage, runs: Path
) -> None:
    copied(runs, "compression", "mine")
    app = open_page("autoencoders", run="compression", view="Compare")
    first, second = boxes(app)
    assert len(first.options) == 4, "denoising, both sparse ones, mine"
    assert len(second.options) == 3
    second.set_value("mine").run()
    assert chosen(app) == ["denoising", "mine"]
    boxes(app)[0].set_value("mine").run()
    assert not app.exception
    assert chosen(app) == ["mine", "denoising"]
    app.query_params["run"] = "mine"
    app.run()
    assert not app.exception
    assert "mine" not in chosen(app)
    assert len(set(chosen(app))) == 2


def test_the_table_has_only_what_differs_with_labels_and_units(open_page: OpenPage) -> None:
    app = open_page("vae", run="vae-2d", view="Compare")
    assert table(app) == {
        "Latent space (dimensions)": ["2", "10", "10"],
        "Weight of the KL term": ["0.001", "0.001", "0.01"],
    }
    app = open_page("autoencoders", run="compression", view="Compare")
    assert table(app) == {
        "Variant": ["Compression", "Denoising", "Sparse"],
        "Noise (standard deviation)": ["–", "0.2", "–"],
        "Sparsity ρ": ["–", "–", "0.01"],
        "Weight of the penalty": ["–", "–", "1"],
    }


def record(runs: Path, run_id: str, run: str = "compression", **changes: Any) -> RunRecord:
    return RunRecord(runs / copied(runs, run, run_id, **changes))


def test_runs_of_one_title_are_named_by_what_was_changed(runs: Path) -> None:
    plain = record(runs, "plain")
    code = record(runs, "code", values={"latent_dim": 2, "seed": 7, "epochs": 5})
    rate = record(runs, "rate", values={"learning_rate": 1.0, "epochs": 5})
    assert names_of([code, plain, rate]) == [
        "Compression · code size 2",
        "Compression",
        "Compression · learning rate 1",
    ]
    both = record(runs, "both", values={"latent_dim": 2, "learning_rate": 1.0, "epochs": 5})
    assert names_of([code, both]) == ["Compression", "Compression · learning rate 1"]
    titled = record(runs, "titled", title="Mine")
    assert names_of([plain, titled, code]) == ["Compression", "Mine", "Compression · code size 2"]
    again = record(runs, "again")
    assert names_of([plain, again, code]) == [
        "Compression · run 1",
        "Compression · run 2",
        "Compression · code size 2",
    ]
    wide = record(runs, "wide", values={"hidden_dims": [], "digits": 1000})
    assert settings_of(wide)["Hidden layers (units)"] == "none"
    assert settings_of(wide)["Training digits"] == "1,000"


def test_the_curves_share_what_can_be_compared(open_page: OpenPage) -> None:
    app = open_page("autoencoders", run="sparse", view="Compare")
    layout, lines = curves(app)
    assert any(one["text"] == "Mean squared error (per pixel)" for one in layout["annotations"])
    names = ["Sparse", "Compression", "Denoising", "PCA, 32 numbers"]
    assert [line["name"] for line in lines] == names
    expected = [MODEL_COLORS[name] for name in ("sparse", "compression", "denoising")]
    assert [line["line"]["color"] for line in lines] == [*expected, YARDSTICK_COLOR]
    assert [len(line["y"]) for line in lines] == [51, 51, 51, 2]
    last = [line["y"][-1] for line in lines]
    # Of the sparse one the picture's part alone, not its loss of 0.0243.
    assert last == pytest.approx([0.02264, 0.00670, 0.01031, 0.01683], abs=5e-6)
    assert "The sparsity penalty is left out." in texts(app)
    _, lines = curves(open_page("vae", run="vae", view="Compare"))
    assert [line["y"][-1] for line in lines] == pytest.approx([0.12659, 0.19070, 0.19088], abs=5e-6)
    assert [line["line"]["dash"] for line in lines] == ["solid", "dash", "dot"], "all of one model"


def test_runs_are_points_beside_pca_of_any_size(open_page: OpenPage) -> None:
    app = open_page("autoencoders", run="sparse", view="Compare")
    pca, *points = sizes(app)
    assert pca["x"] == list(range(49))
    assert pca["y"][0] == pytest.approx(0.0675, abs=5e-5)
    assert pca["y"][32] == pytest.approx(0.01683, abs=5e-6)
    assert [(each["name"], each["x"], each["mode"]) for each in points] == [
        ("Sparse", [32], "markers"),
        ("Compression", [32], "markers"),
        ("Denoising", [32], "markers"),
    ]
    assert [each["y"][0] for each in points] == pytest.approx([0.02264, 0.00670, 0.01031], abs=5e-6)
    assert "2 of these 3 runs lie below it" in texts(app)
    assert len(open_page("vae", run="vae", view="Compare").get("plotly_chart")) == 1


@pytest.mark.parametrize(
    ("below", "runs", "words"),
    [
        (0, 1, "The run does not lie below it: with as many numbers PCA keeps at least as much of"),
        (1, 1, "The run lies below it: with as many numbers it keeps more of"),
        (0, 3, "None of these 3 runs lies below it: with as many numbers PCA keeps at least as"),
        (1, 3, "1 of these 3 runs lies below it: with as many numbers it keeps more of"),
        (2, 3, "2 of these 3 runs lie below it: with as many numbers they keep more of"),
    ],
)
def test_how_many_runs_lie_below_pca_is_a_sentence(below: int, runs: int, words: str) -> None:
    assert _who_lies_below(below, runs).startswith(words)


def test_ten_digits_through_up_to_four_runs(open_page: OpenPage) -> None:
    app = open_page("autoencoders", run="compression", view="Compare")
    assert [title.split(" · ")[0] for title in rows(app)] == [
        "Input: clean digits",
        "Compression",
        "Denoising",
        "Denoising",
        "Sparse",
        "PCA, 32 numbers",
    ]
    active = [title.rpartition(" · ")[2] for title in rows(app) if title.endswith("active")]
    assert active == [f"{count} of 32 units active" for count in (18.7, 15.5, 1.1)]
    app.segmented_control(key="compare:count:autoencoder:3").set_value(4).run()
    assert not app.exception
    assert chosen(app) == ["denoising", "sparse", "sparse-mild"]
    assert len(rows(app)) == 7
    assert len(curves(app)[1]) == 5
    app.segmented_control(key="compare:show").set_value("Differences").run()
    assert "Orange is ink that was added, blue is ink that was left out." in texts(app)
    app.segmented_control(key="compare:count:autoencoder:3").set_value(2).run()
    assert chosen(app) == ["denoising"]
    assert [one.label for one in app.expander] == ["The formula and the code"], "one for all"


def test_one_expander_has_the_formula_of_each_model(open_page: OpenPage) -> None:
    app = open_page("autoencoders", run="compression", view="Compare")
    models = [build(name, MODELS[name].config(), 0) for name in ("compression", *chosen(app))]
    app.session_state[key_of(formula_of(models))] = True
    app.run()
    (formula,) = app.latex
    for title in ("Compression", "Denoising", "Sparse"):
        assert title in formula.value
    assert formula.value.count(r"\mathcal{L}") == 3


def test_luck_is_told_from_a_setting(open_page: OpenPage, runs: Path) -> None:
    app = open_page("autoencoders", run="compression", view="Compare")
    assert "or from luck" in texts(app)
    assert "all that differs below is its doing" not in texts(app)
    assert "**Luck:**" not in texts(app), "no other seed has been trained"
    copied(runs, "compression", "seed-1", values={"seed": 1, "checkpoint_epochs": [50]})
    rows = (runs / "seed-1" / "history.jsonl").read_text().splitlines()
    last = json.loads(rows[-1])
    last["validation"]["loss"] = 0.0075
    (runs / "seed-1" / "history.jsonl").write_text("\n".join([*rows[:-1], json.dumps(last)]) + "\n")
    app = open_page("autoencoders", run="compression", view="Compare")
    assert chosen(app)[0] == "seed-1", "the same run with another seed comes first"
    assert "the test error ended at 0.0067 (seed 0), 0.0075 (seed 1)" in texts(app)
    assert "Differences of up to 0.0008 need no other explanation." in texts(app)
    app.segmented_control(key="compare:count:autoencoder:3").set_value(2).run()
    assert table(app) == {"Seed": ["0", "1"]}
    assert "What differs between these runs is luck." in texts(app)


def test_the_error_of_a_run_that_was_cancelled_is_no_luck(open_page: OpenPage, runs: Path) -> None:
    copied(runs, "compression", "seed-1", values={"seed": 1, "checkpoint_epochs": [50]})
    RunRecord(runs / "seed-1").set_state(status="cancelled")
    app = open_page("autoencoders", run="seed-1", view="Compare")
    assert "**Luck:**" not in texts(app)


def test_the_same_run_starts_with_another_seed(
    open_page: OpenPage, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied(runs, "compression", "seed-1", values={"seed": 1})
    started: list[RunRecord] = []
    monkeypatch.setattr(
        "app.runs.start.queue",
        lambda: SimpleNamespace(check_room=lambda _: None, submit=started.append),
    )
    app = open_page("autoencoders", run="compression", view="Compare")
    next(one for one in app.button if one.label == "Train this run with seed 2").click().run()
    assert not app.exception
    (run,) = started
    assert is_twin(RunRecord(ROOT / "checkpoints" / "gallery" / "compression"), run)
    assert run.request.settings["training"]["seed"] == 2
    assert "The training has started" in texts(app)


@pytest.mark.usefixtures("nothing_kept")
def test_the_only_run_stands_alone_with_a_sentence(
    open_page: OpenPage, runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied(runs, "compression", "mine")
    monkeypatch.setattr("core.runs.store.GALLERY", tmp_path / "without-a-gallery")
    app = open_page("autoencoders", run="mine", view="Compare")
    assert not app.error
    assert "This is the only run here with saved weights" in app.info[0].value
    assert boxes(app) == []
    assert [line["name"] for line in curves(app)[1]] == ["Compression", "PCA, 32 numbers"]


@pytest.mark.usefixtures("nothing_kept")
def test_two_runs_of_the_same_settings_are_said_to_be_so(
    open_page: OpenPage, runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for run_id in ("one", "other"):
        copied(runs, "vae", run_id)
    monkeypatch.setattr("core.runs.store.GALLERY", tmp_path / "without-a-gallery")
    app = open_page("vae", run="one", view="Compare")
    assert chosen(app) == ["other"]
    assert "These runs have the same settings." in texts(app)
    assert [line["name"] for line in curves(app)[1]] == ["VAE · run 1", "VAE · run 2"]


def test_a_title_is_no_markdown_in_the_table(open_page: OpenPage, runs: Path) -> None:
    copied(runs, "sparse", "copied", title=EVIL)
    app = open_page("autoencoders", run="copied", view="Compare")
    header = str(app.table[0].value.columns[1])
    assert header != EVIL
    assert unescaped(header) == EVIL
