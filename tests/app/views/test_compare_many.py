"""Two to six runs side by side, from the address of the page Runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.run_list.compare_address import read_compared
from app.views.compare_maps import settings_of_maps
from app.views.compare_terms import EPOCHS, SECONDS, TEST, TRAINING, lines_of, terms_of
from core.runs.record import RunRecord
from tests.app.conftest import ROOT, OpenPage, copied, texts
from tests.app.test_attacks import IDS
from tests.support.message import unpack


def record(run: str) -> RunRecord:
    return RunRecord(ROOT / "checkpoints" / "gallery" / run)


def headings(app: AppTest) -> list[str]:
    return [each.value for each in app.subheader]


def test_three_autoencoders_have_curves_settings_and_digits(open_page: OpenPage) -> None:
    app = open_page("runs", compare="compression,denoising,sparse")
    assert not app.error
    assert headings(app) == ["Curves", "What differs", "Ten digits"]
    (tiles,) = (
        unpack(element.proto.bytes)
        for element in app.get("bidi_component")
        if element.proto.component_name.endswith("digit_tiles")
    )
    titles = [row["title"].partition(" · ")[0] for row in tiles["rows"]]
    assert {"Compression", "Denoising", "Sparse"} <= {*titles}
    options = app.selectbox(key="compare-runs:term").options
    assert "Mean squared error (per pixel)" in options
    assert len(options) > 1, "those of the sparse one, too"


def test_curves_are_those_of_the_histories() -> None:
    runs = {"a": record("compression"), "b": record("denoising")}
    terms = {name: terms_of(run) for name, run in runs.items()}
    term = next(iter(terms["a"]))
    (first, second), left_out = lines_of(runs, terms, term, over=EPOCHS, on=TEST)
    rows = [row for row in runs["a"].history() if row["event"] == "epoch"]
    assert [*first.x] == [row["epoch"] for row in rows]
    assert [*first.y] == [row["validation"]["loss"] for row in rows]
    assert (first.name, second.name, left_out) == ("a", "b", [])
    over_seconds, _ = lines_of(runs, terms, term, over=SECONDS, on=TEST)
    assert over_seconds[0].x[-1] == pytest.approx(sum(row["seconds"] for row in rows))
    assert [*over_seconds[0].y] == [*first.y]
    training, _ = lines_of(runs, terms, term, over=EPOCHS, on=TRAINING)
    assert training[0].y[-1] == rows[-1]["train"]["loss"]


def test_runs_of_other_seeds_lie_in_one_band(runs: Path) -> None:
    for seed in (0, 1):
        copied(runs, "compression", f"seed-{seed}", values={"seed": seed})
    found = {
        "Compression · seed 0": RunRecord(runs / "seed-0"),
        "Compression · seed 1": RunRecord(runs / "seed-1"),
        "Sparse": record("sparse"),
    }
    path = runs / "seed-1" / "history.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    for row in rows:
        if row["event"] == "epoch":
            row["validation"]["loss"] += 0.5
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    terms = {name: terms_of(run) for name, run in found.items()}
    lines, _ = lines_of(
        found, terms, next(iter(terms["Compression · seed 0"])), over=EPOCHS, on=TEST
    )
    mean = lines[0]
    assert mean.name == "Compression · 2 seeds"
    assert mean.low is not None
    assert mean.high is not None
    assert mean.high[-1] - mean.low[-1] == pytest.approx(0.5)
    assert [line.pale for line in lines[:3]] == [False, True, True]
    over_seconds, _ = lines_of(
        found, terms, next(iter(terms["Compression · seed 0"])), over=SECONDS, on=TEST
    )
    assert all(line.low is None for line in over_seconds)


def test_vaes_and_maps(open_page: OpenPage) -> None:
    app = open_page("runs", compare="vae,vae-2d")
    assert headings(app) == ["Curves", "What differs", "Ten digits"]
    app = open_page("runs", compare="tsne-exercise,tsne-perplexity-30")
    assert not app.error
    assert headings(app) == ["The last maps", "What differs", "KL divergence over the iterations"]
    assert len(app.get("image")) == sum(
        len(record(run).request.settings["config"]["optimizers"])
        for run in ("tsne-exercise", "tsne-perplexity-30")
    )
    assert "KL 0\\.551 nats" in " ".join(caption.value for caption in app.caption)
    assert "with different neighbourhoods cannot be compared" in texts(app)
    assert settings_of_maps(record("tsne-exercise"))["Neighbourhoods by"] == "sigma"


def test_a_run_of_foreign_code_is_compared_by_its_own_numbers(
    open_page: OpenPage, runs: Path
) -> None:
    for name, value in (("mine", 0.5), ("other", 0.25)):
        copied(runs, "compression", name, settings={"model": "my-net", "config": {"lr": value}})
        rows = [
            {"event": "epoch", "epoch": epoch, "validation": {"my loss": value / (epoch + 1)}}
            for epoch in range(3)
        ]
        rows[1]["validation"]["my loss"] = 10**400
        (runs / name / "history.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    app = open_page("runs", compare="mine,other")
    assert not app.error
    assert headings(app) == ["Curves", "What differs"]
    assert "rebuilds nothing here" in texts(app)
    assert app.selectbox(key="compare-runs:term").options == ["my loss (no unit)"]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("compression", "2 to 6 runs can be compared, and 1 is chosen"),
        ("", "2 to 6 runs can be compared, and 0 are chosen"),
        (",,,", "2 to 6 runs can be compared, and 0 are chosen"),
        ("compression,compression", "and 1 is chosen"),
        ("compression,vae", "Compression and VAE are models of different families"),
        ("compression,tsne-exercise", "Compression and t-SNE are models of different families"),
        ("compression,fashion-compression", "learned from MNIST and Fashion-MNIST"),
    ],
)
def test_what_cannot_be_compared_ends_in_a_sentence_and_the_table(
    open_page: OpenPage, asked: str, sentence: str
) -> None:
    app = open_page("runs", compare=asked)
    assert sentence in texts(app)
    assert app.dataframe


def test_runs_that_are_gone_are_left_out(open_page: OpenPage) -> None:
    app = open_page("runs", compare="compression,deleted-run,sparse")
    assert "There is no run deleted-run here" in texts(app)
    assert headings(app)[0] == "Curves"
    assert not app.dataframe


def test_an_address_takes_six_runs_and_no_more() -> None:
    betas = [f"vae-beta-{beta}" for beta in ("0", "0.0001", "0.0003", "0.001", "0.003", "0.01")]
    compared = read_compared(",".join([*betas, "vae"]))
    assert [one.id for one in compared.records] == betas
    assert "names 7 runs, and 6 can be compared" in compared.problems[0]


@pytest.mark.parametrize("run_id", IDS)
def test_odd_addresses(run_id: str) -> None:
    compared = read_compared(f"{run_id},{run_id}x,compression,sparse")
    assert len(compared.problems) < 10
    assert all(len(problem) < 300 for problem in compared.problems)
