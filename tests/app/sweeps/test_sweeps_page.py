"""Sweeps on the pages: the form that starts one, and the page that shows it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from app.components.latent.offered import packed_network
from app.runs.start import start_sweep
from app.server.shared import queue, store, sweeps
from app.server.visitor import visitor
from app.sweeps.findings import findings, number
from app.sweeps.table import as_csv, table
from app.training.sweep_form import suggested
from core.data.data_sets import DATA_SETS, FASHION
from core.data.digits import load_digits
from core.runs.record import RunError
from core.runs.rights import local_user
from core.runs.state import RunState
from core.sweeps.files import ENDING
from core.sweeps.plan import SweepPlan, sweepable_field
from core.sweeps.sweep import PICTURE, Sweep
from core.training.config import TrainConfig, with_defaults
from core.training.record import load_model
from core.training.yardsticks import pca_of
from models import MODELS, Term
from tests.app.conftest import OpenPage, copied, texts, unescaped
from tests.app.training.test_training_flow import button, fill, labelled
from tests.conftest import until
from tests.support.message import unpack

QUICK = {"epochs": 1, "digits": 1000}


def plan(**changes: Any) -> SweepPlan:
    usual = {"model": "compression", "field": "latent_dim", "values": (2, 8), "seeds": (0, 1)}
    return SweepPlan(**{**usual, "others": QUICK, **changes})


def finished(sweep: Sweep) -> Sweep:
    until(lambda: not any(record.is_active for record in sweep.records))
    return sweep


def made_of(runs: Path, sweep_id: str, *copies: tuple[str, str, dict[str, Any]]) -> str:
    """A sweep of copies of gallery runs: (gallery run, id, changed settings)."""
    ids = [copied(runs, run, run_id, values=values) for run, run_id, values in copies]
    (runs / f"{sweep_id}{ENDING}").write_text(json.dumps({"format": 1, "runs": ids}))
    return sweep_id


@pytest.fixture
def two_sizes(runs: Path) -> str:
    """A finished sweep of two code sizes, whose runs are copies of one."""
    return made_of(
        runs,
        "sizes",
        ("compression", "small", {"latent_dim": 8}),
        ("compression", "large", {"latent_dim": 32}),
        ("compression", "again", {"latent_dim": 32, "seed": 1}),
    )


def charts(app: AppTest) -> dict[str, dict[str, Any]]:
    """The live charts of a page by the titles of their x axes."""
    found = [
        unpack(element.proto.bytes)
        for element in app.get("bidi_component")
        if element.proto.component_name == "latent_lab_chart"
    ]
    return {chart["xTitle"]: chart for chart in found}


def ask(app: AppTest) -> AppTest:
    """Presses the button that opens the form of a sweep."""
    labelled(app.button, "Try several values").click()
    return app


def press(app: AppTest, key: str, run: object) -> None:
    app.session_state[f"{key}:browser"] = {"pressed": {"number": 1, "id": run}}
    app.run()
    assert not app.exception, app.exception


def test_without_sweeps_the_page_says_how_to_start_one(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.sweeps.files.SweepFiles.list", lambda *_, **__: [])
    assert "press **Try several values** beside Start" in texts(open_page("sweeps"))


def test_the_form_starts_a_sweep_and_leads_to_it(open_page: OpenPage, runs: Path) -> None:
    app = open_page("autoencoders")
    fill(app, **QUICK)
    ask(app).run()
    labelled(app.text_input, "Values").set_value("2, 8").run()
    said = texts(app)
    assert "All other settings are those of the form." in said
    assert "epochs 1 (was 50)" in said
    assert re.search(
        r"4 runs of Compression take [\d.]+ MB of the disk. How long .* not known", said
    )
    labelled(app.button, "Start 4 runs").click().run()
    assert not app.exception, app.exception
    (sweep,) = [sweep for sweep in sweeps().list() if not sweep.in_gallery]
    finished(sweep)
    assert [(run.value, run.seed) for run in sweep.runs()] == [(2, 0), (2, 1), (8, 0), (8, 1)]
    assert {run.training.epochs for run in sweep.runs()} == {1}
    assert app.query_params["sweep"] in (sweep.id, [sweep.id])
    app = open_page("sweeps", sweep=sweep.id)
    assert "4 of 4 runs finished" in str(app.get("progress")[0].proto)
    assert "Mine · Compression · code size 2, 8 · 2 seeds" in str(app.selectbox[0].options)

    app = open_page("autoencoders")
    fill(app, **QUICK)
    ask(app).run()
    assert re.search(r"take about \*\*[\d.]+ s\*\*, at the speed of the last runs", texts(app))


def test_the_form_stays_open_when_the_page_is_drawn_anew(open_page: OpenPage) -> None:
    app = open_page("autoencoders")
    ask(app).run()
    labelled(app.text_input, "Values").set_value("3, 5").run()
    app.run()  # as when another visitor starts a run
    assert labelled(app.text_input, "Values").value == "3, 5"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2, 2", "Code size has the value 2 more than once; give it once."),
        ("2, 900", "Code size (=900) must be between 1 and 256 numbers."),
        ("two", "Code size (='two') must be a whole number."),
        ("", "Code size has no value; give at least one."),
        ("1 2 3 4 5 6 7 8 9 10", "Code size has 10 values; a sweep takes at most 9."),
    ],
)
def test_values_that_cannot_be_are_said_in_the_form(
    typed: str, sentence: str, open_page: OpenPage
) -> None:
    app = open_page("autoencoders")
    ask(app).run()
    labelled(app.text_input, "Values").set_value(typed).run()
    assert sentence in texts(app)
    starts = [one for one in app.button if one.label.startswith("Start")]
    assert [one.disabled for one in starts] == [False, True]


@pytest.mark.parametrize("model", MODELS)
def test_every_setting_begins_with_values_that_can_be(model: str) -> None:
    for name in ("latent_dim", "epochs", "learning_rate", "digits", "batch_size"):
        rule = sweepable_field(model, name)
        usual = MODELS[model].training.get(name, rule.default)
        values = suggested(rule, usual)
        assert len(values) == len(set(values)) >= 2
        asked = tuple(rule.parse(f"{value:g}") for value in values)
        SweepPlan(model=model, field=name, values=asked, others={"hidden_dims": [8]})


def test_a_sweep_like_one_that_goes_on_is_that_one(runs: Path) -> None:
    first = start_sweep(plan(others={"epochs": 500}))
    try:
        assert start_sweep(plan(others={"epochs": 500})).id == first.id
        assert len(store().active()) == 4
    finally:
        queue().cancel_group(first.records, local_user())
        finished(first)


def test_a_sweep_that_does_not_fit_the_disk_leaves_everything_as_it_was(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied(runs, "compression", "mine")
    monkeypatch.setenv("LATENT_LAB_QUOTA_MB", "1")
    with pytest.raises(RunError, match=r"These 4 runs take \d+ MB, and all runs may take 1 MB"):
        start_sweep(plan())
    assert [folder.name for folder in runs.iterdir()] == ["mine"]


def test_cancel_and_resume_in_the_middle(open_page: OpenPage) -> None:
    sweep = start_sweep(plan(others={**QUICK, "epochs": 60}))
    app = open_page("sweeps", sweep=sweep.id)
    button(app, "Cancel")
    finished(sweep)
    assert {record.state.status for record in sweep.records} <= {"cancelled", "done"}
    app.run()
    assert "cancelled" in str(app.get("progress")[0].proto)
    button(app, "Resume")
    until(lambda: sweep.records[0].state.status in ("running", "done"))
    queue().cancel_group(sweep.records, local_user())
    finished(sweep)


def test_the_results_are_those_of_the_runs_beside_pca(two_sizes: str, open_page: OpenPage) -> None:
    app = open_page("sweeps", sweep=two_sizes)
    assert not app.error
    error = sweeps().get(two_sizes).runs()[0].error(PICTURE)
    assert error is not None
    results = charts(app)["Code size (numbers)"]
    mean, each, pca = results["lines"]
    assert (mean["name"], each["name"], pca["name"]) == ("mean", "each run", "PCA")
    np.testing.assert_array_equal(each["x"], [8, 32, 32])
    assert each["ids"] == ["small", "large", "again"]
    np.testing.assert_allclose(each["y"], [error] * 3, rtol=1e-6)
    np.testing.assert_array_equal(mean["x"], [8, 32])
    np.testing.assert_allclose(mean["low"], mean["high"], rtol=1e-6)
    test = load_digits("test").pixels
    expected = pca_of(TrainConfig()).errors(test).numpy()
    np.testing.assert_allclose(pca["y"], expected[pca["x"].astype(int)], rtol=1e-5)
    assert [tick["name"] for tick in results["xTicks"]] == ["8", "32"]
    curves = charts(app)["Epoch"]["lines"]
    assert [line["name"] for line in curves] == ["code size 8", *["code size 32"] * 3]
    assert "low" not in curves[0]
    assert "low" in curves[1]
    assert "The model is better than PCA with as many numbers at code size 8, 32." in texts(app)


def test_a_pressed_dot_opens_its_run(two_sizes: str, open_page: OpenPage) -> None:
    app = open_page("sweeps", sweep=two_sizes)
    press(app, "sweep-results", "large")
    assert app.query_params["run"] in ("large", ["large"])


@pytest.mark.parametrize("run", [None, "compression", "../x", 1, ["large"], {}, "x" * 1000])
def test_what_is_no_dot_opens_nothing(run: object, two_sizes: str, open_page: OpenPage) -> None:
    app = open_page("sweeps", sweep=two_sizes)
    press(app, "sweep-results", run)
    assert "run" not in app.query_params
    assert [title.value for title in app.title] == ["Sweeps"]


def test_vaes_have_rate_against_distortion(runs: Path, open_page: OpenPage) -> None:
    made_of(
        runs,
        "two-weights",
        ("vae", "weak", {}),
        ("vae-strong-kl", "strong", {}),
    )
    app = open_page("sweeps", sweep="two-weights")
    assert not app.error
    plane = charts(app)["KL to the prior (nats per image)"]
    places = [(float(line["x"][0]), float(line["y"][0])) for line in plane["lines"]]
    expected = [
        (run.rows[-1]["validation"]["kl_to_prior"], run.rows[-1]["validation"]["cross_entropy"])
        for run in sweeps().get("two-weights").runs()
    ]
    np.testing.assert_allclose(places, expected, rtol=1e-6)
    press(app, "sweep-rate-distortion", "strong")
    assert app.query_params["run"] in ("strong", ["strong"])


@pytest.fixture
def weights(runs: Path) -> str:
    """A finished sweep of three weights of the KL term, whose runs are copies of one."""
    return made_of(
        runs,
        "weights",
        *(("vae-2d", f"beta-{weight:g}", {"kl_weight": weight}) for weight in (0.0, 0.001, 0.1)),
    )


def stairs(app: AppTest) -> dict[str, Any]:
    (found,) = [
        unpack(element.proto.bytes)
        for element in app.get("bidi_component")
        if element.proto.component_name == "latent_lab_staircase"
    ]
    return found


def test_a_slider_over_the_weight_has_the_numbers_of_the_runs(
    weights: str, open_page: OpenPage
) -> None:
    app = open_page("sweeps", sweep=weights)
    assert not app.error
    data = stairs(app)
    assert [step["name"] for step in data["steps"]] == ["0", "0.001", "0.1"]
    last = sweeps().get(weights).runs()[0].rows[-1]["validation"]
    told = {row["name"]: row["texts"][0] for row in data["rows"]}
    assert told["Cross-entropy"] == f"{last['cross_entropy']:.4f} nats per pixel"
    assert told["KL to the prior"] == f"{last['kl_to_prior']:.2f} nats per image"
    assert told["Evidence lower bound"] == f"−{-last['elbo']:.1f} nats per image"
    parts = [float(told[f"KL of z{dimension}"].removesuffix(" nats")) for dimension in range(2)]
    assert sum(parts) == pytest.approx(last["kl_to_prior"], abs=0.02)
    model = load_model(store().get("beta-0"), 50)
    codes = model.encode(load_digits("test").pixels[:500]).numpy()
    np.testing.assert_allclose(data["codes"][:1000].reshape(500, 2), codes, atol=1e-5)
    assert "Train β = 0.001 myself" in [one.label for one in app.button]


def test_the_step_where_the_slider_is_let_go_can_be_trained(
    weights: str, open_page: OpenPage
) -> None:
    app = open_page("sweeps", sweep=weights)
    app.session_state["staircase:weights"] = {"step": {"id": "beta-0.1"}}
    app.run()
    button(app, "Train β = 0.1 myself")
    run_id = app.query_params["run"]
    record = store().get(run_id if isinstance(run_id, str) else run_id[0])
    queue().cancel(record, local_user())
    until(lambda: not record.is_active)
    old = with_defaults(store().get("beta-0.1").request.settings)
    assert record.request.settings == old


def test_a_slider_over_models_of_clothes_names_their_classes(
    runs: Path, open_page: OpenPage
) -> None:
    clothes = [
        ("vae-2d", f"clothes-{weight:g}", {"kl_weight": weight, "data": FASHION})
        for weight in (0.0, 0.1)
    ]
    app = open_page("sweeps", sweep=made_of(runs, "clothes", *clothes))
    assert not app.error
    data = stairs(app)
    assert data["dataSet"] == DATA_SETS[FASHION].words
    assert "the codes of test pictures" in data["description"]
    np.testing.assert_array_equal(data["labels"], load_digits("test", FASHION).labels[:500])


def test_the_gallerys_slider_has_nine_steps_in_four_megabytes(open_page: OpenPage) -> None:
    app = open_page("sweeps", sweep="vae-beta")
    assert not app.error
    assert len(stairs(app)["steps"]) == 9
    (message,) = [
        len(element.proto.bytes)
        for element in app.get("bidi_component")
        if element.proto.component_name == "latent_lab_staircase"
    ]
    networks = [packed_network(step["network"]) for step in stairs(app)["steps"]]
    assert all(networks)
    travels = message + sum(len(each) for each in networks if each)
    assert 3_000_000 < travels < 4_000_000, travels
    labels = open_page("vae").selectbox[0].options
    assert not any("weight of the KL term 0.02" in label for label in labels)
    app = open_page("vae", run="vae-beta-0.02")
    assert app.selectbox[0].value == "vae-beta-0.02"
    assert not app.exception


def test_no_slider_where_codes_have_more_numbers_or_one_run_is_done(
    runs: Path, open_page: OpenPage
) -> None:
    wide = made_of(
        runs, "wide", ("vae", "a", {"kl_weight": 0.1}), ("vae", "b", {"kl_weight": 0.01})
    )
    app = open_page("sweeps", sweep=wide)
    assert "One slider over" not in texts(app)
    twice = made_of(
        runs,
        "twice",
        *(
            ("vae-2d", f"w{weight}-s{seed}", {"kl_weight": weight, "seed": seed})
            for weight in (0.1, 0.01)
            for seed in (0, 1)
        ),
    )
    names = [step["name"] for step in stairs(open_page("sweeps", sweep=twice))["steps"]]
    assert names == ["0.01", "0.1"], "one step for each value"
    small = made_of(
        runs, "small", ("vae-2d", "c", {"kl_weight": 0.1}), ("vae-2d", "d", {"kl_weight": 0.01})
    )
    store().get("d").set_state(status="paused")
    assert "One slider over" not in texts(open_page("sweeps", sweep=small))
    store().get("d").set_state(status="done")
    assert "One slider over" in texts(open_page("sweeps", sweep=small))


def test_the_slider_shows_runs_of_one_seed_and_the_usual_epochs(
    runs: Path, open_page: OpenPage
) -> None:
    sweep = made_of(
        runs,
        "mixed",
        *(
            ("vae-2d", f"w{weight}-s{seed}", {"kl_weight": weight, "seed": seed})
            for weight in (0.001, 0.01, 0.1)
            for seed in (0, 1)
        ),
        ("vae-2d", "longer", {"kl_weight": 1.0, "seed": 1, "epochs": 51}),
    )

    def shown() -> tuple[list[str], str]:
        app = open_page("sweeps", sweep=sweep)
        assert not app.exception
        return [step["id"] for step in stairs(app)["steps"]], texts(app)

    ids, words = shown()
    assert ids == ["w0.001-s0", "w0.01-s0", "w0.1-s0"]
    assert "All steps have 50 epochs and seed 0." in words
    assert "There is no finished run like that with β = 1." in words
    store().get("w0.01-s0").set_state(status="failed")
    ids, words = shown()
    assert ids == ["w0.001-s1", "w0.01-s1", "w0.1-s1"], "no step of another seed among the others"
    assert "All steps have 50 epochs and seed 1." in words


def test_the_table_has_what_the_runs_have(two_sizes: str, runs: Path) -> None:
    sweep = sweeps().get(two_sizes)
    found = sweep.runs()
    rows = table(sweep, found)
    assert [(row["Code size (numbers)"], row["Seed"]) for row in rows] == [(8, 0), (32, 0), (32, 1)]
    assert [row["Run"] for row in rows] == [
        f"autoencoders?run={name}" for name in ("small", "large", "again")
    ]
    assert rows[0]["Mean squared error (per pixel)"] == found[0].error(PICTURE)
    read = list(csv.DictReader(io.StringIO(as_csv(rows, found))))
    assert [row["Run"] for row in read] == ["small", "large", "again"]
    assert float(read[0]["Mean squared error (per pixel)"]) == found[0].error(PICTURE)


def test_the_findings_are_those_of_the_numbers(two_sizes: str) -> None:
    said = _of_errors
    assert said({8: [0.02, 0.04], 32: [0.025, 0.03]}) == (
        "The lowest mean squared error is 0.0275 (per pixel) at code size 32, the highest 0.03 at "
        "8. Runs of these two values with different seeds differ by up to 0.02, so this difference "
        "of 0.0025 may be luck."
    )
    assert "this difference of 0.03 is larger than that" in said(
        {8: [0.02, 0.021], 32: [0.05, 0.051]}
    )
    # The spread of a third value says nothing about the two that are compared.
    assert "is larger than that" in said({2: [0.01, 0.0101], 8: [0.01, 0.022], 32: [0.03, 0.0301]})
    assert "Each of the two is a single run" in said({8: [0.02], 32: [0.03]})
    assert said({8: [0.02, 0.04]}) == (
        "2 runs are finished at code size 8: mean squared error 0.03 on average (per pixel), "
        "from 0.02 to 0.04."
    )
    assert (
        said({8: [0.02]})
        == "One run is finished at code size 8: mean squared error 0.02 (per pixel)."
    )
    assert "have diverged" in said({8: [float("nan")]})
    assert "1 of 3 finished runs have diverged and do not count." in said(
        {8: [0.1, None], 32: [0.2]}
    )
    about = Term("Mean squared error", "per pixel", picture=True)
    rule = sweepable_field("compression", "latent_dim")
    assert findings([], rule, PICTURE, about, None).startswith("The result appears here")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.012345, "0.01235"),
        (143.26, "143.3"),
        (12345.6, "12,346"),
        (2e-5, "0.000020"),
        (-155.62, "−155.6"),
    ],
)
def test_no_result_is_written_as_a_power_of_ten(value: float, text: str) -> None:
    assert number(value) == text


def test_a_run_that_went_on_is_no_longer_compared(two_sizes: str, open_page: OpenPage) -> None:
    record = store().get("again")
    record.change_setting("training", "epochs", 60)
    sweep = sweeps().get(two_sizes)
    assert sweep.field == "latent_dim"
    said = texts(open_page("sweeps", sweep=two_sizes))
    assert "1 of 3 runs have other epochs than most, and do not count here." in said


def test_a_title_is_text_and_nothing_else(runs: Path, open_page: OpenPage) -> None:
    title = "![x](https://evil.example/p.png) [log in](https://evil.example) :red[hi]"
    copied(runs, "compression", "a", values={"latent_dim": 8}, title=title)
    copied(runs, "compression", "b", title=title)
    (runs / f"bad{ENDING}").write_text(json.dumps({"runs": ["a", "b"]}))
    app = open_page("sweeps", sweep="bad")
    raw = [str(element.value) for element in (*app.subheader, *app.markdown, *app.caption)]
    assert any("evil" in text for text in raw), "it is shown"
    assert not any("](https://evil" in text for text in raw)


def test_odd_files_of_sweeps_break_no_page(runs: Path, two_sizes: str, open_page: OpenPage) -> None:
    lists = made_of(
        runs,
        "lists",
        ("compression", "narrow", {"hidden_dims": [64]}),
        ("compression", "deep", {"hidden_dims": [128, 64]}),
    )
    mixed = made_of(runs, "mixed", ("compression", "one", {}), ("vae", "two", {}))
    made_of(runs, "rows", ("compression", "torn", {}), ("compression", "whole", {"latent_dim": 2}))
    history = runs / "torn" / "history.jsonl"
    lines = [
        {"event": "epoch", "epoch": 1},
        {"event": "epoch", "epoch": 2, "validation": {"loss": "much"}},
        {"event": "epoch", "epoch": "3", "validation": {}},
    ]
    history.write_text("".join(json.dumps(line) + "\n" for line in lines))
    for sweep in (two_sizes, lists, mixed, "rows"):
        app = open_page("sweeps", sweep=sweep)
        assert app.query_params["sweep"] in (sweep, [sweep])
    assert sweeps().get(lists).field is None
    assert [run.id for run in sweeps().get(mixed).runs()] == ["one"]


def test_a_run_of_another_version_is_left_out(two_sizes: str, open_page: OpenPage) -> None:
    store().get("large").change_setting("config", "latent_dim", 99_999)
    assert [run.id for run in sweeps().get(two_sizes).runs()] == ["small", "again"]
    assert not open_page("sweeps", sweep=two_sizes).error


def _of_errors(errors: dict[int, list[Any]]) -> str:
    """What is said of finished runs with these errors by their code size."""
    (one, *_) = sweeps().get("sizes").runs()
    runs = [
        replace(
            one,
            value=value,
            state=RunState(status="done"),
            rows=[{"epoch": 1, "validation": {"loss": error}}],
        )
        for value, group in errors.items()
        for error in group
    ]
    about = Term("Mean squared error", "per pixel", picture=True)
    return findings(runs, sweepable_field("compression", "latent_dim"), PICTURE, about, None)


@pytest.mark.parametrize("name", ["nothing", "../../etc/passwd", "x" * 300, "<b>x</b>"])
def test_an_address_of_no_sweep_is_said_in_a_sentence(
    name: str, two_sizes: str, open_page: OpenPage
) -> None:
    app = open_page("sweeps", sweep=name)
    assert len(app.warning) == 1
    assert app.query_params["sweep"] in ("vae-beta", ["vae-beta"]), "the first of the list"


def test_only_who_started_it_may_delete_it(
    open_page: OpenPage, as_visitor: Callable[[str], None], runs: Path
) -> None:
    as_visitor("me")
    open_page("home")
    sweep = sweeps().create(plan(), visitor=visitor())
    others = sweeps().create(plan(), visitor="somebody else")
    for record in (*sweep.records, *others.records):
        record.set_state(status="done")
        record.lease.release()
    app = open_page("sweeps", sweep=others.id)
    assert "Delete for good" not in [one.label for one in app.button]
    assert "This sweep belongs to somebody else; open one of its runs" in texts(app)
    app = open_page("sweeps", sweep=sweep.id)
    button(app, "Delete for good")
    assert not app.exception
    assert not app.warning
    assert [one.id for one in sweeps().list() if not one.in_gallery] == [others.id]
    assert not any(record.folder.exists() for record in sweep.records)


def test_the_sidebar_shows_a_sweep_as_one(open_page: OpenPage) -> None:
    sweep = start_sweep(plan(others={"epochs": 500}))
    try:
        app = open_page("home")
        links = [link.proto.label for link in app.sidebar.get("page_link")]
        assert [unescaped(link) for link in links] == [
            "Compression · code size 2, 8 · 2 seeds · 0 of 4 done"
        ]
    finally:
        queue().cancel_group(sweep.records, local_user())
        finished(sweep)
